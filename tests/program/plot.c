/* SPDX-License-Identifier: MIT */
/*
 * ramp plot: pictures are looked into, not only at.  gnuplot's SVG names its plots
 * gnuplot_plot_1, 2, ... and writes a curve as a path of M (begin here) and L (a line to
 * there) in pixels.
 */
#include "run.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct point {
  double x, y;
} point;

#define POINTS_MAX 4096

typedef struct path {
  int count, begins; /* points; how many of them begin a line of their own */
  point points[POINTS_MAX];
  int begin[POINTS_MAX]; /* 1 where a line begins */
} path;

/* ------------------------------------------------------------------ drawing */

static char *draw(const char *const *arguments, const char *name, size_t *size) {
  char *folder = folder_make(), *file = path_join(folder, name);
  const char *all[16] = {"plot", "-o", file};
  for (int i = 0; arguments[i]; i++)
    all[i + 3] = arguments[i];
  run_result r = run_ramp((run_request){.arguments = all});
  assert_string_equal(r.err, "");
  assert_int_equal(r.code, 0);
  assert_int_equal(r.out_size, 0);
  assert_int_equal(folder_entries(folder), 1);
  char *picture = file_read(file, size);
  run_free(&r);
  free(file);
  folder_remove(folder);
  return picture;
}

static char *draw_svg(const char *const *arguments) {
  size_t size;
  char *svg = draw(arguments, "picture.svg", &size);
  assert_non_null(strstr(svg, "<svg"));
  assert_non_null(strstr(svg, "</svg>"));
  return svg;
}

/* ------------------------------------------------------------------ reading an SVG */

static const char *plot_in(const char *svg, int number, const char **end) {
  char begin[32], next[32];
  snprintf(begin, sizeof begin, "id=\"gnuplot_plot_%d\"", number);
  snprintf(next, sizeof next, "id=\"gnuplot_plot_%d\"", number + 1);
  const char *at = strstr(svg, begin);
  assert_non_null(at);
  *end = strstr(at, next);
  if (!*end) *end = strstr(at, "stroke='rgb(128, 128, 128)'"); /* the frame comes last */
  assert_non_null(*end);
  return at;
}

/* The sample of a curve in the legend is a line of two points before it. */
static void drop_legend(path *p) {
  if (p->count < 3 || !p->begin[2]) return;
  p->count -= 2;
  p->begins--;
  memmove(p->points, p->points + 2, (size_t)p->count * sizeof *p->points);
  memmove(p->begin, p->begin + 2, (size_t)p->count * sizeof *p->begin);
}

static path curve_in(const char *svg, int number) {
  path p = {0};
  const char *end, *at = plot_in(svg, number, &end);
  for (; at < end; at++) {
    point *to = &p.points[p.count];
    if (*at != 'M' && *at != 'L') continue;
    if (sscanf(at + 1, "%lf,%lf", &to->x, &to->y) != 2) continue;
    p.begin[p.count] = *at == 'M';
    p.begins += *at == 'M';
    p.count++;
    assert_true(p.count < POINTS_MAX);
  }
  drop_legend(&p);
  assert_true(p.count > 100);
  return p;
}

/* Where the dots of a plot are; returns how many. */
static int dots_in(const char *svg, int number, point dots[8]) {
  int count = 0;
  const char *end, *at = plot_in(svg, number, &end);
  for (; (at = strstr(at, "translate(")) && at < end && count < 8; at++) {
    int scaled = 0; /* dots are, words are not */
    point *dot = &dots[count];
    sscanf(at, "translate(%lf,%lf) scale%n", &dot->x, &dot->y, &scaled);
    count += scaled > 0;
  }
  return count;
}

static void assert_same_place(point a, point b) {
  if (fabs(a.x - b.x) > 0.02 || fabs(a.y - b.y) > 0.02)
    fail_msg("(%g, %g) is not (%g, %g)", a.x, a.y, b.x, b.y);
}

/* ------------------------------------------------------------------ kinks and jumps */

