/* SPDX-License-Identifier: MIT */
/* What the files of the API share: checks of arrays, the floating-point environment,
   threads, what a valid function is to the kernels, and how kernels run over an array. */
#ifndef RAMP_COMPUTE_H
#define RAMP_COMPUTE_H

#include "api/environment.h"
#include "kernels/kernels.h"

/* An argument that is an array, with the name that a caller knows it by. */
typedef struct ramp_array {
  const char *name;
  const void *data;
  ramp_type type;
} ramp_array;

/* One array: its type, that it is there, that it fits into memory. */
ramp_status ramp_check_array(size_t count, ramp_array array);

/* That two areas have no byte in common. */
ramp_status ramp_check_apart(ramp_array a, size_t a_bytes, ramp_array b, size_t b_bytes);

/* Types, null pointers, sizes, and that `out` is one of `in` or apart from all of
   them. */
ramp_status ramp_check_arrays(size_t count, ramp_array out, const ramp_array *in,
                              int inputs);

/* Arrays pass over the stack in blocks of this many elements. */
enum { RAMP_BLOCK = 512 };

/* Calls part(work, begin, end) for parts that make up [0, count), each in the default
   environment; all but the last end at a multiple of RAMP_BLOCK. */
typedef void ramp_part(const void *work, size_t begin, size_t end);
void ramp_share(size_t count, ramp_part *part, const void *work);
void ramp_share_grains(size_t count, size_t grain, ramp_part *part, const void *work);

/* The same for [0, units), where units are equal shares of `count` elements. */
void ramp_share_units(size_t units, size_t count, ramp_part *part, const void *work);

/* As many elements as are worth a thread, unless it is known how long they take. */
enum { RAMP_GRAIN = 1 << 15 };

/* Elements of which `grain` are worth a thread (0: RAMP_GRAIN), by as many that take as
   long, and of which RAMP_GRAIN are. */
static inline size_t ramp_weighed(size_t count, size_t grain) {
  return grain ? count / grain * RAMP_GRAIN : count;
}

/* How many threads are worth their start for `count` elements. */
int ramp_threads(size_t count);

/* ------------------------------------------------------------------ sums */

/* A sum is made of parts of this many terms, each of RAMP_LANES interleaved ones. */
enum { RAMP_SUM_PART = 1 << 15 };

/* Interleaved sums of several columns, sum[lane * columns + column], added as a tree,
   each column's to sum[column].  lanes is a power of 2. */
static inline void ramp_add_lanes(double *sum, size_t lanes, size_t columns) {
  for (size_t width = lanes / 2; width > 0; width /= 2)
    for (size_t i = 0; i < width * columns; i++)
      sum[i] += sum[i + width * columns];
}

/* ------------------------------------------------------------------ functions */

/* Checks f, its parameters and its kink rule. */
ramp_status ramp_function_check(const ramp_function *f);

/* The row that has the parameters of `row`: its own, or for an alias that of its
   function. */
const ramp_function_row *ramp_function_parameters_row(int row);

/* The table's column `arithmetic`: how many operations there are to round. */
typedef enum { RAMP_SELECTION, RAMP_ONE_STEP, RAMP_ROUNDED, RAMP_SMOOTH } ramp_steps;

/* For a valid f: its kernel, its steps, and its kinks with at most RAMP_KINKS_MAX
   entries, ascending, also those whose sides agree; returns their number. */
enum ramp_kernel_number ramp_function_kernel(const ramp_function *f);
ramp_steps ramp_function_steps(const ramp_function *f);
int ramp_function_all_kinks(const ramp_function *f, ramp_kink kinks[RAMP_KINKS_MAX]);

/* The kernel whose loops compute a valid f in `type`: with a parameter of 1 that of the
   function without it, whose results in narrow types are the same and take less time. */
enum ramp_kernel_number ramp_function_loops(const ramp_function *f, ramp_type type);

