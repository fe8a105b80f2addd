/* SPDX-License-Identifier: MIT */
/* bench.c: `ramp bench`: how fast functions are on this machine, beside how fast it can
   copy memory. */
#include "allocate.h"
#include "bench_options.h"
#include "bench_picture.h"
#include "interrupt.h"
#include "output.h"

static const char help[] =
    "usage: ramp bench [--function LIST] [--type T] [--size LIST] [--threads LIST] ...\n"
    "\n"
    "Measures functions on this machine, forward and backward, beside the machine's "
    "limit: how\n"
    "fast it copies memory. All take turns, so that what else runs disturbs all alike.\n"
    "\n"
    "  ramp bench\n"
    "  ramp bench --function relu,gelu,clip:0,6 --type bf16\n"
    "  ramp bench --function all --size 64Ki --threads 1 -o speed.png\n"
    "\n"
    "  -f, --function LIST   what to measure, or all; without it\n"
    "                        " BENCH_FUNCTIONS "\n"
    "  -t, --type T          f32 (default), f64, f16 or bf16\n"
    "  -d, --derivative      the derivative alone, too\n"
    "  -s, --size LIST       numbers of elements; without it " BENCH_SIZES "\n"
    "      --threads LIST    numbers of threads; without it 1,all\n"
    "      --seconds S       for each size and number of threads (" BENCH_SECONDS
    "), and not less\n"
    "                        than three rounds\n"
    "  -o, --output FILE     a picture as well, .png or .svg; needs gnuplot\n"
    "  -j, --json            all numbers as JSON in place of the table\n"
    "\n"
    "Before a row is timed its results are compared with those of the same array in "
    "pieces; exit\n"
    "code 1 when they differ, 130 after Ctrl-C. A table that was printed by then is "
    "complete.\n";

typedef struct bench_options {
  bench_request asked;
  int json;
  const char *output;
} bench_options;

/* ------------------------------------------------------------------ what was asked */

static int read_options(int argc, char **argv, bench_options *o, bench *b) {
  *o = (bench_options){.asked = {.functions = BENCH_FUNCTIONS, .sizes = BENCH_SIZES}};
  *b = (bench){.type = RAMP_F32};
  number_read(BENCH_SECONDS, &b->seconds);
  const option_row rows[] = {{"function", 'f', OPTION_TEXT, &o->asked.functions},
                             {"type", 't', OPTION_TYPE, &b->type},
                             {"derivative", 'd', OPTION_FLAG, &o->asked.derivative},
                             {"size", 's', OPTION_TEXT, &o->asked.sizes},
                             {"threads", 0, OPTION_TEXT, &o->asked.threads},
                             {"seconds", 0, OPTION_NUMBER, &b->seconds},
                             {"output", 'o', OPTION_TEXT, &o->output},
                             {"json", 'j', OPTION_FLAG, &o->json},
                             {0}};
  int operands = options_read(rows, argc, argv);
  if (operands < 0) return EXIT_USAGE;
  if (operands)
    return fail(EXIT_USAGE, "functions come after --function, and '%s' does not",
                argv[0]);
  if (b->seconds < 0) return fail(EXIT_USAGE, "--seconds %g is below 0", b->seconds);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ measuring */

static int report_interrupt(void) { return fail(EXIT_INTERRUPTED, "interrupted"); }

static int measure_all(const bench *b, int json) {
  int code = EXIT_FINE;
  for (size_t thread = 0; thread < b->thread_count && code == EXIT_FINE; thread++) {
    code = bench_measure(b, thread);
    if (code == EXIT_FINE && !json) bench_print_table(b, thread);
  }
  if (code != EXIT_FINE) return code;
  if (json)
    bench_print_json(b);
  else
    bench_print_legend(b);
  return EXIT_FINE;
}

static int measure_watched(const bench *b, int json) {
  interrupt_watch();
  int code = measure_all(b, json);
  interrupt_release();
  return code == EXIT_INTERRUPTED ? report_interrupt() : code;
}

/* ------------------------------------------------------------------ the picture */

static void nothing(const void *what, FILE *script) { (void)what, (void)script; }

/* Who waits for a picture wants to know now that there will be none. */
static int try_gnuplot(void) {
  char *bytes = NULL;
  size_t size;
  FILE *picture = open_memstream(&bytes, &size);
  if (!picture) return fail_memory();
  int code = gnuplot_draw(nothing, NULL, picture);
  fclose(picture);
  free(bytes);
  return code;
}

static int measure_and_draw(const bench *b, const bench_options *o,
                            gnuplot_format format) {
  output_file file;
  int code = try_gnuplot();
  if (code == EXIT_FINE) code = output_open(&file, o->output);
  if (code) return code;
  code = measure_watched(b, o->json);
  if (code == EXIT_FINE) code = bench_draw(b, format, file.stream);
  if (code == EXIT_FINE) return output_commit(&file);
  output_discard(&file);
  return code;
}

/* ------------------------------------------------------------------ the subcommand */

static int run_bench(int argc, char **argv) {
  bench b;
  bench_options options;
  gnuplot_format format;
  int code = read_options(argc, argv, &options, &b);
  if (code == EXIT_FINE && options.output)
    code = gnuplot_file_format(options.output, &format);
  if (code == EXIT_FINE) code = bench_fill(&b, &options.asked);
  if (code == EXIT_FINE)
    code = options.output ? measure_and_draw(&b, &options, format)
                          : measure_watched(&b, options.json);
  bench_free(&b);
  return code;
}

const command bench_command = {
    "bench", "measure functions beside the machine's copy of memory", help, run_bench, 0};
