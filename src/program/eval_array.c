/* SPDX-License-Identifier: MIT */
/*
 * eval_array.c: an .npy file in, an .npy file with the same header out, in blocks: an
 * array larger than the memory is no problem.  The output appears when it is complete, so
 * it may even be the input's name.
 */
#include "eval.h"
#include "npy.h"
#include "output.h"
#include "program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Elements computed in one call: enough for the library to share them between threads. */
#define BLOCK ((size_t)1 << 20)

typedef struct array_job {
  const evaluation *wanted;
  const char *input_name, *output_name;
  FILE *input, *output;
  npy_header header;
  unsigned char *elements; /* a block of them */
} array_job;

static int read_failed(const array_job *job, size_t elements_there) {
  if (ferror(job->input))
    return fail(EXIT_FILE, "cannot read '%s': %s", job->input_name, strerror(errno));
  return fail(EXIT_FILE,
              "'%s' is truncated: its header promises %zu elements, and it holds %zu",
              job->input_name, job->header.count, elements_there);
}

static int compute_block(array_job *job, size_t count) {
  const evaluation *wanted = job->wanted;
  size_t size = ramp_type_size(job->header.type);
  if (job->header.swapped) npy_swap_bytes(job->elements, count, size);
  ramp_status status = (wanted->what == EVAL_DERIVATIVE ? ramp_derivative : ramp_forward)(
      &wanted->of.function, job->header.type, count, job->elements, job->elements);
  if (status != RAMP_OK) return fail_status(status);
  if (job->header.swapped) npy_swap_bytes(job->elements, count, size);
  return EXIT_FINE;
}

static int cannot_write(const array_job *job) {
  return fail(EXIT_FILE, "cannot write '%s': %s", job->output_name, strerror(errno));
}

static int copy_computed(array_job *job) {
  size_t size = ramp_type_size(job->header.type);
  if (fwrite(job->header.bytes, 1, job->header.size, job->output) != job->header.size)
    return cannot_write(job);
  for (size_t done = 0; done < job->header.count;) {
    size_t left = job->header.count - done, count = left < BLOCK ? left : BLOCK;
    size_t there = fread(job->elements, size, count, job->input);
    if (there != count) return read_failed(job, done + there);
    int code = compute_block(job, count);
    if (code) return code;
    if (fwrite(job->elements, size, count, job->output) != count)
      return cannot_write(job);
    done += count;
  }
  if (getc(job->input) == EOF)
    return ferror(job->input) ? read_failed(job, 0) : EXIT_FINE;
  return fail(EXIT_FILE, "'%s' goes on after the %zu elements that its header promises",
              job->input_name, job->header.count);
}

int eval_check_type(const evaluation *wanted, ramp_type of_array, const char *name) {
  if (!wanted->type_given || wanted->type == of_array) return EXIT_FINE;
  return fail(EXIT_USAGE, "'%s' holds %s, which decides the type: leave --type %s out%s",
              name, ramp_type_name(of_array), ramp_type_name(wanted->type),
              wanted->type == RAMP_BF16 ? "; an .npy file cannot hold bf16" : "");
}

static int write_output(array_job *job) {
  output_file file;
  int code = output_open(&file, job->output_name);
  if (code) return code;
  job->output = file.stream;
  code = copy_computed(job);
  if (code == EXIT_FINE) return output_commit(&file);
  output_discard(&file);
  return code;
}

static int run_job(array_job *job) {
  int code = npy_header_read(job->input, job->input_name, &job->header);
  if (code == EXIT_FINE)
    code = eval_check_type(job->wanted, job->header.type, job->input_name);
  if (code) return code;
  job->elements = malloc(BLOCK * ramp_type_size(job->header.type));
  return job->elements ? write_output(job) : fail_memory();
}

int eval_array(const evaluation *wanted, const char *input, const char *output) {
  int from_standard_input = !strcmp(input, "-");
  array_job job = {.wanted = wanted,
                   .input_name = from_standard_input ? "standard input" : input,
                   .output_name = output};
  job.input = from_standard_input ? stdin : fopen(input, "rb");
  if (!job.input) return fail(EXIT_FILE, "cannot open '%s': %s", input, strerror(errno));
  int code = run_job(&job);
  npy_header_free(&job.header);
  free(job.elements);
  if (!from_standard_input) fclose(job.input);
  return code;
}
