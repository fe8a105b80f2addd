/* SPDX-License-Identifier: MIT */
/* The program as a whole: help, version, and what happens to a word that is no
   subcommand. */
#include "run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const subcommands[] = {"compare", "train", "plot", "eval",
                                          "explain", "list",  "bench"};
#define SUBCOMMANDS (sizeof subcommands / sizeof *subcommands)

static void assert_prints(run_result r, const char *words) {
  assert_int_equal(r.code, 0);
  assert_string_equal(r.err, "");
  if (!strstr(r.out, words)) fail_msg("no \"%s\" in:\n%s", words, r.out);
  run_free(&r);
}

static void without_arguments_it_lists_the_subcommands(void **state) {
  (void)state;
  for (size_t i = 0; i < SUBCOMMANDS; i++) {
    char line[32];
    snprintf(line, sizeof line, "\n  %s ", subcommands[i]);
    assert_prints(run_ramp((run_request){.arguments = ARGUMENTS(NULL)}), line);
    assert_prints(RUN("--help"), line);
    assert_prints(RUN("help"), line);
  }
}

static void every_subcommand_has_help_with_an_example(void **state) {
  (void)state;
  for (size_t i = 0; i < SUBCOMMANDS; i++) {
    char usage[48], example[48];
    snprintf(usage, sizeof usage, "usage: ramp %s", subcommands[i]);
    snprintf(example, sizeof example, "\n  ramp %s", subcommands[i]);
    assert_prints(RUN(subcommands[i], "--help"), usage);
    assert_prints(RUN(subcommands[i], "--help"), example);
    assert_prints(RUN(subcommands[i], "-h"), usage);
    assert_prints(RUN("help", subcommands[i]), usage);
  }
}

#if defined __aarch64__
#define LEAST_VARIANT "neon"
#else
#define LEAST_VARIANT "baseline"
#endif

static void version_names_compiler_and_variants(void **state) {
  (void)state;
  assert_prints(RUN("--version"), "ramp 0.1.0\n");
  assert_prints(RUN("--version"), "compiler: ");
  assert_prints(RUN("--version"), LEAST_VARIANT);
  assert_prints(RUN("--version"), " in use\n");
}

static void version_shows_the_variant_that_is_forced(void **state) {
  (void)state;
  run_result r =
      run_ramp((run_request){.arguments = ARGUMENTS("--version"),
                             .environment = ARGUMENTS("RAMP_VARIANT=" LEAST_VARIANT)});
  assert_prints(r, LEAST_VARIANT "  in use\n");
}

static void a_variant_that_does_not_exist_is_refused(void **state) {
  (void)state;
  run_result r = run_ramp((run_request){.arguments = ARGUMENTS("eval", "relu", "1"),
                                        .environment = ARGUMENTS("RAMP_VARIANT=mmx")});
  assert_refused(r, 2, "mmx");
}

static void an_unknown_subcommand_is_refused_with_the_nearest(void **state) {
  (void)state;
  assert_refused(RUN("evel", "relu"), 2, "did you mean eval?");
  assert_refused(RUN("help", "plto"), 2, "did you mean plot?");
  assert_refused(RUN("xyzzy"), 2, "unknown subcommand 'xyzzy'; ramp --help lists them");
  assert_refused(RUN(""), 2, "unknown subcommand ''");
}

static void an_unknown_option_is_refused_with_the_nearest(void **state) {
  (void)state;
  assert_refused(RUN("eval", "relu", "--derivatve"), 2, "did you mean --derivative?");
  assert_refused(RUN("eval", "relu", "--qqqqqqq"), 2, "'--qqqqqqq' is neither an option");
  assert_refused(RUN("eval", "relu", "-z"), 2, "'-z' is neither an option nor a number");
  assert_refused(RUN("eval", "relu", "-3x"), 2,
                 "'-3x' is neither an option nor a number");
  assert_refused(RUN("eval", "relu", "--type"), 2, "--type wants a value");
  assert_refused(RUN("list", "--json=yes"), 2, "--json takes no value");
  assert_refused(RUN("plot", "-o"), 2, "--output wants a value");
}

static void a_full_disk_behind_standard_output_is_reported(void **state) {
  (void)state;
  const char *const *const runs[] = {ARGUMENTS("--help"),
                                     ARGUMENTS("--version"),
                                     ARGUMENTS("list"),
                                     ARGUMENTS("list", "--json"),
                                     ARGUMENTS("eval", "relu", "1"),
                                     ARGUMENTS("explain", "relu", "1"),
                                     ARGUMENTS("explain", "relu", "1", "--json"),
                                     ARGUMENTS("plot", "relu"),
                                     ARGUMENTS("bench", "--size", "8", "--seconds", "0"),
                                     ARGUMENTS("eval", "--help")};
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
    assert_refused(run_ramp((run_request){.arguments = runs[i], .output = "/dev/full"}),
                   3, "cannot write standard output: No space left on device");
}

static void a_reader_who_has_seen_enough_is_no_failure(void **state) {
  (void)state;
  char *folder = folder_make(), *complaints = path_join(folder, "stderr"), command[2048];
  size_t size;
  snprintf(command, sizeof command,
           "yes 1 | head -n 200000 | '%s' eval relu 2>'%s' | head -n 1 >'%s/out'",
           RAMP_PROGRAM, complaints, folder);
  assert_int_equal(system(command), 0);
  char *text = file_read(complaints, &size);
  assert_string_equal(text, "");
  free(text);
  free(complaints);
  folder_remove(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_arguments_it_lists_the_subcommands),
      cmocka_unit_test(every_subcommand_has_help_with_an_example),
      cmocka_unit_test(version_names_compiler_and_variants),
      cmocka_unit_test(version_shows_the_variant_that_is_forced),
      cmocka_unit_test(a_variant_that_does_not_exist_is_refused),
      cmocka_unit_test(an_unknown_subcommand_is_refused_with_the_nearest),
      cmocka_unit_test(an_unknown_option_is_refused_with_the_nearest),
      cmocka_unit_test(a_full_disk_behind_standard_output_is_reported),
      cmocka_unit_test(a_reader_who_has_seen_enough_is_no_failure),
  };
  return cmocka_run_group_tests_name("program: main", tests, NULL, NULL);
}
