/* SPDX-License-Identifier: MIT */
/*
 * Sums that lie side by side along one axis, the columns, are made together, as a group:
 * their terms come as rows, so that it is the rows that are added, by whole vectors.
 * Where the terms of one sum lie side by side in memory a group is one sum.
 */
#include "api/tensor/sums.h"
#include "api/tensor/copy.h"

#include <string.h>

/* A row of columns is a few cache lines at least, and is long where that does not take
   the sums of a group out of a core's caches: of several lanes, 512 columns at most.
   Columns that lie across the memory are a few, which are gathered by tiles. */
enum {
  COLUMNS_MAX = 4096,
  COLUMNS_OF_LANES = 512,
  COLUMNS_FEW = 64,
  COLUMNS_ACROSS = 16,
  SUMS = RAMP_LANES * COLUMNS_OF_LANES,
  ROUND_SUMS = 8 * COLUMNS_MAX
};

/* The axes of a call, as positions in the shape of its views. */
typedef struct {
  int reduced, kept; /* how many; `kept` does not count the columns' */
  int reduced_axis[RAMP_AXES_MAX], kept_axis[RAMP_AXES_MAX];
  int column; /* the axis of the columns; -1 when a group is one sum */
} axes;

typedef struct {
  ramp_sum_box *box;
  const void *work;
  const ramp_view *const *view;
  const ramp_view *total; /* stretched to the shape of the views */
  axes axes;
  size_t terms, parts;                 /* of one sum */
  size_t columns, last_columns, lanes; /* of a group, of the last one of a row of them */
  bool across;                         /* columns are further apart than terms */
  size_t groups_in_row, groups;
  ramp_walk walk, last_walk; /* of groups of so many columns, from the first element */
  ramp_conversion *round;
} plan;

/* ------------------------------------------------------------------ a plan */

static int64_t stride_of(const plan *p, int operand, int axis) {
  return ramp_magnitude(p->view[operand]->stride[axis]);
}

/* Of some axes the one along which an operand is most contiguous; -1 when there is
   none. */
static int closest(const plan *p, int operand, int n, const int *axis) {
  int best = -1;
  for (int i = 0; i < n; i++)
    if (best < 0 || stride_of(p, operand, axis[i]) <= stride_of(p, operand, best))
      best = axis[i];
  return best;
}

static void sort_out_axes(plan *p) {
  axes *a = &p->axes;
  const ramp_view *like = p->view[0];
  for (int i = 0; i < like->axes; i++) {
    if (like->shape[i] == 1) continue;
    if (p->total->stride[i] != 0)
      a->kept_axis[a->kept++] = i;
    else
      a->reduced_axis[a->reduced++] = i;
  }
}

/* Fewer terms than this are not worth a group of their own. */
enum { MANY_TERMS = 64 };

/* As suits the first operand that is read, which is none that was broadcast. */
static void choose_columns(plan *p, int first) {
  axes *a = &p->axes;
  int kept = closest(p, first, a->kept, a->kept_axis),
      reduced = closest(p, first, a->reduced, a->reduced_axis);
  a->column = -1;
  if (kept < 0) return;
  p->across = reduced >= 0 && p->terms >= MANY_TERMS &&
              stride_of(p, first, reduced) < stride_of(p, first, kept);
  if (p->across && p->lanes > 1) return;
  a->column = kept;
  int at = 0;
  for (int i = 0; i < a->kept; i++)
    if (a->kept_axis[i] != kept) a->kept_axis[at++] = a->kept_axis[i];
  a->kept--;
}

static size_t sums_beside_columns(const plan *p) {
  size_t sums = 1;
  for (int i = 0; i < p->axes.kept; i++)
    sums *= (size_t)p->view[0]->shape[p->axes.kept_axis[i]];
  return sums;
}

static size_t columns_at_most(const plan *p) {
  return p->lanes > 1 ? COLUMNS_OF_LANES : p->across ? COLUMNS_ACROSS : COLUMNS_MAX;
}

/* Groups of fewer columns where there would be none for another thread. */
static void divide(plan *p) {
  size_t rows = sums_beside_columns(p), all = 1;
  size_t threads = (size_t)ramp_threads(SIZE_MAX);
  if (p->axes.column >= 0) all = (size_t)p->view[0]->shape[p->axes.column];
  p->columns = all < columns_at_most(p) ? all : columns_at_most(p);
  while (p->columns > COLUMNS_FEW && rows * p->parts * (all / p->columns) < threads)
    p->columns /= 2;
  p->groups_in_row = (all - 1) / p->columns + 1;
  p->last_columns = all - (p->groups_in_row - 1) * p->columns;
  p->groups = rows * p->groups_in_row;
}

