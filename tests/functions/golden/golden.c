/* SPDX-License-Identifier: MIT */
/*
 * ramp-golden: hashes of f32, f16 and bf16 results on fixed inputs, compared with those
 * of a file, so that every machine, compiler, variant and number of threads is known to
 * give the same bits.  f64 is left out: its last bit may differ with fused operations.
 *
 *     ramp-golden FILE           compares, on every variant, with one thread and two
 *     ramp-golden FILE --write   writes the file anew
 *
 * It needs libramp alone, so that it runs wherever that does.  Exit 0: all equal, 1: some
 * are not or the file has other lines than the table, 2: it could not be checked.
 */
#include <inttypes.h>
#include <omp.h>
#include <ramp/ramp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUTS_MAX 8192
/* Enough for two threads, and not a multiple of anything. */
#define LONG (2 * 32768 + 5)

enum { VALUE, DERIVATIVE, BACKWARD, DIRECTIONS };
static const char *const direction_name[DIRECTIONS] = {"value", "derivative", "backward"};

static const ramp_type types[] = {RAMP_F32, RAMP_F16, RAMP_BF16};
#define TYPES 3

/* Of a type: bits of an element, and of its fraction; the exponent of 1. */
typedef struct layout {
  int width, fraction, bias;
} layout;

static const layout layouts[TYPES] = {{32, 23, 127}, {16, 10, 15}, {16, 7, 127}};

static void die(const char *sentence) {
  fprintf(stderr, "%s\n", sentence);
  exit(2);
}

static void demand(ramp_status status) {
  if (status != RAMP_OK) die(ramp_error_detail());
}

/* ------------------------------------------------------------------ inputs */

typedef struct inputs {
  int type; /* of `types` */
  size_t count;
  uint32_t bits[INPUTS_MAX];
  /* The same as elements of the type, repeated up to LONG of them. */
  uint32_t x[LONG], dy[LONG];
} inputs;

static void add(inputs *in, uint32_t bits) {
  if (in->count == INPUTS_MAX) die("more inputs than there is room for");
  in->bits[in->count++] = bits;
}

static uint32_t scramble(uint32_t i) {
  uint64_t z = (i + 1) * 0x9e3779b97f4a7c15;
  return (uint32_t)((z ^ (z >> 29)) * 0xbf58476d1ce4e5b9 >> 32);
}

/* Four fractions of each exponent and sign. */
static void add_binades(inputs *in) {
  for (uint32_t i = 0; i < 2 * 256 * 4; i++)
    add(in, (i / 4 % 256) << 23 | scramble(i) >> 9 | (i / 1024) << 31);
}

#define STRIDE_16_BITS 29

static void add_sixteen_bits(inputs *in) {
  for (uint32_t bits = 0; bits < 65536; bits += STRIDE_16_BITS)
    add(in, bits);
}

/* A number, its negative, and four neighbours of each. */
static void add_around(inputs *in, double at) {
  uint32_t bits = 0;
  demand(ramp_convert(RAMP_F64, &at, types[in->type], &bits, 1));
  uint32_t sign = 1u << (layouts[in->type].width - 1);
  for (uint32_t near = 0; near < 5; near++) {
    add(in, bits + near - 2);
    add(in, (bits ^ sign) + near - 2);
  }
}

static void add_special(inputs *in, const ramp_function *f) {
  const layout *l = &layouts[in->type];
  uint32_t sign = 1u << (l->width - 1), infinity = sign - (1u << l->fraction);
  uint32_t special[] = {0, 1, infinity, infinity - 1, infinity + 1, sign - 1};
  for (int i = 0; i < 6; i++) {
    add(in, special[i]);
    add(in, special[i] | sign);
  }
  ramp_kink kinks[RAMP_KINKS_MAX];
  int n = ramp_function_kinks(f, kinks);
  for (int i = 0; i < n; i++)
    if (kinks[i].at != 0) add_around(in, kinks[i].at);
}

/* Once more in another order: blocks of small numbers take other code than mixed ones. */
static void add_shuffled(inputs *in) {
  size_t n = in->count, prime = 7919;
  if (n % prime == 0) die("the inputs need another order");
  for (size_t i = 0; i < n; i++)
    add(in, in->bits[i * prime % n]);
}

