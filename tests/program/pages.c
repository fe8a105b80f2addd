/* SPDX-License-Identifier: MIT */
/* ramp list --html: the pages on the functions, as files and as headless Chromium lays
   them out. */
#define _XOPEN_SOURCE 700
#include "browser.h"
#include "run.h"

#include <ramp/tensor.h>

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Rows of tables as "TABLE CELL|CELL|...", curves as "curve LENGTH", then what concerns
   the page: ids used twice, requests made, whether it is wider than the window. */
static const char probe[] =
    "<script>addEventListener('load', function () {\n"
    "var lines = [], ids = {}, twice = 0;\n"
    "document.querySelectorAll('svg g.curve').forEach(function (g) {\n"
    "  var longest = 0;\n"
    "  g.querySelectorAll('path').forEach(function (p) {\n"
    "    longest = Math.max(longest, p.getTotalLength()); });\n"
    "  lines.push('curve ' + Math.round(longest)); });\n"
    "document.querySelectorAll('a.card').forEach(function (a) {\n"
    "  var paths = a.querySelectorAll('path');\n"
    "  lines.push(['card', a.getAttribute('href'), a.querySelector('h2').textContent,\n"
    "    paths.length, Math.round(paths[paths.length - 1].getTotalLength()) > 50,\n"
    "    a.getBoundingClientRect().width > 100].join(' ')); });\n"
    "document.querySelectorAll('tbody tr').forEach(function (row) {\n"
    "  lines.push(row.closest('table').id + ' ' +\n"
    "    Array.from(row.cells).map(function (c) { return c.textContent; }).join('|')); "
    "});\n"
    "document.querySelectorAll('[id]').forEach(function (e) {\n"
    "  if (ids[e.id]) twice++; ids[e.id] = 1; });\n"
    "lines.push('twice ' + twice);\n"
    "lines.push('requests ' + performance.getEntriesByType('resource').length);\n"
    "lines.push('overflow ' + (document.documentElement.scrollWidth > innerWidth));\n"
    "var out = document.createElement('pre'); out.id = 'probe';\n"
    "out.textContent = '\\nPROBE\\n' + lines.join('\\n') + '\\nEND\\n';\n"
    "document.body.appendChild(out);\n"
    "});</script>";

/* The pages are written once, for all tests to look at. */
static char *folder, *pages;

static int write_pages(void **state) {
  (void)state;
  folder = folder_make();
  pages = path_join(folder, "pages");
  run_result r = RUN("list", "--html", pages);
  int failed = r.code || r.out_size || r.err_size;
  run_free(&r);
  return failed;
}

static int remove_pages(void **state) {
  (void)state;
  folder_remove(folder);
  free(pages);
  return 0;
}

static char *page_text(const char *name) {
  char file[80];
  size_t size;
  snprintf(file, sizeof file, "%s.html", name);
  char *path = path_join(pages, file), *text = file_read(path, &size);
  free(path);
  return text;
}

static char *rendered(const char *name, int width) {
  char file[80];
  snprintf(file, sizeof file, "%s.html", name);
  char *path = path_join(pages, file);
  char *text = browser_probe(path, probe, width, folder);
  free(path);
  return text;
}

static void assert_has(const char *text, const char *words) {
  if (!strstr(text, words)) fail_msg("no \"%s\" in:\n%.6000s", words, text);
}

/* ------------------------------------------------------------------ files */

static int rows(void) { return ramp_function_rows() + ramp_fold_rows(); }

/* Functions of one input, then those of several. */
static const char *name_at(int i) {
  const ramp_function_row *row = ramp_function_row_at(i);
  return row ? row->name : ramp_fold_row_at(i - ramp_function_rows())->name;
}

static void every_function_has_a_page(void **state) {
  (void)state;
  assert_int_equal(folder_entries(pages), rows() + 1);
  char *index = page_text("index");
  for (int i = 0; i < rows(); i++) {
    char link[96];
    const char *name = name_at(i);
    free(page_text(name));
    snprintf(link, sizeof link, "href=\"%s.html\"", name);
    assert_has(index, link);
  }
  free(index);
}

