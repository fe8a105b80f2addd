/* SPDX-License-Identifier: MIT */
/*
 * The sweep finds what is wrong, goes on where it was killed, and says what it cannot do.
 * A whole sweep takes minutes; here the parts run over some thousand inputs, with
 * functions that are wrong on purpose.
 *
 *     test-functions-sweep RAMP-SWEEP
 *
 * "killed STATE" in place of the program makes it the process that dies.
 */
#include "run.h"
#include "section.h"
#include "support.h"

#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNK 50000
#define INPUTS (4 * CHUNK)
#define WRONG_INPUT (0x3f800000u + CHUNK + 7)
#define LARGE_INPUT 0x7f000000u

static const char *self, *program;
static char scratch[] = "/tmp/ramp-sweep-XXXXXX";

/* Some floats from 1 on. */
static uint32_t *inputs(void) {
  static uint32_t x[INPUTS];
  for (uint32_t i = 0; i < INPUTS; i++)
    x[i] = 0x3f800000u + i;
  return x;
}

static pass pass_of(pass_compute *compute) {
  return (pass){.f = function_of("sigmoid"),
                .direction = ORACLE_VALUE,
                .variants = variants_all(),
                .compute = compute,
                .inputs = INPUTS,
                .list = inputs(),
                .chunk = CHUNK};
}

static outcome outcome_of(pass_compute *compute) {
  pass p = pass_of(compute);
  state nowhere = state_open(NULL, 0);
  outcome o;
  assert_int_equal(run_pass(&p, "task", &nowhere, 0, &o), RAMP_OK);
  state_close(&nowhere);
  return o;
}

static const char *path(const char *name) {
  static char text[128];
  snprintf(text, sizeof text, "%s/%s", scratch, name);
  return text;
}