/* A range in which no even division has a point at the kink. */
static void a_kink_of_a_value_is_a_sharp_corner(void **state) {
  (void)state;
  char *svg = draw_svg(ARGUMENTS("relu", "--range", "-1,1.7"));
  path p = curve_in(svg, 1);
  double left = p.points[0].x, right = p.points[p.count - 1].x;
  double kink = left + (right - left) / 2.7, flat = p.points[0].y;
  int i = 0;
  while (i < p.count && p.points[i].y == flat)
    i++;
  assert_same_place(p.points[i - 1], (point){kink, flat});
  assert_true(p.points[i].y < flat);
  for (int k = 1; k < p.count; k++)
    if (p.begin[k]) assert_same_place(p.points[k - 1], p.points[k]);
  free(svg);
}

static void assert_jump(const char *function, int taken_is_left) {
  char *svg = draw_svg(ARGUMENTS(function, "--derivative"));
  path p = curve_in(svg, 1);
  point open[8], white[8], taken[8];
  int i = 1;
  assert_int_equal(p.begins, 2);
  while (!p.begin[i])
    i++;
  point left = p.points[i - 1], right = p.points[i];
  assert_true(left.x == right.x && left.y > right.y + 100);
  assert_int_equal(dots_in(svg, 2, open), 1);
  assert_int_equal(dots_in(svg, 3, white), 1);
  assert_int_equal(dots_in(svg, 4, taken), 1);
  assert_same_place(taken[0], taken_is_left ? left : right);
  assert_same_place(open[0], taken_is_left ? right : left);
  assert_same_place(white[0], open[0]);
  free(svg);
}

static void a_kink_of_a_derivative_is_a_jump_with_dots(void **state) {
  (void)state;
  assert_jump("relu", 1);
  assert_jump("relu:kink=right", 0);
  assert_jump("leaky_relu:0.1", 1);
}

static void a_mixture_has_two_open_dots_and_a_filled_one(void **state) {
  (void)state;
  char *svg = draw_svg(ARGUMENTS("relu:kink=middle", "--derivative"));
  point open[8], taken[8];
  assert_int_equal(dots_in(svg, 2, open), 2);
  assert_int_equal(dots_in(svg, 4, taken), 1);
  assert_same_place(taken[0], (point){open[0].x, (open[0].y + open[1].y) / 2});
  free(svg);
}

static void a_smooth_derivative_has_no_jump(void **state) {
  (void)state;
  char *svg = draw_svg(ARGUMENTS("elu", "silu", "--derivative"));
  assert_int_equal(curve_in(svg, 1).begins, 1);
  assert_int_equal(curve_in(svg, 2).begins, 1);
  assert_null(strstr(svg, "gnuplot_plot_3"));
  free(svg);
}

/* Both sides of a jump end where the other side's line does not begin; a filled dot is on
   the value taken. */
static void a_jump_of_a_value_is_a_gap_with_dots(void **state) {
  (void)state;
  char *svg = draw_svg(ARGUMENTS("threshold:1,-1"));
  path p = curve_in(svg, 1);
  point open[8], taken[8];
  int i = 1;
  assert_int_equal(p.begins, 2);
  while (!p.begin[i])
    i++;
  point left = p.points[i - 1], right = p.points[i];
  assert_true(left.x == right.x && left.y > right.y + 50);
  assert_same_place(p.points[0], (point){p.points[0].x, left.y});
  assert_int_equal(dots_in(svg, 2, open), 1);
  assert_same_place(open[0], right);
  assert_int_equal(dots_in(svg, 4, taken), 1);
  assert_same_place(taken[0], left);
  free(svg);
}

/* sign is -1, 0 and 1: two limits that are not taken, and a value between them. */
static void a_value_of_its_own_at_a_jump_has_a_dot(void **state) {
  (void)state;
  char *svg = draw_svg(ARGUMENTS("sign"));
  point open[8], taken[8];
  assert_int_equal(curve_in(svg, 1).begins, 2);
  assert_int_equal(dots_in(svg, 2, open), 2);
  assert_int_equal(dots_in(svg, 4, taken), 1);
  assert_same_place(taken[0], (point){open[0].x, (open[0].y + open[1].y) / 2});
  free(svg);
  svg = draw_svg(ARGUMENTS("hard_shrink:3.9"));
  assert_int_equal(curve_in(svg, 1).begins, 3);
  free(svg);
  svg = draw_svg(ARGUMENTS("hard_shrink:7"));
  assert_int_equal(curve_in(svg, 1).begins, 3);
  free(svg);
  svg = draw_svg(ARGUMENTS("step", "--derivative"));
  path p = curve_in(svg, 1);
  for (int i = 0; i < p.count; i++)
    assert_true(p.points[i].y == p.points[0].y);
  free(svg);
}

