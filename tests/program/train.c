/* SPDX-License-Identifier: MIT */
/*
 * ramp train from outside.  What it says about units is recomputed here from the numbers
 * of its JSON; every wrong use and every bad file is refused in one sentence.
 */
#define _XOPEN_SOURCE 700
#include "json.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static json_t *last_epoch(json_t *object) {
  json_t *epochs = json_object_get(object, "epochs");
  return json_array_get(epochs, json_array_size(epochs) - 1);
}

static double number(json_t *object, const char *name) {
  json_t *value = json_object_get(object, name);
  assert_true(json_is_number(value));
  return json_number_value(value);
}

/* ------------------------------------------------------------------ results */

static void json_holds_every_epoch(void **state) {
  (void)state;
  json_t *object = json_of_exit(RUN("train", "moons", "--epochs", "3", "--json"), 0);
  json_t *epochs = json_object_get(object, "epochs");
  assert_int_equal(json_array_size(epochs), 4);
  for (size_t e = 0; e < 4; e++)
    assert_int_equal(number(json_array_get(epochs, e), "epoch"), e);
  assert_true(json_is_null(json_object_get(json_array_get(epochs, 0), "train_loss")));
  assert_true(number(object, "test_accuracy") ==
              number(last_epoch(object), "test_accuracy"));
  assert_true(number(json_array_get(epochs, 3), "train_loss") <
              number(json_array_get(epochs, 1), "train_loss"));
  json_decref(object);
}

static int has_finding(json_t *object, const char *start) {
  size_t i;
  json_t *one;
  json_array_foreach(json_object_get(object, "findings"), i, one) {
    const char *text = json_string_value(json_object_get(one, "text"));
    if (strncmp(text, start, strlen(start)) == 0) return 1;
  }
  return 0;
}

/* Learning steps a thousand times too large kill units of relu. */
static void findings_follow_from_the_counts(void **state) {
  (void)state;
  json_t *object = json_of_exit(RUN("train", "moons", "--network",
                                    "dense 16 relu, dense 8 relu, dense 2", "--epochs",
                                    "2", "--learning-rate", "1", "--json"),
                                0);
  static const char *const verdicts[] = {"broken", "dead", "dying", "saturated",
                                         "linear"};
  size_t i, dead = 0;
  json_t *layer;
  json_array_foreach(json_object_get(last_epoch(object), "layers"), i, layer) {
    if (i == 2) break;
    dead += (size_t)number(layer, "dead");
    for (size_t v = 0; v < 5; v++) {
      int count = (int)number(layer, verdicts[v]);
      char sentence[96];
      snprintf(sentence, sizeof sentence, "layer %zu: %d of %d units %s %s", i + 1, count,
               (int)number(layer, "units"), count == 1 ? "is" : "are", verdicts[v]);
      assert_int_equal(has_finding(object, sentence), count > 0);
    }
  }
  assert_true(dead > 0);
  json_decref(object);
}

static void table_has_a_row_per_layer(void **state) {
  (void)state;
  run_result r = RUN("train", "spiral", "--network",
                     "dense 7 tanh, dense 5 clip:0,6, dense 2", "--epochs", "1");
  assert_int_equal(r.code, 0);
  assert_non_null(strstr(r.out, "test accuracy"));
  assert_non_null(strstr(r.out, "\n    1  tanh                7"));
  assert_non_null(strstr(r.out, "\n    3  identity            2"));
  run_free(&r);
}

static void a_regression_has_a_loss_and_no_accuracy(void **state) {
  (void)state;
  json_t *object = json_of_exit(RUN("train", "sine", "--epochs", "2", "--json"), 0);
  assert_true(json_is_null(json_object_get(object, "test_accuracy")));
  assert_true(number(object, "test_loss") > 0);
  json_decref(object);
  run_result r = RUN("train", "sine", "--epochs", "2");
  assert_null(strstr(r.out, "accuracy"));
  assert_null(strstr(r.err, "accuracy"));
  run_free(&r);
}

static void a_diverged_training_is_a_finding(void **state) {
  (void)state;
  run_result r = RUN("train", "sine", "--optimiser", "sgd", "--learning-rate", "1e30",
                     "--network", "dense 8 relu, dense 1", "--epochs", "2");
  assert_int_equal(r.code, 1);
  assert_non_null(strstr(r.err, "ramp train: the training diverged: in epoch 1 "));
  run_free(&r);
}

/* ------------------------------------------------------------------ progress */

static void a_pipe_gets_plain_lines(void **state) {
  (void)state;
  run_result r = RUN("train", "xor", "--epochs", "40", "--examples", "100");
  assert_int_equal(r.code, 0);
  int lines = 0;
  for (const char *at = r.err; (at = strstr(at, "epoch ")); at++)
    lines++;
  assert_int_equal(lines, 20);
  assert_non_null(strstr(r.err, "epoch 40/40  loss "));
  assert_non_null(strstr(r.err, "examples/s"));
  assert_null(strchr(r.err, '\033'));
  assert_null(strchr(r.err, '\r'));
  run_free(&r);
}

static int open_terminal(int *master) {
  *master = posix_openpt(O_RDWR | O_NOCTTY);
  assert_true(*master >= 0);
  assert_int_equal(grantpt(*master), 0);
  assert_int_equal(unlockpt(*master), 0);
  int slave = open(ptsname(*master), O_RDWR | O_NOCTTY);
  assert_true(slave >= 0);
  struct winsize size = {.ws_row = 24, .ws_col = 120};
  assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
  return slave;
}

