/* SPDX-License-Identifier: MIT */
/*
 * ramp compare from outside.  The numbers that it derives (target, time to it, totals
 * over layers) are derived here once more from the epochs of its JSON; a network in a
 * comparison must be bit for bit the one that ramp train makes.
 */
#define _XOPEN_SOURCE 700
#include "json.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder, *report; /* a folder of its own for every test; the report in it */

static int make_folder(void **state) {
  (void)state;
  folder = folder_make();
  report = path_join(folder, "report");
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  folder_remove(folder);
  free(report);
  return 0;
}

#define COMPARE(...) RUN("compare", __VA_ARGS__, "--output", report, "--json")

static double number(json_t *object, const char *name) {
  json_t *value = json_object_get(object, name);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

static json_t *function(json_t *object, size_t i) {
  return json_array_get(json_object_get(object, "functions"), i);
}

static const char *function_name(json_t *object, size_t i) {
  return json_string_value(json_object_get(function(object, i), "function"));
}

static json_t *epoch(json_t *run, size_t i) {
  return json_array_get(json_object_get(run, "epochs"), i);
}

/* ------------------------------------------------------------------ derived numbers */

static double best_accuracy(json_t *run) {
  double best = 0;
  for (size_t e = 1; e < json_array_size(json_object_get(run, "epochs")); e++)
    best = fmax(best, number(epoch(run, e), "test_accuracy"));
  return best;
}

static size_t reached_by(json_t *object, double accuracy) {
  size_t count = 0;
  for (size_t i = 0; function(object, i); i++)
    count += best_accuracy(function(object, i)) >= accuracy;
  return count;
}

static void check_time(json_t *run, double target) {
  double seconds = NAN;
  for (size_t e = json_array_size(json_object_get(run, "epochs")); --e >= 1;)
    if (number(epoch(run, e), "test_accuracy") >= target)
      seconds = number(epoch(run, e), "seconds");
  double said = number(run, "seconds_to_target");
  assert_true(isnan(seconds) ? isnan(said) : said == seconds);
}

static void check_totals(json_t *run) {
  json_t *layers = json_object_get(epoch(run, 3), "layers");
  double units = 0, dead = 0, zeros = 0, mean = 0, saturated = 0;
  for (size_t i = 0; i < 2; i++) {
    json_t *layer = json_array_get(layers, i);
    double here = number(layer, "units");
    units += here;
    dead += number(layer, "dead");
    zeros += here * number(layer, "zero_share");
    mean += here * number(layer, "mean");
    saturated += here * number(layer, "saturated_share");
  }
  assert_true(number(run, "hidden_units") == units);
  assert_true(number(run, "dead_units") == dead);
  assert_true(fabs(number(run, "sparsity") - zeros / units) < 1e-7);
  assert_true(fabs(number(run, "mean_activation") - mean / units) < 1e-7);
  assert_true(fabs(number(run, "saturated_share") - saturated / units) < 1e-7);
  double first = number(json_array_get(layers, 0), "gradient_norm");
  double last = number(json_array_get(layers, 2), "gradient_norm");
  assert_true(fabs(number(run, "gradient_first_to_last") / (first / last) - 1) < 1e-6);
}

static void check_distributions(json_t *run) {
  json_t *spread, *list = json_object_get(run, "distributions");
  size_t i;
  assert_int_equal(json_array_size(list), 2);
  json_array_foreach(list, i, spread) {
    double sum = 0;
    size_t k;
    json_t *share;
    json_array_foreach(json_object_get(spread, "shares"), k, share) sum +=
        json_number_value(share);
    assert_true(fabs(sum - 1) < 1e-6);
    assert_true(number(spread, "low") < number(spread, "high"));
  }
}

static void derived_numbers_follow_from_the_epochs(void **state) {
  (void)state;
  json_t *object =
      json_of_exit(COMPARE("moons", "--epochs", "3", "--functions", "relu,tanh,sigmoid",
                           "--network", "dense 12 relu, dense 6 relu, dense 2"),
                   0);
  double target = number(object, "target"), steps = target / 0.05;
  assert_true(fabs(steps - round(steps)) < 1e-9);
  assert_true(2 * reached_by(object, target - 1e-9) >= 3);
  assert_true(2 * reached_by(object, target + 0.05 - 1e-9) < 3);
  for (size_t i = 0; i < 3; i++) {
    check_time(function(object, i), target - 1e-9);
    check_totals(function(object, i));
    check_distributions(function(object, i));
  }
  json_decref(object);
}

static void a_given_target_is_kept(void **state) {
  (void)state;
  json_t *object = json_of_exit(
      COMPARE("moons", "--epochs", "2", "--functions", "relu,tanh", "--target", "0.123"),
      0);
  assert_true(fabs(number(object, "target") - 0.123) < 1e-9);
  json_decref(object);
  run_result r = RUN("compare", "moons", "--epochs", "2", "--functions", "relu,tanh",
                     "--target", "1", "--output", report);
  assert_int_equal(r.code, 0);
  assert_non_null(strstr(r.out, "time to 100 %"));
  run_free(&r);
}

static void a_regression_is_compared_by_its_loss(void **state) {
  (void)state;
  json_t *object =
      json_of_exit(COMPARE("sine", "--epochs", "3", "--functions", "relu,tanh,elu"), 0);
  double target = number(object, "target");
  size_t reached = 0;
  for (size_t i = 0; i < 3; i++) {
    assert_true(json_is_null(json_object_get(function(object, i), "test_accuracy")));
    reached += number(function(object, i), "best_test_loss") <= target;
  }
  assert_true(reached >= 2);
  json_decref(object);
  run_result r = RUN("compare", "sine", "--epochs", "1", "--functions", "relu,tanh",
                     "--output", report);
  assert_null(strstr(r.out, "accuracy"));
  assert_non_null(strstr(r.out, "time to loss"));
  run_free(&r);
}

/* ------------------------------------------------------------------ the same for all */

static void a_run_is_what_ramp_train_makes(void **state) {
  (void)state;
  json_t *all = json_of_exit(
      COMPARE("spiral", "--epochs", "2", "--functions", "tanh,clip:-1,1", "--network",
              "dense 9 relu, dense 4, dense 5 elu, dense 2", "--seed", "7"),
      0);
  json_t *one = json_of_exit(RUN("train", "spiral", "--epochs", "2", "--network",
                                 "dense 9 clip:-1,1, dense 4, dense 5 clip:-1,1, dense 2",
                                 "--seed", "7", "--json"),
                             0);
  for (size_t e = 0; e <= 2; e++)
    assert_true(number(epoch(function(all, 1), e), "test_loss") ==
                number(epoch(one, e), "test_loss"));
  assert_true(number(epoch(function(all, 0), 2), "test_loss") !=
              number(epoch(one, 2), "test_loss"));
  /* the layer without a function is none of the compared ones */
  assert_true(number(function(all, 0), "hidden_units") == 14);
  json_decref(all);
  json_decref(one);
}

static void commas_stay_with_their_function(void **state) {
  (void)state;
  json_t *object =
      json_of_exit(COMPARE("xor", "--epochs", "1", "--functions",
                           "relu, clip:-2,2,tanh,clip:low=-3,high=0.5,leaky_relu:0.1"),
                   0);
  static const char *const names[] = {"relu", "clip:-2,2", "tanh", "clip:low=-3,high=0.5",
                                      "leaky_relu:0.1"};
  assert_int_equal(json_array_size(json_object_get(object, "functions")), 5);
  for (size_t i = 0; i < 5; i++) {
    char network[96];
    assert_string_equal(function_name(object, i), names[i]);
    snprintf(network, sizeof network, "dense 32 %s, dense 32 %s, dense 2", names[i],
             names[i]);
    assert_string_equal(
        json_string_value(json_object_get(function(object, i), "network")), network);
  }
  json_decref(object);
}

/* Functions of several inputs, and learned slopes, change how many units and parameters a
   network has. */
static void folds_have_units_and_parameters_of_their_own(void **state) {
  (void)state;
  static const double units[] = {64, 16, 128, 64}, parameters[] = {1218, 402, 2306, 1282};
  json_t *object = json_of_exit(COMPARE("xor", "--epochs", "1", "--examples", "100",
                                        "--functions", "relu,maxout:4,crelu,prelu"),
                                0);
  for (size_t i = 0; i < 4; i++) {
    assert_true(number(function(object, i), "hidden_units") == units[i]);
    assert_true(number(function(object, i), "parameters") == parameters[i]);
  }
  json_decref(object);
  run_result r = RUN("compare", "xor", "--epochs", "1", "--examples", "100",
                     "--functions", "relu,maxout:4,swiglu", "--output", report);
  assert_int_equal(r.code, 0);
  assert_non_null(strstr(r.out, "dead of 16 to 64"));
  run_free(&r);
}

static void six_functions_by_default(void **state) {
  (void)state;
  json_t *object = json_of_exit(COMPARE("xor", "--epochs", "1", "--examples", "100"), 0);
  static const char *const names[] = {"relu", "leaky_relu", "elu",
                                      "silu", "tanh",       "sigmoid"};
  assert_int_equal(json_array_size(json_object_get(object, "functions")), 6);
  for (size_t i = 0; i < 6; i++)
    assert_string_equal(function_name(object, i), names[i]);
  json_decref(object);
}

static void without_data_it_takes_what_is_there(void **state) {
  (void)state;
  /* refused after the data is chosen, before it trains */
  run_result r =
      RUN("compare", "--network", "dense 4 relu, dense 77", "--output", report);
  assert_int_equal(r.code, 2);
  int pictures = strstr(r.err, "taking fashion-mnist") && strstr(r.err, "needs 10");
  int spiral = strstr(r.err, "taking spiral") && strstr(r.err, "needs ");
  assert_true(pictures || spiral);
  run_free(&r);
}

static void a_diverged_function_is_a_finding(void **state) {
  (void)state;
  json_t *object =
      json_of_exit(COMPARE("sine", "--epochs", "2", "--functions", "relu,tanh",
                           "--optimiser", "sgd", "--learning-rate", "1e30"),
                   1);
  assert_true(json_is_true(json_object_get(function(object, 0), "diverged")));
  json_decref(object);
  assert_int_equal(folder_entries(report), 2);
}

/* The command in the report, run by a shell, gives the same numbers; the file's name is
   as awkward as a name can be. */
static void the_command_repeats_the_comparison(void **state) {
  (void)state;
  char text[4096] = "", *data = path_join(folder, "it's <b>&\"data\" $HOME.csv");
  for (int i = 0; i < 60; i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "%s,%d,%d\n",
             i % 7 > i % 5 ? "more" : "less", i % 7, i % 5);
  file_write(data, text, strlen(text));
  json_t *first = json_of_exit(COMPARE(data, "--epochs", "2", "--functions",
                                       "relu,clip:-1,1", "--seed", "3", "--optimiser",
                                       "sgd", "--test-share", "0.3", "--label", "1"),
                               0);
  char *copy = path_join(folder, "copy"), command[8192];
  snprintf(command, sizeof command,
           "PATH=\"$(dirname '%s'):$PATH\" && %s --output '%s' >'%s/out' 2>&1",
           RAMP_PROGRAM, json_string_value(json_object_get(first, "command")), copy,
           folder);
  assert_int_equal(system(command), 0);
  char *results = path_join(copy, "results.json");
  json_t *second = json_load_file(results, 0, NULL);
  assert_non_null(second);
  for (size_t i = 0; i < 2; i++)
    for (size_t e = 0; e <= 2; e++)
      assert_true(number(epoch(function(first, i), e), "test_loss") ==
                  number(epoch(function(second, i), e), "test_loss"));
  json_decref(first);
  json_decref(second);
  free(results), free(copy), free(data);
}

/* ------------------------------------------------------------------ bad input */

#define REFUSED(code, words, ...)                                                        \
  assert_refused(RUN("compare", __VA_ARGS__, "--output", report), code, words)

static void wrong_use_is_refused_before_anything_is_made(void **state) {
  (void)state;
  REFUSED(2, "relu", "xor", "--functions", "tanh,rellu");
  REFUSED(2, "place 1", "xor", "--functions", "");
  REFUSED(2, "place 2", "xor", "--functions", "relu,,tanh");
  REFUSED(2, "place 3", "xor", "--functions", "relu,tanh,");
  REFUSED(2, "relu twice", "xor", "--functions", "relu,tanh,relu");
  REFUSED(2, "leaky_relu twice", "xor", "--functions", "leaky_relu,leaky_relu:0.01");
  REFUSED(2, "nan", "xor", "--functions", "leaky_relu:nan");
  REFUSED(2, "dnse", "xor", "--network", "dense 4 relu, dnse 2");
  REFUSED(2, "none to replace", "xor", "--network", "dense 4, dense 2 relu");
  REFUSED(2, "end with dense 2", "xor", "--network", "dense 4 relu, dense 3");
  REFUSED(2, "epochs", "xor", "--epochs", "0");
  REFUSED(2, "-1", "xor", "--epochs", "-1");
  REFUSED(2, "abc", "xor", "--epochs", "abc");
  REFUSED(2, "--target 0 ", "xor", "--target", "0");
  REFUSED(2, "--target 1.5 ", "xor", "--target", "1.5");
  REFUSED(2, "target", "xor", "--target", "nan");
  REFUSED(2, "--colour", "xor", "--colour", "red");
  REFUSED(2, "\"moons\"", "xor", "moons");
  REFUSED(3, "nowhere.csv", "/nowhere.csv");
  assert_int_equal(folder_entries(folder), 0);
}

static void a_folder_that_cannot_be_written_is_found_before_training(void **state) {
  (void)state;
  file_write(report, "mine", 4);
  REFUSED(3, "is a file", "xor", "--epochs", "2000");
  char *inside = path_join(report, "deeper");
  assert_refused(RUN("compare", "xor", "--epochs", "2000", "--output", inside), 3,
                 "cannot make the folder");
  assert_refused(RUN("compare", "xor", "--output", ""), 2, "--output is empty");
  free(inside);
  size_t size;
  char *kept = file_read(report, &size);
  assert_string_equal(kept, "mine");
  free(kept);
}

static void an_index_that_is_a_folder_is_found_before_training(void **state) {
  (void)state;
  char *index = path_join(report, "index.html");
  assert_int_equal(mkdir(report, 0700), 0);
  assert_int_equal(mkdir(index, 0700), 0);
  REFUSED(3, "index.html", "xor", "--epochs", "2000");
  free(index);
}

static void without_gnuplot_it_does_not_begin(void **state) {
  (void)state;
  run_result r = run_ramp((run_request){
      .arguments = ARGUMENTS("compare", "xor", "--epochs", "2000", "--output", report),
      .environment = ARGUMENTS("PATH=/nowhere")});
  assert_refused(r, 3, "gnuplot");
  assert_int_equal(folder_entries(folder), 0);
}

static void a_full_disk_leaves_nothing(void **state) {
  (void)state;
  run_result r = run_ramp((run_request){
      .arguments = ARGUMENTS("compare", "xor", "--epochs", "1", "--functions",
                             "relu,tanh,elu,silu", "--output", report),
      .file_limit = 40000});
  assert_int_equal(r.code, 3);
  assert_non_null(strstr(r.err, "cannot write"));
  assert_int_equal(folder_entries(folder), 0);
  run_free(&r);
  r = run_ramp((run_request){.arguments = ARGUMENTS("compare", "xor", "--epochs", "1",
                                                    "--json", "--output", report),
                             .output = "/dev/full"});
  assert_int_equal(r.code, 3);
  run_free(&r);
}

/* ------------------------------------------------------------------ Ctrl-C */

/* Starts an endless comparison, interrupts it and waits for its end. */
static void interrupt_comparison(void) {
  char *err = path_join(folder, "err");
  int quiet = open("/dev/null", O_RDWR), status;
  int errors = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  int child =
      start_ramp(ARGUMENTS("compare", "spiral", "--epochs", "100000", "--output", report),
                 quiet, quiet, errors);
  wait_for_text(err, "100000 epochs");
  assert_int_equal(kill(child, SIGINT), 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 130);
  wait_for_text(err, "interrupted, no report written");
  close(quiet), close(errors);
  assert_int_equal(unlink(err), 0);
  free(err);
}

static void ctrl_c_leaves_no_folder_and_no_half_report(void **state) {
  (void)state;
  interrupt_comparison();
  assert_int_equal(folder_entries(folder), 0);
  char *index = path_join(report, "index.html");
  assert_int_equal(mkdir(report, 0700), 0);
  file_write(index, "earlier", 7);
  interrupt_comparison();
  size_t size;
  char *kept = file_read(index, &size);
  assert_string_equal(kept, "earlier");
  assert_int_equal(folder_entries(report), 1);
  free(kept), free(index);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void) {
  /* many tests share a machine, and a second thread brings tiny networks nothing */
  setenv("OMP_NUM_THREADS", "1", 1);
  const struct CMUnitTest tests[] = {
      TEST(derived_numbers_follow_from_the_epochs),
      TEST(a_given_target_is_kept),
      TEST(a_regression_is_compared_by_its_loss),
      TEST(a_run_is_what_ramp_train_makes),
      TEST(commas_stay_with_their_function),
      TEST(folds_have_units_and_parameters_of_their_own),
      TEST(six_functions_by_default),
      TEST(without_data_it_takes_what_is_there),
      TEST(a_diverged_function_is_a_finding),
      TEST(the_command_repeats_the_comparison),
      TEST(wrong_use_is_refused_before_anything_is_made),
      TEST(a_folder_that_cannot_be_written_is_found_before_training),
      TEST(an_index_that_is_a_folder_is_found_before_training),
      TEST(without_gnuplot_it_does_not_begin),
      TEST(a_full_disk_leaves_nothing),
      TEST(ctrl_c_leaves_no_folder_and_no_half_report),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
