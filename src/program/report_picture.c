/* SPDX-License-Identifier: MIT */
/* report_picture.c: see report_picture.h. */
#include "report_picture.h"
#include "svg.h"

typedef struct picture_of_runs {
  const comparison *c;
  const run *only;
  const char *name;
} picture_of_runs;

static svg_curve curve_of_run(const void *what, size_t number) {
  const picture_of_runs *p = what;
  const run *r = p->only                   ? p->only
                 : number - 1 < p->c->runs ? &p->c->run[number - 1]
                                           : NULL;
  svg_curve curve = {"run", r ? r->function : p->name};
  if (r)
    snprintf(curve.class_names, sizeof curve.class_names, "run run-%zu",
             (size_t)(r - p->c->run));
  return curve;
}

int draw_inline(FILE *page, const char *script, size_t size, const char *name,
                const char *title, const comparison *c, const run *only) {
  picture_of_runs runs = {c, only, name};
  return svg_draw(page, script, size, &(svg_picture){name, title, curve_of_run, &runs});
}