static void a_terminal_gets_a_bar(void **state) {
  (void)state;
  int master, status, slave = open_terminal(&master), quiet = open("/dev/null", O_RDWR);
  int child = start_ramp(ARGUMENTS("train", "xor", "--epochs", "2"), quiet, quiet, slave);
  close(slave);
  char text[1 << 16];
  size_t used = 0;
  for (ssize_t got; used < sizeof text - 1 &&
                    (got = read(master, text + used, sizeof text - 1 - used)) > 0;)
    used += (size_t)got;
  text[used] = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  assert_non_null(strstr(text, "\r\033[?7l###"));
  assert_non_null(strstr(text, "epoch 2/2  loss "));
  assert_non_null(strstr(text, " left"));
  close(master);
  close(quiet);
}

/* ------------------------------------------------------------------ Ctrl-C */

static void ctrl_c_reports_the_finished_epochs(void **state) {
  (void)state;
  char *folder = folder_make(), *out = path_join(folder, "out"),
       *err = path_join(folder, "err");
  int in = open("/dev/null", O_RDONLY), status;
  int to = open(out, O_WRONLY | O_CREAT, 0600),
      errors = open(err, O_WRONLY | O_CREAT, 0600);
  int child =
      start_ramp(ARGUMENTS("train", "spiral", "--epochs", "100000"), in, to, errors);
  wait_for_text(err, "100000 epochs");
  assert_int_equal(kill(child, SIGINT), 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 130);
  wait_for_text(err, "ramp train: interrupted after ");
  wait_for_text(out, "test accuracy");
  close(in), close(to), close(errors);
  free(out), free(err);
  folder_remove(folder);
}

/* ------------------------------------------------------------------ bad input */

static void wrong_use_is_refused(void **state) {
  (void)state;
  assert_refused(RUN("train"), 2, "name the data");
  assert_refused(RUN("train", "xor", "moons"), 2, "\"moons\"");
  assert_refused(RUN("train", "xor", "--network", "dense 4 rellu, dense 2"), 2, "relu");
  assert_refused(RUN("train", "xor", "--network", "dense 4 relu, dnse 2"), 2, "dnse");
  assert_refused(RUN("train", "xor", "--network", "dense 0 relu, dense 2"), 2, "0");
  assert_refused(RUN("train", "xor", "--network", "dense 4 relu, dense 3"), 2,
                 "end with dense 2");
  assert_refused(RUN("train", "xor", "--epochs", "0"), 2, "epochs");
  assert_refused(RUN("train", "xor", "--epochs", "-1"), 2, "epochs");
  assert_refused(RUN("train", "xor", "--epochs", "abc"), 2, "abc");
  assert_refused(RUN("train", "xor", "--batch", "0"), 2, "batch");
  assert_refused(RUN("train", "xor", "--optimiser", "adagrad"), 2, "adagrad");
  assert_refused(RUN("train", "xor", "--learning-rate", "0"), 2, "learning-rate");
  assert_refused(RUN("train", "xor", "--momentum", "0.5"), 2, "sgd");
  assert_refused(RUN("train", "xor", "--optimiser", "sgd", "--momentum", "1"), 2,
                 "momentum");
  assert_refused(RUN("train", "xor", "--test-share", "1"), 2, "test-share");
  assert_refused(RUN("train", "xor", "--header", "--no-header"), 2, "--no-header");
  assert_refused(RUN("train", "xor", "--task", "sorting"), 2, "sorting");
  assert_refused(RUN("train", "xor", "--colour", "red"), 2, "--colour");
}

static void bad_files_are_refused(void **state) {
  (void)state;
  char *folder = folder_make(), *path = path_join(folder, "rows.csv");
  assert_refused(RUN("train", path), 3, "rows.csv");
  static const char *const files[][2] = {{"", "rows.csv"},
                                         {"1,2,0\n3,4\n", "line 2"},
                                         {"1,2,0\n3,x,1\n5,6,0\n", "line 2"},
                                         {"1,nan,0\n3,4,1\n5,6,0\n", "line 1"}};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    file_write(path, files[i][0], strlen(files[i][0]));
    assert_refused(RUN("train", path, "--no-header"), 3, files[i][1]);
  }
  free(path);
  folder_remove(folder);
}

int main(void) {
  /* many tests share a machine, and a second thread brings tiny networks nothing */
  setenv("OMP_NUM_THREADS", "1", 1);
  setenv("TERM", "xterm", 1);
  setenv("LC_ALL", "C", 1);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(json_holds_every_epoch),
      cmocka_unit_test(findings_follow_from_the_counts),
      cmocka_unit_test(table_has_a_row_per_layer),
      cmocka_unit_test(a_regression_has_a_loss_and_no_accuracy),
      cmocka_unit_test(a_diverged_training_is_a_finding),
      cmocka_unit_test(a_pipe_gets_plain_lines),
      cmocka_unit_test(a_terminal_gets_a_bar),
      cmocka_unit_test(ctrl_c_reports_the_finished_epochs),
      cmocka_unit_test(wrong_use_is_refused),
      cmocka_unit_test(bad_files_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
