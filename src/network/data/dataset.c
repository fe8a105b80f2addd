/* SPDX-License-Identifier: MIT */
/*
 * Memory of data sets and of the strings around them.  Every allocation of this folder
 * comes from here, checked for overflow.
 */
#include "network/data/data_internal.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *ramp_data_memory(size_t count, size_t size) {
  if (size && count > SIZE_MAX / size) return NULL;
  return malloc(count > 0 && size > 0 ? count * size : 1);
}

ramp_status ramp_data_no_memory(const char *path) {
  return ramp_fail(RAMP_OUT_OF_MEMORY, "there is not enough memory to read %s", path);
}

char *ramp_data_text(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  char *text = length < 0 ? NULL : ramp_data_memory((size_t)length + 1, 1);
  if (!text) return NULL;
  va_start(arguments, format);
  vsnprintf(text, (size_t)length + 1, format, arguments);
  va_end(arguments);
  return text;
}

const char *ramp_data_base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static int allocate_arrays(ramp_data *data) {
  size_t n = data->examples;
  if (data->inputs > SIZE_MAX / sizeof(float)) return 0;
  data->x = ramp_data_memory(n, data->inputs * sizeof(float));
  if (data->task == RAMP_CLASSIFICATION)
    data->label = ramp_data_memory(n, sizeof(int32_t));
  else
    data->target = ramp_data_memory(n, data->outputs * sizeof(float));
  return data->x && (data->label || data->target);
}

ramp_status ramp_data_create(const char *name, ramp_task task, size_t examples,
                             size_t inputs, size_t outputs, ramp_data **result) {
  ramp_data *data = ramp_data_memory(1, sizeof *data);
  if (!data) return ramp_data_no_memory(name);
  *data = (ramp_data){.name = ramp_data_text("%s", name),
                      .task = task,
                      .examples = examples,
                      .inputs = inputs,
                      .outputs = outputs,
                      .target_deviation = 1};
  if (!data->name || !allocate_arrays(data)) {
    ramp_data_free(data);
    return ramp_data_no_memory(name);
  }
  *result = data;
  return RAMP_OK;
}

ramp_status ramp_data_name_classes(ramp_data *data, char *const *names) {
  if (!names) return RAMP_OK;
  data->classes = ramp_data_memory(data->outputs, sizeof *data->classes);
  if (!data->classes) return ramp_data_no_memory(data->name);
  memset(data->classes, 0, data->outputs * sizeof *data->classes);
  for (size_t i = 0; i < data->outputs; i++) {
    data->classes[i] = ramp_data_text("%s", names[i]);
    if (!data->classes[i]) return ramp_data_no_memory(data->name);
  }
  return RAMP_OK;
}

void ramp_data_free(ramp_data *data) {
  if (!data) return;
  for (size_t i = 0; data->classes && i < data->outputs; i++)
    free(data->classes[i]);
  free(data->classes);
  free(data->name);
  free(data->x);
  free(data->label);
  free(data->target);
  free(data);
}
