/* SPDX-License-Identifier: MIT */
/*
 * The page of ramp compare, opened in headless Chromium: a script added to a copy
 * measures what was really laid out (boxes of curves, rows of the table, width of the
 * page, requests made) and leaves its findings as lines in the document, which are
 * checked here.
 */
#define _XOPEN_SOURCE 700
#include "browser.h"
#include "run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

/* One line per curve: "curve CHART RUN LENGTH WIDTH HEIGHT", with the length of its
   longest path in the picture's own units and its box on the screen in pixels; then what
   concerns the page. */
static const char probe[] =
    "<script>addEventListener('load', function () {\n"
    "var lines = [], ids = {}, twice = 0;\n"
    "document.querySelectorAll('svg g.run').forEach(function (g) {\n"
    "  var longest = 0, box = g.getBoundingClientRect();\n"
    "  g.querySelectorAll('path, polygon').forEach(function (p) {\n"
    "    longest = Math.max(longest, p.getTotalLength()); });\n"
    "  lines.push(['curve', g.id.replace(/-plot-.*/, ''), g.getAttribute('class'),\n"
    "    Math.round(longest), Math.round(box.width), Math.round(box.height)].join(' ')); "
    "});\n"
    "document.querySelectorAll('[id]').forEach(function (e) {\n"
    "  if (ids[e.id]) twice++; ids[e.id] = 1; });\n"
    "document.querySelectorAll('#results tbody tr').forEach(function (row) {\n"
    "  lines.push('row ' + Array.from(row.cells).map(function (c) {\n"
    "    return c.textContent; }).join('|')); });\n"
    "lines.push('head ' + document.querySelectorAll('#results th').length);\n"
    "lines.push('twice ' + twice);\n"
    "lines.push('requests ' + performance.getEntriesByType('resource').length);\n"
    "lines.push('overflow ' + (document.documentElement.scrollWidth > innerWidth));\n"
    "lines.push('command ' + document.querySelector('#command').textContent);\n"
    "lines.push('picked ' + picked());\n"
    "var out = document.createElement('pre'); out.id = 'probe';\n"
    "out.textContent = '\\nPROBE\\n' + lines.join('\\n') + '\\nEND\\n';\n"
    "document.body.appendChild(out);\n"
    "function picked() {\n"
    "  document.querySelector('tr[data-run=\"1\"]').click();\n"
    "  return Array.from(document.querySelectorAll('svg g.run')).filter(function (g) {\n"
    "    return g.style.opacity === ''; }).every(function (g) {\n"
    "    return g.classList.contains('run-1'); }); }\n"
    "});</script>";

static char *folder, *report;

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

/* ------------------------------------------------------------------ the browser */

static char *rendered(int width) {
  char *page = path_join(report, "index.html");
  char *text = browser_probe(page, probe, width, folder);
  free(page);
  return text;
}

/* Number of lines "curve CHART run run-RUN ..." whose curve was drawn: longer than a dot
   and with a box.  By the second a curve may be as narrow as a line beside one that the
   machine held up. */
static int drawn(const char *text, const char *chart, int run) {
  char start[96];
  int count = 0, length, width, height;
  int timed = strstr(chart, "-second") != NULL;
  snprintf(start, sizeof start, "\ncurve %s run run-%d ", chart, run);
  for (const char *at = text; (at = strstr(at, start)); at++)
    count += sscanf(at + strlen(start), "%d %d %d", &length, &width, &height) == 3 &&
             length > (timed ? 2 : 20) && width > (timed ? -1 : 5) && height > 2;
  return count;
}

static int lines_with(const char *text, const char *start) {
  int count = 0;
  for (const char *at = text; (at = strstr(at, start)); at++)
    count++;
  return count;
}

/* ------------------------------------------------------------------ tests */

static void compare(const char *data, const char *functions) {
  run_result r =
      RUN("compare", data, "--epochs", "3", "--functions", functions, "--output", report,
          "--network", "dense 16 relu, dense 8 relu, dense 2");
  if (r.code) fail_msg("exit code %d: %s", r.code, r.err);
  run_free(&r);
}

static const char *const charts[] = {
    "accuracy-epoch", "accuracy-second", "loss-epoch",   "loss-second",
    "dead-epoch",     "gradient-first",  "gradient-last"};

static void check_curves(const char *text) {
  for (int run = 0; run < 3; run++) {
    char name[32];
    for (size_t i = 0; i < sizeof charts / sizeof *charts; i++)
      if (drawn(text, charts[i], run) != 1)
        fail_msg("chart %s has no curve for function %d in\n%s", charts[i], run, text);
    snprintf(name, sizeof name, "distribution-%d", run);
    /* the first hidden layer and the last */
    assert_int_equal(drawn(text, name, run), 2);
    /* the function and its derivative */
    snprintf(name, sizeof name, "shape-%d", run);
    assert_int_equal(drawn(text, name, run), 2);
  }
  assert_int_equal(lines_with(text, "\ncurve "), 7 * 3 + 3 * 2 + 3 * 2);
}

