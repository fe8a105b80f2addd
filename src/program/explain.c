/* SPDX-License-Identifier: MIT */
/* explain.c: the subcommand `ramp explain`: a function at some numbers, in all depth. */
#include "explain_fold.h"
#include "explanation.h"
#include "number.h"
#include "program.h"

static const char help[] =
    "usage: ramp explain FUNCTION X... [OPTION...]\n"
    "\n"
    "What a function gives at X and why: the value with its bits and its neighbours, "
    "the\n"
    "derivatives from both sides and the one that is taken, and what PyTorch, JAX, "
    "TensorFlow\n"
    "and the usual lines of NumPy give there.\n"
    "\n"
    "  ramp explain relu 0                  a kink, and who takes what there\n"
    "  ramp explain gelu -6                 where 1 + erf has no digits left\n"
    "  ramp explain relu:kink=middle 0\n"
    "  ramp explain sigmoid 20 --type f16\n"
    "  ramp explain maxout:3 1 5 5          of several inputs: all of X is one line of "
    "them\n"
    "\n"
    "  --type TYPE       f32 (default), f64, f16 or bf16: X is rounded to it once, and "
    "all is\n"
    "                    computed in it; others compute 16 bits in f32 and round at the "
    "end\n"
    "  --json            one JSON object a line; nan and inf are strings there\n"
    "\n"
    "Others are computed, not remembered: their formulas, each operation rounded as "
    "theirs is.\n";

static int explain_one(const ramp_function *f, ramp_type type, const char *word,
                       int json) {
  explanation e;
  double x;
  number_of_type(word, type, &x);
  ramp_status status = explain_at(f, type, x, &e);
  if (status != RAMP_OK) return fail_status(status);
  return json ? explain_print_json(&e) : explain_print_text(&e, word);
}

static int explain_all(const ramp_function *f, ramp_type type, char **words, int count,
                       int json) {
  double x;
  for (int i = 0; i < count; i++)
    if (!number_of_type(words[i], type, &x)) return fail_number(words[i], i + 1);
  for (int i = 0; i < count; i++) {
    if (i && !json) putchar('\n');
    int code = explain_one(f, type, words[i], json);
    if (code) return code;
  }
  return EXIT_FINE;
}

static int run_explain(int argc, char **argv) {
  int json = 0;
  ramp_type type = RAMP_F32;
  const option_row rows[] = {
      {"type", 't', OPTION_TYPE, &type}, {"json", 0, OPTION_FLAG, &json}, {0}};
  int operands = options_read(rows, argc, argv);
  if (operands < 0) return EXIT_USAGE;
  if (!operands)
    return fail(EXIT_USAGE,
                "which function, and where? For example: ramp explain relu 0");
  ramp_activation of;
  ramp_status status = ramp_activation_parse(argv[0], &of);
  if (status != RAMP_OK) return fail_status(status);
  if (operands == 1)
    return fail(EXIT_USAGE, "at which number? For example: ramp explain %s %s", argv[0],
                of.is_fold ? "1 2 3 4" : "0");
  if (of.is_fold) return explain_fold(&of.fold, type, argv + 1, operands - 1, json);
  return explain_all(&of.function, type, argv + 1, operands - 1, json);
}

const command explain_command = {
    "explain", "a function at one number: neighbours, kink, and what others give there",
    help, run_explain, 0};