/* The same without kinks whose sides agree. */
int ramp_function_true_kinks(const ramp_function *f, ramp_kink kinks[RAMP_KINKS_MAX]);

/* For a valid f: whether loops over float compute it in `type`, and what loops are told
   of it. */
bool ramp_function_single(const ramp_function *f, ramp_type type);

/* For a valid f: whether the formulas of the fast precision are asked for and compute it
   in `type`, where the CPU can. */
bool ramp_function_fast(const ramp_function *f, ramp_type type);

/* Its largest errors in floats, with default parameters: of the value and the slope. */
const double *ramp_function_fast_bounds(const ramp_function *f);
ramp_arguments ramp_arguments_of(const ramp_function *f, ramp_type type);

/* Whether a valid f is made of lines.  If so, ramp_pieces_of() sets the limits and slopes
   of the arguments that ramp_arguments_of() gave, in the default environment, and returns
   how many limits there are. */
bool ramp_function_has_lines(const ramp_function *f);
int ramp_pieces_of(const ramp_function *f, ramp_type type, ramp_arguments *a);

/* The largest numbers of the type on the left of a kink: one, or two where what holds at
   the kink is the derivative of neither side.  In the default environment. */
int ramp_limits_at(const ramp_function *f, ramp_type type, ramp_kink kink,
                   double limit[2]);

/* For a valid f: null when the derivative follows from the output, else a clause that
   says why not.  *by_zero tells how: by taking y for x, or by whether y is 0. */
const char *ramp_function_not_from_output(const ramp_function *f, bool *by_zero);

/* The function of a kernel with its default parameters. */
ramp_function ramp_function_of_kernel(enum ramp_kernel_number kernel);

/* What the rule of f takes from the interval between left and right. */
double ramp_function_at_kink(const ramp_function *f, double left, double right);

/* a as the type holds it, and the number of the type below (direction -1) or above (1)
   such an a.  In the default environment. */
double ramp_in_type(ramp_type type, double a);
double ramp_neighbour(ramp_type type, double a, int direction);

/* ------------------------------------------------------------------ jobs */

typedef enum {
  RAMP_FORWARD,
  RAMP_DERIVATIVE,
  RAMP_BACKWARD,
  RAMP_BOTH, /* value and derivative in one loop; see ramp_job_joins() */
  RAMP_DIRECTIONS
} ramp_direction;

/* As ramp_function_single(), in this direction: a kink's derivative may be a mixture of
   those of its sides that the type does not hold, whose product with dy floats would
   round twice. */
bool ramp_direction_single(const ramp_function *f, ramp_type type,
                           ramp_direction direction);

/* The loops that multiply 32-bit numbers by a slope of f that no float holds, and what
   they are told; null where f has no such pieces, or the variant no such loops.  `a` and
   `limits` are those of ramp_pieces_of(). In the default environment. */
const ramp_bracket_loops *ramp_brackets_of(const ramp_function *f, bool goes_back,
                                           const ramp_arguments *a, int limits,
                                           ramp_bracket *b);

/* Whether high x + middle x, by two operations of floats, is the product of a slope and
   x rounded once, for every x whose products are normal: high is the largest float up to
   the slope, and middle the one next to the rest of it. */
bool ramp_two_products_suffice(double slope, float high, float middle);

/* As ramp_brackets_of(), of 32-bit values that are quotients by a small integer. */
const ramp_bracket_loops *ramp_quotients_of(const ramp_function *f, ramp_bracket *b);

/* The same for numbers of 16 bits, rounded to odd; null where the slope is exact. */
const ramp_bracket_loops *ramp_odd_quotients_of(const ramp_function *f, ramp_bracket *b);