static void links_lead_somewhere(const char *text) {
  for (const char *at = text; (at = strstr(at, "href=\"")); at++) {
    char file[96];
    assert_int_equal(sscanf(at, "href=\"%95[^\"]\"", file), 1);
    char *path = path_join(pages, file);
    assert_int_equal(access(path, R_OK), 0);
    free(path);
  }
}

/* What stands between > and < of a page is text. */
static void is_escaped(const char *text) {
  for (const char *at = text; (at = strchr(at, '<')); at++)
    assert_true(isalpha((unsigned char)at[1]) || at[1] == '/' || at[1] == '!');
}

static void pages_are_self_contained_and_escaped(void **state) {
  (void)state;
  for (int i = -1; i < rows(); i++) {
    const char *name = i < 0 ? "index" : name_at(i);
    char *text = page_text(name);
    for (const char *at = text; (at = strstr(at, "http")); at++)
      assert_int_equal(strncmp(at, "http://www.w3.org/", 18), 0);
    assert_null(strstr(text, "src="));
    assert_null(strstr(text, "@import"));
    assert_null(strstr(text, "{{"));
    assert_has(text, "</html>");
    links_lead_somewhere(text);
    is_escaped(text);
    free(text);
  }
}

static void a_page_says_what_the_table_says(void **state) {
  (void)state;
  char *text = page_text("leaky_relu");
  assert_has(text, "<dd>1 for x &gt; 0, slope for x &lt; 0</dd>");
  assert_has(text, "slope = 0.01, any finite number; default 0.01");
  assert_has(text, "at 0 the derivative jumps from 0.01 to 1; 0.01 is taken there");
  assert_has(text, "<dd>PyTorch: nn.LeakyReLU</dd>");
  assert_has(text, "<dd>ONNX: LeakyRelu</dd>");
  assert_has(text, "an open one on a limit that is not");
  free(text);
  text = page_text("relu6");
  assert_has(text, "the same as <a href=\"clip.html\">clip:0,6</a>");
  free(text);
  text = page_text("tanh");
  assert_has(text,
             "<dt>f32, misrounded of all 2^32 inputs</dt><dd>value 0, derivative 0");
  assert_null(strstr(text, "an open one on"));
  free(text);
}

static void a_page_of_several_inputs_has_an_example(void **state) {
  (void)state;
  char *text = page_text("maxout");
  assert_has(text, "<dd>k = 2, a whole number from 2 to 256; default 2</dd>");
  assert_has(text, "<tr><td>y[0]</td><td>2</td><td>0</td><td>1</td><td>0</td><td>0</td>");
  assert_has(text, "<figcaption>maxout of lines over x.");
  assert_has(text, "<td>PyTorch</td>");
  free(text);
}

/* ------------------------------------------------------------------ in the browser */

static int lines_with(const char *text, const char *start) {
  int count = 0;
  for (const char *at = text; (at = strstr(at, start)); at++)
    count++;
  return count;
}

static void assert_layout(const char *text) {
  assert_has(text, "\ntwice 0\n");
  assert_has(text, "\nrequests 0\n");
  assert_has(text, "\noverflow false\n");
}

/* The two curves, and what is drawn of a gap: open dots, their white middles, filled
   ones. */
static void assert_curves(const char *text, int curves) {
  int length;
  assert_int_equal(lines_with(text, "\ncurve "), curves);
  const char *at = strstr(text, "\ncurve ");
  for (int i = 0; i < 2; i++, at = strstr(at + 1, "\ncurve ")) {
    assert_int_equal(sscanf(at, "\ncurve %d", &length), 1);
    assert_true(length > 100);
  }
}