static void check_page(const char *text) {
  assert_int_equal(lines_with(text, "\nrow "), 3);
  assert_non_null(strstr(text, "\nrow relu|"));
  assert_non_null(strstr(text, "\nrow clip:-1,1|"));
  assert_non_null(strstr(text, "\nrow sigmoid|"));
  assert_non_null(strstr(text, "\nhead 10\n"));
  assert_non_null(strstr(text, "\ntwice 0\n"));
  assert_non_null(strstr(text, "\nrequests 0\n"));
  assert_non_null(strstr(text, "\noverflow false\n"));
  assert_non_null(strstr(text, "\npicked true\n"));
  assert_non_null(strstr(text, "\ncommand ramp compare moons --functions "));
}

static void chromium_draws_every_curve_and_row(void **state) {
  (void)state;
  compare("moons", "relu,clip:-1,1,sigmoid");
  char *wide = rendered(1200), *narrow = rendered(500);
  check_curves(wide);
  check_page(wide);
  check_curves(narrow);
  check_page(narrow);
  free(wide);
  free(narrow);
}

/* The row that the browser shows holds the numbers of results.json. */
static void the_table_shows_the_numbers_of_the_json(void **state) {
  (void)state;
  compare("moons", "relu,tanh,sigmoid");
  char *text = rendered(1200), *path = path_join(report, "results.json"), row[128];
  json_t *results = json_load_file(path, 0, NULL);
  assert_non_null(results);
  for (size_t i = 0; i < 3; i++) {
    json_t *one = json_array_get(json_object_get(results, "functions"), i);
    snprintf(row, sizeof row, "\nrow %s|%.1f&nbsp;%%|",
             json_string_value(json_object_get(one, "function")),
             100 * json_number_value(json_object_get(one, "test_accuracy")));
    assert_non_null(strstr(text, row));
    snprintf(row, sizeof row, "|%.4g|%lld|",
             json_number_value(json_object_get(one, "test_loss")),
             (long long)json_integer_value(json_object_get(one, "dead_units")));
    assert_non_null(strstr(text, row));
  }
  json_decref(results);
  free(path), free(text);
}

static void every_name_is_escaped(void **state) {
  (void)state;
  char rows[4096] = "", *path = path_join(report, "index.html");
  char *data = path_join(folder, "<i onload=x>&'\".csv");
  for (int i = 0; i < 40; i++)
    snprintf(rows + strlen(rows), sizeof rows - strlen(rows), "%d,%d,%d\n", i, i * i % 9,
             i % 2);
  file_write(data, rows, strlen(rows));
  compare(data, "relu,tanh");
  size_t size;
  char *page = file_read(path, &size);
  assert_null(strstr(page, "<i onload"));
  assert_non_null(strstr(page, "&lt;i onload=x&gt;&amp;"));
  free(page), free(path), free(data);
}

/* Nothing that a browser would fetch: no address but the names of the SVG language. */
static void the_page_is_self_contained(void **state) {
  (void)state;
  compare("moons", "relu,tanh");
  char *path = path_join(report, "index.html");
  size_t size;
  char *page = file_read(path, &size);
  for (const char *at = page; (at = strstr(at, "http")); at++)
    assert_int_equal(strncmp(at, "http://www.w3.org/", 18), 0);
  assert_null(strstr(page, "src="));
  assert_null(strstr(page, "<link"));
  assert_null(strstr(page, "@import"));
  assert_null(strstr(page, "{{"));
  free(page), free(path);
}

static void a_regression_has_no_accuracy(void **state) {
  (void)state;
  run_result r = RUN("compare", "sine", "--epochs", "2", "--functions", "relu,tanh",
                     "--output", report);
  assert_int_equal(r.code, 0);
  run_free(&r);
  char *text = rendered(1200);
  assert_int_equal(drawn(text, "accuracy-epoch", 0), 0);
  assert_int_equal(drawn(text, "loss-epoch", 0), 1);
  assert_int_equal(drawn(text, "loss-second", 1), 1);
  assert_non_null(strstr(text, "\nhead 9\n"));
  free(text);
}

static void a_report_replaces_the_one_before(void **state) {
  (void)state;
  char *path = path_join(report, "index.html");
  size_t size;
  compare("moons", "relu,tanh");
  compare("moons", "elu");
  char *page = file_read(path, &size);
  assert_non_null(strstr(page, "1 activation function:"));
  assert_non_null(strstr(page, "</html>"));
  assert_int_equal(folder_entries(report), 2);
  free(page), free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void) {
  /* many tests share a machine, and a second thread brings tiny networks nothing */
  setenv("OMP_NUM_THREADS", "1", 1);
  const struct CMUnitTest tests[] = {
      TEST(chromium_draws_every_curve_and_row),
      TEST(the_table_shows_the_numbers_of_the_json),
      TEST(every_name_is_escaped),
      TEST(the_page_is_self_contained),
      TEST(a_regression_has_no_accuracy),
      TEST(a_report_replaces_the_one_before),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