static void write_text(const char *name, const char *text) {
  FILE *file = fopen(path(name), "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static char *read_text(const char *name) {
  static char text[4096];
  FILE *file = fopen(path(name), "r");
  assert_non_null(file);
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  fclose(file);
  return text;
}

/* ------------------------------------------------------------------ what is wrong */

static bool has_large(size_t count, const uint32_t *x) {
  for (size_t i = 0; i < count; i++)
    if (x[i] == LARGE_INPUT) return true;
  return false;
}

static ramp_status falsify(const ramp_function *f, size_t count, const uint32_t *x,
                           uint32_t *y, bool large, uint32_t change) {
  ramp_status status = pass_library(f, ORACLE_VALUE, count, x, y);
  bool company = has_large(count, x);
  for (size_t i = 0; i < count; i++)
    if (x[i] == WRONG_INPUT && company == large) y[i] ^= change;
  return status;
}

static ramp_status wrong(const ramp_function *f, oracle_direction direction, size_t count,
                         const uint32_t *x, uint32_t *y) {
  (void)direction;
  return falsify(f, count, x, y, false, 1);
}

static ramp_status wrong_among_large(const ramp_function *f, oracle_direction direction,
                                     size_t count, const uint32_t *x, uint32_t *y) {
  (void)direction;
  return falsify(f, count, x, y, true, 1);
}

static ramp_status failing(const ramp_function *f, oracle_direction direction,
                           size_t count, const uint32_t *x, uint32_t *y) {
  (void)f, (void)direction, (void)count, (void)x, (void)y;
  return RAMP_OUT_OF_MEMORY;
}

static void expect_one_miss(const outcome *o) {
  variants all = variants_all();
  for (int v = 0; v < all.count; v++) {
    assert_int_equal(o->tally[v].misrounded, 1);
    assert_int_equal(o->tally[v].worst[0].x, WRONG_INPUT);
    assert_int_equal(o->tally[v].worst[0].got, o->tally[v].worst[0].expected ^ 1);
  }
}

static void wrong_results_are_found(void **context) {
  (void)context;
  outcome right = outcome_of(pass_library);
  assert_int_equal(outcome_misrounded(&right), 0);
  assert_int_equal(right.done, INPUTS);
  outcome alone = outcome_of(wrong), mixed = outcome_of(wrong_among_large);
  expect_one_miss(&alone);
  expect_one_miss(&mixed);
}

static void failures_are_reported(void **context) {
  (void)context;
  pass p = pass_of(failing);
  state nowhere = state_open(NULL, 0);
  outcome o;
  assert_int_equal(run_pass(&p, "task", &nowhere, 0, &o), RAMP_OUT_OF_MEMORY);
  state_close(&nowhere);
}

/* 11 misses; the farthest are kept, a NaN before all. */
static void the_worst_are_kept(void **context) {
  (void)context;
  tally t = {0}, other = {0};
  uint32_t x[6] = {1, 2, 3, 4, 5, 6}, expected[6] = {100, 100, 100, 100, 100, 100};
  uint32_t got[6] = {101, 99, 103, 0x80000000, 100, 98}, nan[1] = {0x7fc00000};
  tally_compare(&t, 6, x, got, expected);
  tally_compare(&other, 6, x, got, expected);
  tally_compare(&other, 1, x, nan, expected);
  tally_merge(&t, &other);
  assert_int_equal(t.misrounded, 11);
  uint32_t order[TALLY_WORST] = {1, 4, 4, 3, 3};
  for (int i = 0; i < TALLY_WORST; i++)
    assert_int_equal(t.worst[i].x, order[i]);
}

static void hard_inputs_are_collected_and_read(void **context) {
  (void)context;
  hard found = {0}, again = {0};
  uint32_t x[3] = {0x3f800000, 0x7f800000, 0x40000000};
  pass p = pass_of(pass_library);
  p.list = x, p.inputs = 3, p.hard = &found;
  state nowhere = state_open(NULL, 0);
  outcome o;
  assert_int_equal(run_pass(&p, "task", &nowhere, 0, &o), RAMP_OK);
  /* Only MPFR knows what is beyond all numbers. */
  assert_int_equal(found.count, o.exact_answers);
  assert_int_equal(found.count, 1);
  assert_int_equal(found.x[0], 0x7f800000);
  FILE *file = fopen(path("hard"), "w+");
  assert_non_null(file);
  assert_true(hard_write(&found, file, "sigmoid", "value"));
  fprintf(file, "tanh value 0x1\n");
  rewind(file);
  assert_int_equal(hard_read(&again, file, "sigmoid", "value"), 0);
  assert_int_equal(again.count, found.count);
  assert_memory_equal(again.x, found.x, found.count * sizeof *found.x);
  fclose(file);
  state_close(&nowhere);
  hard_free(&found);
  hard_free(&again);
}

static void too_many_hard_inputs_are_thinned_out(void **context) {
  (void)context;
  hard up = {0}, down = {0};
  uint32_t many = 3 * HARD_MAX;
  for (uint32_t i = 0; i < many; i++) {
    hard_add(&up, i);
    hard_add(&down, many - 1 - i);
  }
  assert_true(up.count > HARD_MAX / 4 && up.count <= HARD_MAX);
  assert_int_equal(up.count, down.count);
  for (size_t i = 0; i < up.count; i++)
    assert_int_equal(up.x[i], down.x[up.count - 1 - i]);
  hard_free(&up);
  hard_free(&down);
}

/* ------------------------------------------------------------------ killed */

static int computed;

/* Finds fault with the first input of a chunk, and dies in the third chunk. */
static ramp_status dying(const ramp_function *f, oracle_direction direction, size_t count,
                         const uint32_t *x, uint32_t *y) {
  if (x[0] == 0x3f800000u + 2 * CHUNK) raise(SIGKILL);
  return wrong(f, direction, count, x, y);
}

static ramp_status counting(const ramp_function *f, oracle_direction direction,
                            size_t count, const uint32_t *x, uint32_t *y) {
#pragma omp atomic
  computed += count == 16384;
  return wrong(f, direction, count, x, y);
}

static int be_killed(const char *file) {
  pass p = pass_of(dying);
  state s = state_open(file, 1);
  outcome o;
  run_pass(&p, "task", &s, 0, &o);
  return 0;
}

static void a_killed_sweep_goes_on(void **context) {
  (void)context;
  extern char **environ;
  pid_t child;
  int status;
  char file[128];
  snprintf(file, sizeof file, "%s", path("state"));
  char *const arguments[] = {(char *)self, "killed", file, NULL};
  assert_int_equal(posix_spawn(&child, self, NULL, NULL, arguments, environ), 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  pass p = pass_of(counting);
  state s = state_open(file, 1);
  outcome o;
  assert_int_equal(run_pass(&p, "task", &s, 0, &o), RAMP_OK);
  /* Two of the four chunks were done, with the one miss; each has three full blocks. */
  assert_int_equal(o.done, INPUTS);
  assert_int_equal(computed, 2 * 3 * p.variants.count);
  expect_one_miss(&o);
  assert_non_null(state_get(&s, "task"));
  assert_true(state_set(&s, "task", NULL));
  assert_int_not_equal(access(file, F_OK), 0);
  state_close(&s);
}

static void a_state_belongs_to_one_build(void **context) {
  (void)context;
  state s = state_open(path("keyed"), 5);
  assert_true(state_set(&s, "tanh value", "1 2 3"));
  assert_true(state_set(&s, "tanh derivative", "4"));
  state_close(&s);
  s = state_open(path("keyed"), 5);
  assert_string_equal(state_get(&s, "tanh value"), "1 2 3");
  assert_string_equal(state_get(&s, "tanh derivative"), "4");
  assert_null(state_get(&s, "tanh"));
  state_close(&s);
  s = state_open(path("keyed"), 6);
  assert_null(state_get(&s, "tanh value"));
  state_close(&s);
  assert_int_equal(unlink(path("keyed")), 0);
  assert_true(state_build_key() == state_build_key());
}

static void other_variants_start_anew(void **context) {
  (void)context;
  variants two = {2, {"avx2", "baseline"}}, one = {1, {"avx2"}};
  variants others = {2, {"avx2", "avx512"}};
  outcome o = {.done = 7, .exact_answers = 8, .seconds = 9.5}, again;
  o.tally[1] = (tally){1, {{1, 2, 3}}};
  char text[OUTCOME_TEXT_MAX];
  outcome_write(&o, &two, text);
  assert_true(outcome_read(&again, &two, text));
  assert_memory_equal(&o, &again, sizeof o);
  assert_false(outcome_read(&again, &others, text));
  assert_false(outcome_read(&again, &one, text));
  assert_int_equal(again.done, 0);
}

/* ------------------------------------------------------------------ the document */

static const char document[] =
    "before\n\n<!-- sweep: begin -->\n\nold head\n"
    "| tanh | old |\n| gone | old |\n\n<!-- sweep: end -->\nafter\n";

static void rows_are_replaced_in_order(void **context) {
  (void)context;
  write_text("page.md", document);
  assert_true(
      section_set_row(path("page.md"), "sweep", "head", "relu", "| relu | new |"));
  assert_string_equal(read_text("page.md"),
                      "before\n\n<!-- sweep: begin -->\n\nhead\n| relu | new |\n"
                      "| tanh | old |\n\n<!-- sweep: end -->\nafter\n");
  assert_true(
      section_set_row(path("page.md"), "sweep", "head", "tanh", "| tanh | new |"));
  assert_non_null(strstr(read_text("page.md"), "| relu | new |\n| tanh | new |\n"));
  assert_false(section_set_row(path("page.md"), "other", "head", "tanh", "| tanh | x |"));
  assert_null(strstr(read_text("page.md"), "x"));
}

/* ------------------------------------------------------------------ the command */

/* Its exit code; what it prints goes to the file "printed". */
static int run_program(const char *arguments) {
  char command[512];
  snprintf(command, sizeof command, "'%s' %s > '%s' 2>&1", program, arguments,
           path("printed"));
  int status = system(command);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void expect_refusal(const char *arguments, const char *sentence) {
  assert_int_equal(run_program(arguments), 2);
  if (!strstr(read_text("printed"), sentence))
    fail_msg("%s: \"%s\" is not in: %s", arguments, sentence, read_text("printed"));
}

static void wrong_arguments_are_refused(void **context) {
  (void)context;
  expect_refusal("", "which function?");
  expect_refusal("relu tanh", "tanh is one too many");
  expect_refusal("tahn", "tahn");
  expect_refusal("relu --direction up", "not up");
  expect_refusal("relu --variant sse9", "sse9");
  expect_refusal("relu --slowly", "there is no option --slowly");
  expect_refusal("relu --only", "--only needs a word");
  expect_refusal("relu --only /nonexistent/file", "/nonexistent/file cannot be read");
  expect_refusal("relu --hard /nonexistent/file", "/nonexistent/file cannot be written");
}

static void chosen_inputs_are_checked(void **context) {
  (void)context;
  char arguments[256];
  write_text("list", "tanh value 0x3f800000\nelu value 0x1\ntanh value 0x7fc00001\n");
  snprintf(arguments, sizeof arguments, "tanh --only '%s'", path("list"));
  assert_int_equal(run_program(arguments), 0);
  assert_non_null(strstr(read_text("printed"), "tanh value: 0 misrounded of 2 ("));
  write_text("list", "tanh value 0x3f800000\ntanh value one\n");
  expect_refusal(arguments, "list:2: not FUNCTION DIRECTION BITS");
}

int main(int count, char **argument) {
  if (count == 3) return be_killed(argument[2]);
  if (count != 2 || !mkdtemp(scratch)) return 2;
  self = argument[0];
  program = argument[1];
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(wrong_results_are_found),
      cmocka_unit_test(failures_are_reported),
      cmocka_unit_test(the_worst_are_kept),
      cmocka_unit_test(hard_inputs_are_collected_and_read),
      cmocka_unit_test(too_many_hard_inputs_are_thinned_out),
      cmocka_unit_test(a_killed_sweep_goes_on),
      cmocka_unit_test(a_state_belongs_to_one_build),
      cmocka_unit_test(other_variants_start_anew),
      cmocka_unit_test(rows_are_replaced_in_order),
      cmocka_unit_test(wrong_arguments_are_refused),
      cmocka_unit_test(chosen_inputs_are_checked)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  const char *left[] = {"hard", "page.md", "printed", "list", "state"};
  for (size_t i = 0; i < sizeof left / sizeof *left; i++)
    unlink(path(left[i]));
  return rmdir(scratch) != 0 || failed;
}