static void the_range_widens_to_hold_the_kinks(void **state) {
  (void)state;
  char *svg = draw_svg(ARGUMENTS("relu6", "--derivative"));
  assert_int_equal(curve_in(svg, 1).begins, 3);
  free(svg);
  svg = draw_svg(ARGUMENTS("relu6", "--derivative", "--range", "-4,4"));
  assert_int_equal(curve_in(svg, 1).begins, 2);
  free(svg);
  svg = draw_svg(ARGUMENTS("relu6", "--derivative", "--range", "1,4"));
  assert_int_equal(curve_in(svg, 1).begins, 1);
  free(svg);
}

/* ------------------------------------------------------------------ pictures */

static void several_functions_have_a_legend(void **state) {
  (void)state;
  char *svg = draw_svg(ARGUMENTS("relu", "leaky_relu:0.1", "silu"));
  assert_non_null(strstr(svg, ">leaky_relu:0.1<"));
  assert_non_null(strstr(svg, ">silu<"));
  free(svg);
  svg = draw_svg(ARGUMENTS("relu", "--both"));
  assert_non_null(strstr(svg, ">relu<"));
  assert_non_null(strstr(svg, ">relu '<"));
  assert_non_null(strstr(svg, ">relu and its derivative<"));
  free(svg);
}

static void a_png_is_whole(void **state) {
  (void)state;
  size_t size;
  char *png = draw(ARGUMENTS("relu", "elu", "-d"), "picture.PNG", &size);
  assert_true(size > 5000);
  assert_memory_equal(png, "\x89PNG\r\n\x1a\n", 8);
  assert_memory_equal(png + size - 8, "IEND", 4);
  free(png);
}

static void without_a_file_it_is_text_of_80_by_24(void **state) {
  (void)state;
  run_result r = RUN("plot", "relu", "--derivative");
  assert_int_equal(r.code, 0);
  assert_non_null(strstr(r.out, "**********@"));
  assert_non_null(strstr(r.out, "o**********"));
  assert_null(strchr(r.out, '\033'));
  int lines = 0;
  for (char *line = strtok(r.out, "\n"); line; line = strtok(NULL, "\n"), lines++)
    assert_true(strlen(line) <= 80);
  assert_in_range(lines, 20, 24);
  run_free(&r);
}

static void extreme_ranges_are_drawn(void **state) {
  (void)state;
  free(draw_svg(ARGUMENTS("softplus", "--range", "-1e300,1e300")));
  free(draw_svg(ARGUMENTS("identity", "--derivative")));
  free(draw_svg(ARGUMENTS("clip:1000,1000", "tanh")));
}

/* ------------------------------------------------------------------ bad input */

/* A band that ends at -4 where the bounds of the slope do, with every draw within. */
static void draws_of_a_random_slope_lie_in_a_band(void **state) {
  (void)state;
  char *svg = draw_svg(ARGUMENTS("rrelu:0.25,0.75", "--range", "-4,4"));
  const char *band = strstr(svg, "fill-opacity = '0.2"), *end;
  assert_non_null(band);
  band = strstr(strstr(band + 1, "fill-opacity = '0.2"), "points = '");
  assert_non_null(band);
  point lower, upper;
  assert_int_equal(sscanf(band, "points = '%lf,%lf", &lower.x, &lower.y), 2);
  for (end = strchr(band + 10, '\''); end[-1] == ' ';)
    end--;
  while (end[-1] != ' ')
    end--;
  assert_int_equal(sscanf(end, "%lf,%lf", &upper.x, &upper.y), 2);
  for (int number = 2; number <= 8; number++) {
    path draw = curve_in(svg, number);
    assert_true(fabs(draw.points[0].x - lower.x) < 0.02);
    assert_true(draw.points[0].y > lower.y && draw.points[0].y < upper.y);
  }
  path evaluation = curve_in(svg, 9);
  assert_true(fabs(evaluation.points[0].y - (lower.y + upper.y) / 2) < 0.02);
  assert_non_null(strstr(svg, "7 draws"));
  free(svg);
  svg = draw_svg(ARGUMENTS("relu"));
  assert_null(strstr(svg, "fill-opacity = '0.2"));
  free(svg);
}

