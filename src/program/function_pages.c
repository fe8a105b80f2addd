/* SPDX-License-Identifier: MIT */
/* function_pages.c: the files of the documentation.  All pages are made before the first
   one is written, so that a missing gnuplot leaves nothing behind. */
#include "allocate.h"
#include "folder.h"
#include "function_page.h"
#include "output.h"

#include <ramp/tensor.h>

#include <unistd.h>

/* The index comes last: it leads nowhere before the pages are there. */
typedef struct pages {
  int count;
  char **text, **path;
} pages;

static int make_pages(pages *p) {
  int code = EXIT_FINE;
  int functions = ramp_function_rows(), folds = ramp_fold_rows();
  for (int i = 0; i < functions && code == EXIT_FINE; i++)
    code = function_page(i, &p->text[i]);
  for (int i = 0; i < folds && code == EXIT_FINE; i++)
    code = fold_page(i, &p->text[functions + i]);
  return code == EXIT_FINE ? function_index(&p->text[functions + folds]) : code;
}

static void name_pages(pages *p, const char *folder) {
  for (int i = 0; i < p->count; i++) {
    const ramp_function_row *row = ramp_function_row_at(i);
    const ramp_fold_row *fold = ramp_fold_row_at(i - ramp_function_rows());
    char name[80];
    snprintf(name, sizeof name, "%s.html", row ? row->name : fold ? fold->name : "index");
    p->path[i] = folder_path(folder, name);
  }
}

static int write_page(const char *path, const char *text) {
  output_file file;
  int code = output_open(&file, path);
  if (code != EXIT_FINE) return code;
  fputs(text, file.stream);
  return output_commit(&file);
}

static int write_pages(const pages *p, const char *folder) {
  int made, code = folder_prepare(folder, "--html", &made), i = 0;
  if (code != EXIT_FINE) return code;
  while (i < p->count && (code = write_page(p->path[i], p->text[i])) == EXIT_FINE)
    i++;
  if (code == EXIT_FINE) return code;
  while (i-- > 0)
    unlink(p->path[i]);
  if (made) rmdir(folder);
  return code;
}

int function_pages_write(const char *folder) {
  pages p = {.count = ramp_function_rows() + ramp_fold_rows() + 1};
  p.text = allocate((size_t)p.count, sizeof *p.text);
  p.path = allocate((size_t)p.count, sizeof *p.path);
  name_pages(&p, folder);
  int code = make_pages(&p);
  if (code == EXIT_FINE) code = write_pages(&p, folder);
  for (int i = 0; i < p.count; i++) {
    free(p.text[i]);
    free(p.path[i]);
  }
  free(p.text);
  free(p.path);
  return code;
}