/* Terms from the first to the last, columns innermost. */
static ramp_walk walk_of(const plan *p, int outputs, int operands, size_t columns) {
  ramp_view cut[RAMP_OPERANDS_MAX];
  const ramp_view *view[RAMP_OPERANDS_MAX];
  for (int i = 0; i < operands; i++) {
    cut[i] = *p->view[i];
    view[i] = &cut[i];
    cut[i].axes = p->axes.reduced;
    for (int r = 0; r < p->axes.reduced; r++) {
      cut[i].shape[r] = p->view[i]->shape[p->axes.reduced_axis[r]];
      cut[i].stride[r] = p->view[i]->stride[p->axes.reduced_axis[r]];
    }
    if (p->axes.column < 0) continue;
    cut[i].shape[cut[i].axes] = (int64_t)columns;
    cut[i].stride[cut[i].axes++] = p->view[i]->stride[p->axes.column];
  }
  return ramp_walk_of(outputs, operands, view);
}

/* Whether neighbours belong to other sums, in the shape, not in memory. */
static bool keeps_last(const ramp_view *total, const ramp_view *like) {
  int axis = like->axes - 1;
  while (axis > 0 && like->shape[axis] == 1)
    axis--;
  return axis >= 0 && total->stride[axis] != 0;
}

static plan plan_of(int outputs, int operands, const ramp_view *const *view,
                    const ramp_view *total, ramp_sum_box *box, const void *work) {
  plan p = {.box = box,
            .work = work,
            .view = view,
            .total = total,
            .terms = 1,
            .lanes = keeps_last(total, view[0]) ? 1 : RAMP_LANES,
            .round = ramp_kernels_in_use()->from_double[total->type]};
  sort_out_axes(&p);
  for (int i = 0; i < p.axes.reduced; i++)
    p.terms *= (size_t)view[0]->shape[p.axes.reduced_axis[i]];
  p.parts = p.terms == 0 ? 0 : (p.terms - 1) / RAMP_SUM_PART + 1;
  /* Lanes without terms are 0, and sums are never -0: they may be left out. */
  while (p.lanes / 2 >= p.terms && p.lanes > 1)
    p.lanes /= 2;
  choose_columns(&p, outputs);
  divide(&p);
  p.walk = walk_of(&p, outputs, operands, p.columns);
  p.last_walk = walk_of(&p, outputs, operands, p.last_columns);
  return p;
}

/* ------------------------------------------------------------------ one group */

/* The group's walk, and the address of its first total. */
static ramp_walk group_of(const plan *p, size_t group, char **total, size_t *columns) {
  size_t chunk = group % p->groups_in_row, rest = group / p->groups_in_row;
  bool is_last = chunk == p->groups_in_row - 1;
  ramp_walk walk = is_last ? p->last_walk : p->walk;
  int64_t at[RAMP_AXES_MAX] = {0};
  if (p->axes.column >= 0) at[p->axes.column] = (int64_t)(chunk * p->columns);
  for (int i = p->axes.kept - 1; i >= 0; i--) {
    size_t size = (size_t)p->view[0]->shape[p->axes.kept_axis[i]];
    at[p->axes.kept_axis[i]] = (int64_t)(rest % size);
    rest /= size;
  }
  *columns = is_last ? p->last_columns : p->columns;
  *total = p->total->data;
  for (int axis = 0; axis < p->view[0]->axes; axis++) {
    *total += at[axis] * p->total->stride[axis];
    for (int i = 0; i < walk.operands; i++)
      walk.operand[i].first += (uint64_t)at[axis] * (uint64_t)p->view[i]->stride[axis];
  }
  return walk;
}

typedef struct {
  const plan *plan;
  const ramp_walk *walk;
  ramp_lanes *lanes;
} adding;

static void add_box(const void *all, size_t n, char *const *operand) {
  const adding *a = all;
  char *here[RAMP_OPERANDS_MAX];
  for (size_t at = 0; at < n; at += RAMP_BLOCK) {
    size_t block = n - at < RAMP_BLOCK ? n - at : RAMP_BLOCK;
    for (int i = 0; i < a->walk->operands; i++)
      here[i] = operand[i] + at * a->walk->operand[i].size;
    a->plan->box(a->plan->work, block, here, a->lanes);
    a->lanes->at = (a->lanes->at + block) % a->lanes->period;
  }
}

/* total[c] = the sum of one part of column c's terms. */
static void sum_part(const plan *p, const ramp_walk *walk, size_t columns, size_t part,
                     double *total) {
  double sum[SUMS];
  ramp_lanes lanes = {sum, 0, p->lanes * columns};
  size_t first = part * RAMP_SUM_PART, last = first + RAMP_SUM_PART;
  if (last > p->terms) last = p->terms;
  memset(sum, 0, lanes.period * sizeof *sum);
  adding a = {p, walk, &lanes};
  ramp_walk_range(walk, first * columns, last * columns, add_box, &a);
  ramp_add_lanes(sum, p->lanes, columns);
  memcpy(total, sum, columns * sizeof *sum);
}

