/* SPDX-License-Identifier: MIT */
/* A temporary folder of files for the tests of data sets, and what all of them check. */
#ifndef RAMP_TESTS_SCRATCH_H
#define RAMP_TESTS_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ramp/data.h>

/* cmocka's setup and teardown of a group: makes the folder, removes it with all in it. */
int scratch_make(void **state);
int scratch_remove(void **state);

/* The path of a name in the folder; one of eight buffers, taken in turn. */
const char *scratch_path(const char *name);

/* Writes a file and returns its path. */
const char *scratch_write(const char *name, const void *bytes, size_t count);
const char *scratch_write_text(const char *name, const char *text);
const char *scratch_write_gzip(const char *name, const void *bytes, size_t count);
const char *scratch_folder(const char *name);
void scratch_delete(const char *name);

/* The whole file; *count is its size.  The caller frees. */
unsigned char *scratch_read(const char *path, size_t *count);

/* An IDX file of unsigned bytes as text of its header; returns its length.  With pixels
   null, the numbers are 0, 1, 2, ... modulo 256. */
size_t scratch_idx(unsigned char *file, int dimensions, const uint32_t *dimension,
                   const unsigned char *numbers);

/* Opens a data set that must open. */
void scratch_open(const char *name, const ramp_data_options *options, ramp_data **train,
                  ramp_data **test);

/* Opens a data set that must fail with this status, in one sentence that holds both
   texts, and must leave both results null. */
void scratch_refused(const char *name, const ramp_data_options *options,
                     ramp_status status, const char *where, const char *what);

/* Checks what every data set promises: labels in range, finite numbers. */
void scratch_check(const ramp_data *data);

#endif
