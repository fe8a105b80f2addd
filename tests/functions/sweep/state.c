/* SPDX-License-Identifier: MIT */
/* Keeps the state of a long run in a file. */
#define _GNU_SOURCE /* dladdr */
#include "state.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <ramp/ramp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* FNV-1a. */
static uint64_t hash_file(const char *path, uint64_t hash) {
  FILE *file = fopen(path, "rb");
  for (int c; file && (c = getc(file)) != EOF;)
    hash = (hash ^ (uint64_t)c) * 0x100000001b3;
  if (file) fclose(file);
  return hash;
}

uint64_t state_build_key(void) {
  Dl_info library;
  uint64_t hash = hash_file("/proc/self/exe", 0xcbf29ce484222325);
  if (dladdr((void *)(uintptr_t)ramp_forward, &library) != 0)
    hash = hash_file(library.dli_fname, hash);
  return hash;
}

/* ------------------------------------------------------------------ lines */

static char *copy_of(const char *text) {
  char *copy = strdup(text);
  if (!copy) abort();
  return copy;
}

static state_line *find(const state *s, const char *task) {
  for (size_t i = 0; i < s->count; i++)
    if (strcmp(s->line[i].task, task) == 0) return &s->line[i];
  return NULL;
}

static void append(state *s, const char *task, const char *rest) {
  s->line = realloc(s->line, (s->count + 1) * sizeof *s->line);
  if (!s->line) abort();
  s->line[s->count++] = (state_line){copy_of(task), copy_of(rest)};
}

static void remove_line(state *s, state_line *line) {
  free(line->task);
  free(line->rest);
  *line = s->line[--s->count];
}

/* ------------------------------------------------------------------ the file */

static void read_lines(state *s, FILE *file) {
  char *text = NULL;
  size_t size = 0;
  while (getline(&text, &size, file) > 0) {
    text[strcspn(text, "\n")] = 0;
    char *colon = strstr(text, ": ");
    if (!colon) continue;
    *colon = 0;
    append(s, text, colon + 2);
  }
  free(text);
}

state state_open(const char *path, uint64_t key) {
  state s = {.path = path, .key = key};
  FILE *file = path ? fopen(path, "r") : NULL;
  if (!file) return s;
  uint64_t written;
  if (fscanf(file, "build %" SCNx64 " ", &written) == 1 && written == key)
    read_lines(&s, file);
  fclose(file);
  return s;
}

static bool write_lines(const state *s, const char *path) {
  FILE *file = fopen(path, "w");
  if (!file) return false;
  bool good = fprintf(file, "build %016" PRIx64 "\n", s->key) > 0;
  for (size_t i = 0; i < s->count && good; i++)
    good = fprintf(file, "%s: %s\n", s->line[i].task, s->line[i].rest) > 0;
  return fclose(file) == 0 && good;
}

static bool write_file(const state *s) {
  char temporary[4096];
  if (!s->path) return true;
  if (s->count == 0) return unlink(s->path) == 0 || access(s->path, F_OK) != 0;
  if (snprintf(temporary, sizeof temporary, "%s.new", s->path) >= (int)sizeof temporary)
    return false;
  return write_lines(s, temporary) && rename(temporary, s->path) == 0;
}

/* ------------------------------------------------------------------ its users */

void state_close(state *s) {
  while (s->count > 0)
    remove_line(s, &s->line[s->count - 1]);
  free(s->line);
  s->line = NULL;
}

const char *state_get(const state *s, const char *task) {
  const state_line *line = find(s, task);
  return line ? line->rest : NULL;
}

bool state_set(state *s, const char *task, const char *rest) {
  state_line *line = find(s, task);
  if (line) remove_line(s, line);
  if (rest) append(s, task, rest);
  return write_file(s);
}
