/* SPDX-License-Identifier: MIT */
/* The files of a report.  The page is the template report.html, which the build puts into
   the program, with every {{NAME}} replaced by what the part of that name writes. */
#include "report.h"
#include "allocate.h"
#include "folder.h"
#include "gnuplot.h"
#include "output.h"
#include "page.h"
#include "report_parts.h"

#include <unistd.h>

extern const char report_template[]; /* report.html */

/* ------------------------------------------------------------------ before training */

/* A file of the report can be opened; nothing stays of the attempt. */
static int file_ready(const char *folder, const char *name) {
  output_file file;
  char *path = folder_path(folder, name);
  int code = output_open(&file, path);
  if (code == EXIT_FINE) output_discard(&file);
  free(path);
  return code;
}

static int gnuplot_ready(void) {
  static const char script[] = "set terminal unknown\n";
  char *nothing = NULL;
  size_t size;
  FILE *picture = checked(open_memstream(&nothing, &size));
  int code = gnuplot_run(script, strlen(script), picture);
  fclose(picture);
  free(nothing);
  return code;
}

int report_prepare(const char *folder, int *made) {
  int code = folder_prepare(folder, "--output", made);
  if (code == EXIT_FINE) code = file_ready(folder, "index.html");
  if (code == EXIT_FINE) code = file_ready(folder, "results.json");
  if (code == EXIT_FINE) code = gnuplot_ready();
  if (code != EXIT_FINE && *made) rmdir(folder);
  return code;
}

/* ------------------------------------------------------------------ the page */

static int write_part(FILE *page, const char *name, size_t size, const void *c) {
  for (const report_part *part = report_parts; part->name; part++)
    if (page_is_part(name, size, part->name)) return part->write(page, c);
  return PAGE_NO_PART;
}

/* Both files or none: the first is renamed only when the second is written out as well.
   */
static int commit_both(output_file *page, output_file *json) {
  int written = fflush(json->stream) == 0 && !ferror(json->stream);
  int code = output_commit(written ? page : json);
  if (code == EXIT_FINE) return output_commit(json);
  output_discard(written ? json : page);
  return code;
}

static int write_both(const char *page_path, const char *page, const char *json_path,
                      const char *json) {
  output_file page_file, json_file;
  int code = output_open(&page_file, page_path);
  if (code != EXIT_FINE) return code;
  code = output_open(&json_file, json_path);
  if (code != EXIT_FINE) {
    output_discard(&page_file);
    return code;
  }
  fputs(page, page_file.stream);
  fputs(json, json_file.stream);
  return commit_both(&page_file, &json_file);
}

int report_write(const char *folder, const comparison *c) {
  char *page = NULL, *json = comparison_json(c);
  char *page_path = folder_path(folder, "index.html");
  char *json_path = folder_path(folder, "results.json");
  int code = page_fill(report_template, write_part, c, &page);
  if (code == EXIT_FINE) code = write_both(page_path, page, json_path, json);
  free(page_path);
  free(json_path);
  free(page);
  free(json);
  return code;
}