/* A power of two from 2^-6 to 2^6: the product with it is rounded correctly. */
static uint32_t dy_bits(const layout *l, size_t i) {
  uint32_t exponent = (uint32_t)(l->bias - 6 + (int)(i * 5 % 13));
  return exponent << l->fraction | (uint32_t)(i / 3 % 2) << (l->width - 1);
}

/* Element i of an array of the type, from bits. */
static void store(int type, void *array, size_t i, uint32_t bits) {
  uint16_t narrow = (uint16_t)bits;
  if (layouts[type].width == 32)
    memcpy((char *)array + 4 * i, &bits, 4);
  else
    memcpy((char *)array + 2 * i, &narrow, 2);
}

static void fill(inputs *in, int type, const ramp_function *f) {
  in->type = type;
  in->count = 0;
  if (types[type] == RAMP_F32)
    add_binades(in);
  else
    add_sixteen_bits(in);
  add_special(in, f);
  add_shuffled(in);
  for (size_t i = 0; i < LONG; i++) {
    store(type, in->x, i, in->bits[i % in->count]);
    store(type, in->dy, i, dy_bits(&layouts[type], i % in->count));
  }
}

/* ------------------------------------------------------------------ results */

static uint32_t load(int type, const void *array, size_t i) {
  uint32_t bits;
  uint16_t narrow;
  if (layouts[type].width == 32) {
    memcpy(&bits, (const char *)array + 4 * i, 4);
    return bits;
  }
  memcpy(&narrow, (const char *)array + 2 * i, 2);
  return narrow;
}

static void compute(const ramp_function *f, ramp_type type, int direction, size_t count,
                    const void *x, const void *dy, void *y) {
  if (direction == VALUE) demand(ramp_forward(f, type, count, x, y));
  if (direction == DERIVATIVE) demand(ramp_derivative(f, type, count, x, y));
  if (direction == BACKWARD) demand(ramp_backward(f, type, count, x, dy, y));
}

/* FNV-1a of the results, low bytes first. */
static uint64_t hash(int type, size_t count, const void *y) {
  uint64_t h = 0xcbf29ce484222325;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = load(type, y, i);
    for (int byte = 0; byte < layouts[type].width / 8; byte++)
      h = (h ^ (bits >> 8 * byte & 0xff)) * 0x100000001b3;
  }
  return h;
}

/* Whether [n, LONG) repeats what the first n results are. */
static bool repeats(int type, size_t n, const void *y) {
  size_t size = (size_t)layouts[type].width / 8;
  for (size_t i = n; i < LONG; i += n)
    if (memcmp(y, (const char *)y + i * size, (LONG - i < n ? LONG - i : n) * size) != 0)
      return false;
  return true;
}

/* Two threads share a long array, in which the inputs repeat; so do the results. */
static uint64_t hash_of(const ramp_function *f, const inputs *in, int direction,
                        int threads) {
  static uint32_t y[LONG];
  omp_set_num_threads(threads);
  compute(f, types[in->type], direction, threads > 1 ? LONG : in->count, in->x, in->dy,
          y);
  if (threads > 1 && !repeats(in->type, in->count, y)) return 0;
  return hash(in->type, in->count, y);
}

/* ------------------------------------------------------------------ the file */

/* "tanh f32 value", "tanh:fast f32 value" */
static void name_line(char *name, size_t size, const ramp_function *f, int type,
                      int direction) {
  snprintf(name, size, "%s%s %s %s", ramp_function_row_at(f->row)->name,
           f->precision == RAMP_FAST ? ":fast" : "", ramp_type_name(types[type]),
           direction_name[direction]);
}

typedef struct book {
  int lines, matched, wrong;
  struct {
    char name[64];
    uint64_t hash;
  } line[2048];
} book;

static void read_book(book *b, const char *path) {
  FILE *file = fopen(path, "r");
  char text[256];
  if (!file) die("the file of hashes cannot be read");
  while (fgets(text, sizeof text, file)) {
    if (text[0] == '#') continue;
    char function[32], type[8], direction[16];
    if (b->lines == 2048 || sscanf(text, "%31s %7s %15s %" SCNx64, function, type,
                                   direction, &b->line[b->lines].hash) != 4)
      die("the file of hashes has a line that is not FUNCTION TYPE DIRECTION HASH");
    snprintf(b->line[b->lines++].name, sizeof b->line->name, "%s %s %s", function, type,
             direction);
  }
  fclose(file);
}

static const uint64_t *find(const book *b, const char *name) {
  for (int i = 0; i < b->lines; i++)
    if (strcmp(b->line[i].name, name) == 0) return &b->line[i].hash;
  return NULL;
}

