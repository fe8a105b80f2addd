/* SPDX-License-Identifier: MIT */
/*
 * gnuplot.c: the child process and the house style.  The script and gnuplot's complaints
 * go through temporary files and the picture alone through a pipe: with one pipe, nobody
 * waits for anybody.
 */
#include "gnuplot.h"
#include "program.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ------------------------------------------------------------------ the house style */

const char *const gnuplot_colour[GNUPLOT_COLOURS] = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#4d4d4d"};

static const char dash_of_round[][8] = {"solid", "'- '", "'. '"};

/* The colours in turn; on each further round through them another dash. */
static void line_types(FILE *script, double width) {
  for (int i = 0; i < 3 * GNUPLOT_COLOURS; i++)
    fprintf(script,
            "set linetype %d linecolor rgb '%s' linewidth %g dashtype %s pointtype 7\n",
            i + 1, gnuplot_colour[i % GNUPLOT_COLOURS], width,
            dash_of_round[i / GNUPLOT_COLOURS]);
  fprintf(script, "set linetype cycle %d\n", 3 * GNUPLOT_COLOURS);
}

/* Bright enough for a dark terminal, dark enough for a bright one. */
static void text_line_types(FILE *script) {
  static const char *const colours[GNUPLOT_COLOURS] = {
      "#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#0072b2", "#999999"};
  for (int i = 0; i < GNUPLOT_COLOURS; i++)
    fprintf(script, "set linetype %d linecolor rgb '%s'\n", i + 1, colours[i]);
  fprintf(script, "set linetype cycle %d\n", GNUPLOT_COLOURS);
}

static void drawn_style(FILE *script) {
  line_types(script, 2.5);
  fputs("set border 3 linecolor rgb '#808080' linewidth 1\n"
        "set tics nomirror out scale 0.6 textcolor rgb '#404040'\n"
        "set grid linecolor rgb '#e0e0e0' linetype 1 linewidth 1 dashtype solid\n"
        "set title font ',15' textcolor rgb '#202020'\n"
        "set xlabel textcolor rgb '#404040'\nset ylabel textcolor rgb '#404040'\n"
        "set key textcolor rgb '#202020' spacing 1.3 samplen 3\n"
        "set samples 2\n",
        script);
}

void gnuplot_canvas(FILE *script, gnuplot_format format, int width, int height) {
  const char *colour = format == GNUPLOT_TEXT_COLOUR ? "ansi256" : "mono";
  switch (format) {
  case GNUPLOT_PNG:
    /* Without its Cairo terminals gnuplot still has a plainer one. */
    fprintf(script,
            "if (strstrt(GPVAL_TERMINALS, 'pngcairo') > 0) {\n"
            "set terminal pngcairo noenhanced size %d,%d font 'DejaVu Sans,11'\n"
            "} else {\nset terminal png noenhanced size %d,%d\n}\n",
            width, height, width, height);
    break;
  case GNUPLOT_SVG:
    fprintf(script,
            "set terminal svg noenhanced size %d,%d dynamic background rgb 'white' "
            "font 'DejaVu Sans,Helvetica,sans-serif,13'\n",
            width, height);
    break;
  case GNUPLOT_TEXT:
  case GNUPLOT_TEXT_COLOUR:
    /* This terminal writes one column more than it is told. */
    fprintf(script, "set terminal dumb noenhanced nofeed size %d,%d %s\n", width - 1,
            height, colour);
    if (format == GNUPLOT_TEXT_COLOUR) text_line_types(script);
    return;
  }
  drawn_style(script);
}

/* In gnuplot's double quotes a backslash escapes, and a backquote would run a command. */
void gnuplot_string(FILE *script, const char *text) {
  fputc('"', script);
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c < ' ' || strchr("\"\\`", c))
      fprintf(script, "\\%03o", c);
    else
      fputc(c, script);
  }
  fputc('"', script);
}

/* ------------------------------------------------------------------ the child */

typedef struct conversation {
  FILE *script, *complaints; /* what gnuplot reads; what it says on standard error */
  int picture[2];            /* the pipe: read end, write end */
} conversation;