static void wrong_arguments_are_refused(void **state) {
  (void)state;
  assert_refused(RUN("plot"), 2, "which function?");
  assert_refused(RUN("plot", "relu", "sigmiod"), 2, "sigmoid");
  assert_refused(RUN("plot", "elu:-1"), 2, "alpha");
  assert_refused(RUN("plot", "relu", "-o", "x.pdf"), 2, "ends in .png or .svg");
  assert_refused(RUN("plot", "relu", "-o", ".png"), 2, "ends in .png or .svg");
  const char *const ranges[] = {"1",     "1,",    ",1",  "2,1",  "1,1",
                                "0,inf", "nan,1", "a,b", "1,2,3"};
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    assert_refused(RUN("plot", "relu", "--range", ranges[i]), 2,
                   "--range wants LOW,HIGH");
}

static void an_unwritable_picture_is_refused(void **state) {
  (void)state;
  char *folder = folder_make();
  char *nowhere = path_join(folder, "no/x.svg"), *picture = path_join(folder, "x.svg");
  const char *const *const arguments = ARGUMENTS("plot", "relu", "-o", picture);
  assert_refused(RUN("plot", "relu", "-o", nowhere), 3,
                 "x.svg': No such file or directory");
  assert_refused(run_ramp((run_request){.arguments = arguments, .file_limit = 5000}), 3,
                 "File too large");
  assert_int_equal(folder_entries(folder), 0);
  assert_int_equal(symlink("/dev/full", picture), 0);
  assert_refused(run_ramp((run_request){.arguments = arguments}), 3,
                 "x.svg': No space left on device");
  free(nowhere);
  free(picture);
  folder_remove(folder);
}

static void a_missing_gnuplot_is_named(void **state) {
  (void)state;
  char *folder = folder_make(), *picture = path_join(folder, "x.png");
  run_result r =
      run_ramp((run_request){.arguments = ARGUMENTS("plot", "relu", "-o", picture),
                             .environment = ARGUMENTS("PATH=/nonexistent")});
  assert_refused(r, 3, "gnuplot draws the pictures and is not installed");
  assert_int_equal(folder_entries(folder), 0);
  free(picture);
  folder_remove(folder);
}

static void a_failing_gnuplot_is_reported(void **state) {
  (void)state;
  char *folder = folder_make(), *gnuplot = path_join(folder, "gnuplot"), path[512],
       command[512];
  const char script[] = "#!/bin/sh\necho '     line 0: no such terminal' >&2\nexit 1\n";
  file_write(gnuplot, script, sizeof script - 1);
  snprintf(command, sizeof command, "chmod +x '%s'", gnuplot);
  assert_int_equal(system(command), 0);
  snprintf(path, sizeof path, "PATH=%s:/usr/bin:/bin", folder);
  run_result r = run_ramp((run_request){.arguments = ARGUMENTS("plot", "relu"),
                                        .environment = ARGUMENTS(path)});
  assert_refused(r, 3, "gnuplot failed: no such terminal");
  free(gnuplot);
  folder_remove(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_kink_of_a_value_is_a_sharp_corner),
      cmocka_unit_test(a_kink_of_a_derivative_is_a_jump_with_dots),
      cmocka_unit_test(a_mixture_has_two_open_dots_and_a_filled_one),
      cmocka_unit_test(a_smooth_derivative_has_no_jump),
      cmocka_unit_test(a_jump_of_a_value_is_a_gap_with_dots),
      cmocka_unit_test(a_value_of_its_own_at_a_jump_has_a_dot),
      cmocka_unit_test(the_range_widens_to_hold_the_kinks),
      cmocka_unit_test(several_functions_have_a_legend),
      cmocka_unit_test(a_png_is_whole),
      cmocka_unit_test(without_a_file_it_is_text_of_80_by_24),
      cmocka_unit_test(extreme_ranges_are_drawn),
      cmocka_unit_test(draws_of_a_random_slope_lie_in_a_band),
      cmocka_unit_test(wrong_arguments_are_refused),
      cmocka_unit_test(an_unwritable_picture_is_refused),
      cmocka_unit_test(a_missing_gnuplot_is_named),
      cmocka_unit_test(a_failing_gnuplot_is_reported),
  };
  return cmocka_run_group_tests_name("program: plot", tests, NULL, NULL);
}