static void check_page(int width) {
  char *text = rendered("relu", width);
  assert_layout(text);
  assert_curves(text, 5);
  assert_has(text, "\ncontract -inf|0|0|0|0\n");
  assert_has(text, "\ncontract -0|0|0|0|1\n");
  assert_has(text, "\ncontract 0|0|0|0|1\n");
  assert_has(text, "\ncontract inf|inf|1|1|1\n");
  assert_has(text, "\ncontract nan|nan|nan|nan|nan\n");
  assert_has(text, "\nprecision f64, promised|exact|exact\n");
  assert_has(text, "\nothers x = nan: Ramp gives nan, derivative nan\n");
  assert_has(text, "\nothers PyTorch|torch.relu(x)|||1|hides NaN|NaN fails the test");
  free(text);
}

static void chromium_lays_a_page_out(void **state) {
  (void)state;
  check_page(1200);
  check_page(400);
  char *text = rendered("sigmoid", 1200);
  assert_layout(text);
  assert_curves(text, 2);
  assert_has(text, "\ncontract -inf|0|0|0|0\n");
  assert_has(text, "\ncontract -0|0.5|0.25|0.25|0.25\n");
  assert_has(text,
             "\nothers PyTorch|torch.sigmoid(x)|||0|100 %|the derivative is y (1 - y)");
  free(text);
}

static void chromium_lays_the_index_out(void **state) {
  (void)state;
  char *text = rendered("index", 400), line[128];
  assert_layout(text);
  assert_int_equal(lines_with(text, "\ncard "), rows());
  for (int i = 0; i < ramp_function_rows(); i++) {
    const char *name = ramp_function_row_at(i)->name;
    snprintf(line, sizeof line, "\ncard %s.html %s 3 true true\n", name, name);
    assert_has(text, line);
  }
  assert_has(text, "\ncard maxout.html maxout 4 true true\n");
  free(text);
}

/* ------------------------------------------------------------------ bad input */

static void wrong_arguments_are_refused(void **state) {
  (void)state;
  char *file = path_join(folder, "file");
  file_write(file, "x", 1);
  assert_refused(RUN("list", "--html", pages, "--json"), 2, "exclude each other");
  assert_refused(RUN("list", "relu", "--html", pages), 2, "leave out 'relu'");
  assert_refused(RUN("list", "--html", file), 3, "is a file: name a folder");
  assert_refused(RUN("list", "--html", "/nonexistent/pages"), 3,
                 "cannot make the folder");
  free(file);
}

static size_t largest_page(void) {
  size_t largest = 0;
  for (int i = 0; i < rows(); i++) {
    char *text = page_text(name_at(i));
    if (strlen(text) > largest) largest = strlen(text);
    free(text);
  }
  return largest;
}

/* The disk is full when some pages are written already; and gnuplot is not there. */
static void a_failure_leaves_nothing_behind(void **state) {
  (void)state;
  size_t limit = largest_page() - 1;
  char *first = page_text(ramp_function_row_at(0)->name);
  assert_true(strlen(first) < limit);
  free(first);
  char *empty = folder_make(), *target = path_join(empty, "pages");
  const char *const *const arguments = ARGUMENTS("list", "--html", target);
  assert_refused(run_ramp((run_request){.arguments = arguments, .file_limit = limit}), 3,
                 "File too large");
  assert_int_equal(folder_entries(empty), 0);
  assert_refused(run_ramp((run_request){.arguments = arguments,
                                        .environment = ARGUMENTS("PATH=/nonexistent")}),
                 3, "gnuplot draws the pictures and is not installed");
  assert_int_equal(folder_entries(empty), 0);
  free(target);
  folder_remove(empty);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_function_has_a_page),
      cmocka_unit_test(pages_are_self_contained_and_escaped),
      cmocka_unit_test(a_page_says_what_the_table_says),
      cmocka_unit_test(a_page_of_several_inputs_has_an_example),
      cmocka_unit_test(chromium_lays_a_page_out),
      cmocka_unit_test(chromium_lays_the_index_out),
      cmocka_unit_test(wrong_arguments_are_refused),
      cmocka_unit_test(a_failure_leaves_nothing_behind),
  };
  return cmocka_run_group_tests_name("program: pages", tests, write_pages, remove_pages);
}