static void hang_up(conversation *with) {
  if (with->script) fclose(with->script);
  if (with->complaints) fclose(with->complaints);
  for (int i = 0; i < 2; i++)
    if (with->picture[i] >= 0) close(with->picture[i]);
}

static int set_up(conversation *with, const char *script, size_t size) {
  *with = (conversation){tmpfile(), tmpfile(), {-1, -1}};
  if (!with->script || !with->complaints || pipe(with->picture) ||
      fwrite(script, 1, size, with->script) != size || fflush(with->script))
    return fail(EXIT_FILE, "cannot make a temporary file for gnuplot: %s",
                strerror(errno));
  rewind(with->script);
  return EXIT_FINE;
}

/* Returns 0 or the cause as an errno. */
static int start(conversation *with, pid_t *child) {
  /* Default settings: a person's own start-up file must not change the pictures. */
  char *argv[] = {"gnuplot", "--default-settings", NULL};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(with->script), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, with->picture[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(with->complaints), STDERR_FILENO);
  posix_spawn_file_actions_addclose(&actions, with->picture[0]);
  int cause = posix_spawnp(child, "gnuplot", &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(with->picture[1]);
  with->picture[1] = -1;
  return cause;
}

static void copy_picture(int from, FILE *to) {
  char block[1 << 14];
  ssize_t size;
  while ((size = read(from, block, sizeof block)) != 0) {
    if (size > 0)
      fwrite(block, 1, (size_t)size, to);
    else if (errno != EINTR)
      return;
  }
}

static int ended_well(pid_t child) {
  int status;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return 0;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* gnuplot echoes the statement, points at the place, and tells why in "line 12: ...". */
static int report_complaint(FILE *complaints) {
  char line[256], last[256] = "it gave no reason";
  rewind(complaints);
  while (fgets(line, sizeof line, complaints)) {
    int skipped = 0;
    line[strcspn(line, "\n")] = 0;
    sscanf(line, " line %*d: %n", &skipped);
    if (skipped) snprintf(last, sizeof last, "%s", line + skipped);
  }
  return fail(EXIT_FILE, "gnuplot failed: %s", last);
}

static int converse(conversation *with, FILE *picture) {
  pid_t child;
  int cause = start(with, &child);
  if (cause == ENOENT)
    return fail(EXIT_FILE, "gnuplot draws the pictures and is not installed; on Debian: "
                           "apt-get install gnuplot-nox");
  if (cause) return fail(EXIT_FILE, "cannot start gnuplot: %s", strerror(cause));
  copy_picture(with->picture[0], picture);
  return ended_well(child) ? EXIT_FINE : report_complaint(with->complaints);
}

int gnuplot_run(const char *script, size_t size, FILE *picture) {
  conversation with;
  int code = set_up(&with, script, size);
  if (code == EXIT_FINE) code = converse(&with, picture);
  hang_up(&with);
  return code;
}

int gnuplot_draw(void (*write)(const void *what, FILE *script), const void *what,
                 FILE *picture) {
  char *script = NULL;
  size_t size = 0;
  FILE *text = open_memstream(&script, &size);
  if (!text) return fail_memory();
  write(what, text);
  int failed = ferror(text);
  failed |= fclose(text);
  int code = failed ? fail_memory() : gnuplot_run(script, size, picture);
  free(script);
  return code;
}

/* ------------------------------------------------------------------ files */

static int ends_with(const char *text, const char *ending) {
  size_t length = strlen(text), ending_length = strlen(ending);
  return length > ending_length && !strcasecmp(text + length - ending_length, ending);
}

int gnuplot_file_format(const char *path, gnuplot_format *format) {
  *format = GNUPLOT_PNG;
  if (ends_with(path, ".png")) return EXIT_FINE;
  *format = GNUPLOT_SVG;
  if (ends_with(path, ".svg")) return EXIT_FINE;
  return fail(EXIT_USAGE, "a picture's name ends in .png or .svg, and '%s' does not",
              path);
}