/* All that a thread needs to compute any part of any array. */
typedef struct ramp_job {
  ramp_direction direction;
  const ramp_loops *loops;
  const ramp_loops *bounded;          /* for blocks that are bounded; or null */
  const ramp_loops *streaming;        /* what may take the place of loops; or null */
  const ramp_bracket_loops *brackets; /* for blocks that they decide; or null */
  ramp_bracket bracket;
  const ramp_halves *halves; /* for 16 bits by way of float; or null */
  /* What gives them floats within a margin, of which one is not null. */
  const ramp_loops *floats;
  const ramp_bracket_loops *quotients;
  const ramp_half_line_loops *half_lines; /* for lines in 16 bits; or null */
  ramp_half_lines pieces;
  float scale;             /* the slope that halves multiply by where it is not 0 */
  ramp_half_factor factor; /* what they multiply by instead where it is not 0 */
  const ramp_hard_swish *hard_swish; /* before those, backward; or null */
  ramp_bends bends;
  float margin, slope_margin; /* the second where both are computed */
  bool past_caches; /* whether brackets store so: then outputs are apart, and aligned */
  ramp_bound_check *f32_within;
  ramp_conversion *widen, *round; /* null where the type is the arithmetic */
  size_t size;                    /* of an element */
  /* Where it is not null, elements that are no multiple of `lanes`, a power of 2, are
     computed among zeros. */
  const ramp_few *few;
  size_t lanes;
  size_t grain; /* elements that are worth a thread; or 0: RAMP_GRAIN */
  ramp_arguments arguments;
} ramp_job;

/* For a valid f whether one loop computes both.  Values and derivatives of lines come
   from loops of their own, which have nothing in common. */
bool ramp_job_joins(const ramp_function *f, ramp_type type);

/* For a valid f. */
ramp_job ramp_job_of(const ramp_function *f, ramp_type type, ramp_direction direction);

/* The same without what takes longer to prepare than some elements take. */
ramp_job ramp_plain_job_of(const ramp_function *f, ramp_type type,
                           ramp_direction direction);

/* The same, kept for this thread's next calls: until one with another function.  The
   first is null where nothing is kept; if not, f and type are valid. */
const ramp_job *ramp_job_kept(const ramp_function *f, ramp_type type,
                              ramp_direction direction);
const ramp_job *ramp_job_keep(const ramp_function *f, ramp_type type,
                              ramp_direction direction);

/* Elements, too few for two threads, of a function that this thread had before, done.
   False, and nothing done, where it had not, where they are more or none, and where
   something is to be refused. */
bool ramp_compute_few(ramp_direction direction, const ramp_function *f, ramp_type type,
                      size_t count, const void *x, const void *dy, void *out);

/* Arrays of any alignment; dy is null unless the job goes backward.  In the default
   environment. */
void ramp_job_run(const ramp_job *j, size_t count, const char *x, const char *dy,
                  char *out);

/* n[1] rows of n[0] elements, aligned, where the job has loops for them. */
bool ramp_job_has_rows(const ramp_job *j);
void ramp_job_run_rows(const ramp_job *j, const size_t n[2], ramp_band x, ramp_band dy,
                       ramp_band out);

/* Arrays, shared among threads, each in the default environment; large results past the
   caches.  For arrays of which `out` is one of the others or apart. */
void ramp_job_run_shared(const ramp_job *j, size_t count, const void *x, const void *dy,
                         void *out);

/* Whether results stored past the caches are worth it, unless they lie in place of an
   input: only where nothing but memory takes time, in float, for what is computed in
   double was slower for it.  `together` is all addresses joined by |. */
bool ramp_job_may_stream(const ramp_job *j, size_t count, uintptr_t together);

/* The job with results stored past the caches, where its loops can: those are apart from
   its inputs, and all arrays aligned.  A fence must follow. */
ramp_job ramp_job_past_caches(const ramp_job *j);

/* The same as ramp_job_run() for a job that computes both; y or slope may be x. */
void ramp_job_run_both(const ramp_job *j, size_t count, const char *x, char *y,
                       char *slope);

/* Two arrays of so many bytes that are there, and one or apart. */
bool ramp_same_or_apart(const void *a, const void *b, size_t bytes);

#endif