/* ------------------------------------------------------------------ both ways */

typedef void visit(void *context, const ramp_function *f, const inputs *in, int direction,
                   const char *name);

static void each_line_of(const ramp_function *f, visit *see, void *context) {
  static inputs in;
  for (int type = 0; type < TYPES; type++) {
    fill(&in, type, f);
    for (int direction = 0; direction < DIRECTIONS; direction++) {
      char name[64];
      name_line(name, sizeof name, f, type, direction);
      see(context, f, &in, direction, name);
    }
  }
}

/* Whether the variant in use computes f by fast formulas. */
static bool is_fast(const ramp_function *f) {
  double value, derivative;
  demand(ramp_function_f32_bounds(f, &value, &derivative));
  return value > 0.5;
}

/* Exact ones, then, where the best variant has it, the fast precision. */
static void each_line(visit *see, void *context) {
  for (int row = 0; row < ramp_function_rows(); row++) {
    ramp_function f;
    demand(ramp_function_parse(ramp_function_row_at(row)->name, &f));
    each_line_of(&f, see, context);
    f.precision = RAMP_FAST;
    demand(ramp_variant_set(NULL));
    if (is_fast(&f)) each_line_of(&f, see, context);
  }
}

static bool has_fast_lines(void) {
  ramp_function f;
  demand(ramp_function_parse("gelu:precision=fast", &f));
  demand(ramp_variant_set(NULL));
  return is_fast(&f);
}

/* Long arrays take time: with 16 bits, one variant stands for all. */
static int check_threads(const ramp_function *f, const inputs *in, int direction,
                         const char *name, uint64_t expected, bool first) {
  int most = first || types[in->type] == RAMP_F32 ? 2 : 1, wrong = 0;
  for (int threads = 1; threads <= most; threads++) {
    if (hash_of(f, in, direction, threads) == expected) continue;
    printf("%s: %s with %d threads gives other bits\n", name, ramp_variant(), threads);
    wrong++;
  }
  return wrong;
}

static void check_line(void *context, const ramp_function *f, const inputs *in,
                       int direction, const char *name) {
  book *b = context;
  const uint64_t *expected = find(b, name);
  if (!expected) {
    printf("%s has no line in the file: make golden writes it\n", name);
    b->wrong++;
    return;
  }
  b->matched++;
  bool first = true;
  for (int v = 0; v < ramp_variants(); v++) {
    if (!ramp_variant_supported(v)) continue;
    demand(ramp_variant_set(ramp_variant_name(v)));
    if (f->precision == RAMP_FAST && !is_fast(f)) continue;
    b->wrong += check_threads(f, in, direction, name, *expected, first);
    first = false;
  }
}

/* What a CPU without fused operations has no results for. */
static void drop_fast_lines(book *b) {
  int kept = 0;
  for (int i = 0; i < b->lines; i++)
    if (!strstr(b->line[i].name, ":fast ")) b->line[kept++] = b->line[i];
  b->lines = kept;
}

static int check(const char *path) {
  static book b;
  read_book(&b, path);
  if (!has_fast_lines()) drop_fast_lines(&b);
  each_line(check_line, &b);
  if (b.matched < b.lines)
    printf("%d lines of the file are of no function: make golden takes them out\n",
           b.lines - b.matched);
  printf("%d lines, %d wrong\n", b.matched, b.wrong);
  return b.wrong > 0 || b.matched < b.lines;
}

static void write_line(void *context, const ramp_function *f, const inputs *in,
                       int direction, const char *name) {
  fprintf(context, "%s %016" PRIx64 "\n", name, hash_of(f, in, direction, 1));
}

static int write_book(const char *path) {
  FILE *file = fopen(path, "w");
  if (!file) die("the file of hashes cannot be written");
  fprintf(file,
          "# Hashes of results on fixed inputs: the same on every machine (golden.c).\n"
          "# `make golden` writes this file; lines of functions that have not changed\n"
          "# must stay as they are.\n");
  each_line(write_line, file);
  if (fclose(file) != 0) die("the file of hashes cannot be written");
  return check(path);
}

int main(int count, char **argument) {
  if (count == 2) return check(argument[1]);
  if (count == 3 && strcmp(argument[2], "--write") == 0) return write_book(argument[1]);
  die("usage: ramp-golden FILE [--write]");
}