static void add_to(size_t n, double *total, const double *part) {
  for (size_t i = 0; i < n; i++)
    total[i] += part[i];
}

static void store(const plan *p, char *at, size_t columns, const double *total) {
  double rounded[COLUMNS_MAX];
  int64_t size = (int64_t)p->total->size,
          stride = p->axes.column < 0 ? 0 : p->total->stride[p->axes.column];
  p->round(columns, total, rounded);
  ramp_copy(p->total->size, (size_t[]){columns, 1}, (ramp_plane){at, {stride, 0}},
            (ramp_plane){(char *)rounded, {size, 0}});
}

/* ------------------------------------------------------------------ threads */

/* Many groups: each by one thread. */
static void run_groups(const void *all, size_t begin, size_t end) {
  const plan *p = all;
  double total[COLUMNS_MAX], part[COLUMNS_MAX];
  for (size_t group = begin; group < end; group++) {
    char *at;
    size_t columns;
    ramp_walk walk = group_of(p, group, &at, &columns);
    memset(total, 0, sizeof total);
    for (size_t i = 0; i < p->parts; i++) {
      sum_part(p, &walk, columns, i, part);
      add_to(columns, total, part);
    }
    store(p, at, columns, total);
  }
}

/* Few groups: the parts of each are shared, in rounds, so that their sums need no memory
   but the stack. */
typedef struct {
  const plan *plan;
  const ramp_walk *walk;
  size_t columns, first;
  double *total; /* of each part and column */
} round_of_parts;

static void run_parts(const void *all, size_t begin, size_t end) {
  const round_of_parts *r = all;
  for (size_t i = begin; i < end; i++)
    sum_part(r->plan, r->walk, r->columns, r->first + i, r->total + i * r->columns);
}

static void run_group_in_rounds(const plan *p, size_t group) {
  double total[COLUMNS_MAX] = {0}, of_part[ROUND_SUMS];
  char *at;
  size_t columns;
  ramp_walk walk = group_of(p, group, &at, &columns);
  const size_t most = ROUND_SUMS / columns;
  for (size_t first = 0; first < p->parts; first += most) {
    size_t parts = p->parts - first < most ? p->parts - first : most;
    round_of_parts r = {p, &walk, columns, first, of_part};
    ramp_share_units(parts, parts * RAMP_SUM_PART * columns, run_parts, &r);
    ramp_environment caller = ramp_environment_enter();
    for (size_t i = 0; i < parts; i++)
      add_to(columns, total, of_part + i * columns);
    ramp_environment_leave(&caller);
  }
  ramp_environment caller = ramp_environment_enter();
  store(p, at, columns, total);
  ramp_environment_leave(&caller);
}

/* ------------------------------------------------------------------ sums of one term */

/* The total is the first operand, then come those of the box. */
static void run_single(const void *all, size_t n, char *const *operand) {
  const plan *p = all;
  char *here[RAMP_OPERANDS_MAX];
  for (size_t at = 0; at < n; at += RAMP_BLOCK) {
    double sum[RAMP_BLOCK] = {0};
    size_t block = n - at < RAMP_BLOCK ? n - at : RAMP_BLOCK;
    for (int i = 0; i < p->walk.operands; i++)
      here[i] = operand[1 + i] + at * p->walk.operand[i].size;
    p->box(p->work, block, here, &(ramp_lanes){sum, 0, block});
    p->round(block, sum, operand[0] + at * p->total->size);
  }
}

static void run_singles(const plan *p, int outputs, int operands) {
  const ramp_view *view[RAMP_OPERANDS_MAX] = {p->total};
  for (int i = 0; i < operands; i++)
    view[1 + i] = p->view[i];
  ramp_walk walk = ramp_walk_of(1 + outputs, 1 + operands, view);
  ramp_walk_run(&walk, run_single, p);
}

/* ------------------------------------------------------------------ all sums */

/* Threads share groups where each has several. */
static bool has_many_groups(const plan *p) {
  return p->parts <= 1 || p->groups >= 4 * (size_t)ramp_threads(SIZE_MAX);
}

void ramp_sum_run(int outputs, int operands, const ramp_view *const *view,
                  const ramp_view *total, ramp_sum_box *box, const void *work) {
  if (ramp_view_count(total) == 0) return;
  ramp_view stretched = *total;
  ramp_view_broadcast(&stretched, view[0]);
  plan p = plan_of(outputs, operands, view, &stretched, box, work);
  if (p.axes.reduced == 0) {
    run_singles(&p, outputs, operands);
    return;
  }
  if (has_many_groups(&p)) {
    ramp_share_units(p.groups, p.groups * p.columns * p.terms, run_groups, &p);
    return;
  }
  for (size_t group = 0; group < p.groups; group++)
    run_group_in_rounds(&p, group);
}
