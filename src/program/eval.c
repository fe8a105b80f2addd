/* SPDX-License-Identifier: MIT */
/* eval.c: the subcommand `ramp eval`: what is wanted, and where the numbers come from. */
#include "eval.h"
#include "npy.h"
#include "program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: ramp eval FUNCTION [NUMBER...] [OPTION...]\n"
    "\n"
    "Computes a function at the numbers given, or at those on standard input, separated "
    "by\n"
    "white space, when there are none or the only one is '-'. One result a line, as they "
    "come.\n"
    "\n"
    "  ramp eval relu -3 2 nan              0, 2 and nan\n"
    "  ramp eval leaky_relu:0.1 -3          a parameter; ramp list leaky_relu tells of "
    "them\n"
    "  ramp eval relu:kink=right 0 --derivative\n"
    "  seq -5 5 | ramp eval tanh --type f32\n"
    "  ramp eval silu --input x.npy --output y.npy\n"
    "  ramp eval softmax 1 2 3              of several inputs: a line of numbers in, a "
    "line out\n"
    "  ramp eval maxout:4 --input x.npy --output y.npy --axis 1\n"
    "\n"
    "  --derivative      the derivative; at a kink, the subgradient of least magnitude\n"
    "                    or the one that kink=left|right|middle|NUMBER in FUNCTION "
    "chooses\n"
    "  --subgradient     the derivatives from the left and from the right, on one line\n"
    "  --type TYPE       f64 (default), f32, f16 or bf16: numbers are rounded to it "
    "once, and\n"
    "                    so is the result, printed with the fewest digits that read back "
    "to\n"
    "                    the same number of that type\n"
    "  --json            one JSON object a line; nan and inf are strings there\n"
    "  --input FILE      an array in NumPy's format .npy of f64, f32 or f16, either byte "
    "order\n"
    "  --output FILE     the results in the same shape, type and order of memory\n"
    "  --axis AXIS       of the array, for a function of several inputs: from 0, or from "
    "the\n"
    "                    last, -1 (default)\n"
    "\n"
    "FILE may be '-'. Numbers are decimal (-3, 1e-5), hexadecimal (0x1.8p3), inf or "
    "nan.\n";

typedef struct eval_options {
  int derivative, subgradient, json;
  const char *type, *input, *output, *axis;
} eval_options;

static int wants(const eval_options *options, evaluation *wanted) {
  if (options->derivative && options->subgradient)
    return fail(EXIT_USAGE, "--derivative and --subgradient exclude each other");
  if (wanted->of.is_fold && (options->derivative || options->subgradient))
    return fail(EXIT_USAGE,
                "a function of several inputs has a derivative for each output by each "
                "input: ramp explain shows them");
  wanted->what = options->derivative    ? EVAL_DERIVATIVE
                 : options->subgradient ? EVAL_SUBGRADIENT
                                        : EVAL_VALUE;
  wanted->json = options->json;
  wanted->type_given = options->type != NULL;
  if (options->type && ramp_type_parse(options->type, &wanted->type) != RAMP_OK)
    return fail(EXIT_USAGE, "--type wants f64, f32, f16 or bf16, not '%s'",
                options->type);
  return EXIT_FINE;
}

static int run_array(const evaluation *wanted, const eval_options *options, int numbers) {
  if (!options->input || !options->output)
    return fail(EXIT_USAGE, "--input and --output go together: arrays in, arrays out");
  if (numbers)
    return fail(EXIT_USAGE, "numbers come either as arguments or from --input, not both");
  if (wanted->json)
    return fail(EXIT_USAGE, "--json does not go with --output, which writes an array");
  if (wanted->what == EVAL_SUBGRADIENT)
    return fail(EXIT_USAGE,
                "--subgradient gives two numbers for one and does not go with "
                "--output; --derivative of FUNCTION:kink=left does");
  return (wanted->of.is_fold ? eval_fold_array : eval_array)(wanted, options->input,
                                                             options->output);
}

static int read_axis(const eval_options *options, evaluation *wanted) {
  char *end;
  wanted->axis = -1;
  if (!options->axis) return EXIT_FINE;
  if (!wanted->of.is_fold || !options->input)
    return fail(EXIT_USAGE,
                "--axis is for functions of several inputs on an array from --input");
  errno = 0;
  long axis = strtol(options->axis, &end, 10);
  if (*end || end == options->axis || errno || labs(axis) > NPY_AXES_MAX)
    return fail(EXIT_USAGE, "--axis wants a whole number such as 0 or -1, not '%s'",
                options->axis);
  wanted->axis = (int)axis;
  return EXIT_FINE;
}

static int run_numbers(const evaluation *wanted, char **words, int count) {
  int fold = wanted->of.is_fold;
  if (count == 0 || (count == 1 && !strcmp(words[0], "-")))
    return (fold ? eval_fold_standard_input : eval_standard_input)(wanted);
  return (fold ? eval_fold_arguments : eval_arguments)(wanted, words, count);
}

static int run_eval(int argc, char **argv) {
  eval_options options = {0};
  const option_row rows[] = {{"derivative", 'd', OPTION_FLAG, &options.derivative},
                             {"subgradient", 's', OPTION_FLAG, &options.subgradient},
                             {"json", 0, OPTION_FLAG, &options.json},
                             {"type", 't', OPTION_TEXT, &options.type},
                             {"input", 'i', OPTION_TEXT, &options.input},
                             {"output", 'o', OPTION_TEXT, &options.output},
                             {"axis", 'a', OPTION_TEXT, &options.axis},
                             {0}};
  int operands = options_read(rows, argc, argv);
  if (operands < 0) return EXIT_USAGE;
  if (!operands)
    return fail(EXIT_USAGE, "which function? For example: ramp eval relu -3 2 nan");
  evaluation wanted = {.type = RAMP_F64};
  ramp_status status = ramp_activation_parse(argv[0], &wanted.of);
  if (status != RAMP_OK) return fail_status(status);
  int code = wants(&options, &wanted);
  if (code == EXIT_FINE) code = read_axis(&options, &wanted);
  if (code) return code;
  if (options.input || options.output) return run_array(&wanted, &options, operands - 1);
  return run_numbers(&wanted, argv + 1, operands - 1);
}

const command eval_command = {
    "eval", "compute a function or its derivative at some numbers", help, run_eval, 0};
