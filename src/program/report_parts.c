/* SPDX-License-Identifier: MIT */
/* The parts of the page, in the order of the template.  All text from outside goes
   through html_text(). */
#include "report_parts.h"
#include "findings.h"
#include "page.h"
#include "program.h"
#include "report_charts.h"

#include <math.h>
#include <string.h>

static int is_regression(const comparison *c) { return c->test->task == RAMP_REGRESSION; }

/* ------------------------------------------------------------------ the top */

static int write_title(FILE *page, const comparison *c) {
  fprintf(page, "One network, %zu activation function%s: ", c->runs,
          c->runs == 1 ? "" : "s");
  html_text(page, c->test->name);
  return EXIT_FINE;
}

static int write_subtitle(FILE *page, const comparison *c) {
  html_text(page, c->network);
  fputs(" &middot; ", page);
  write_run_counts(page, c, parameters_of_run);
  fprintf(page, " parameters &middot; %zu training examples &middot; %zu epoch%s",
          c->train->examples, c->how.epochs, c->how.epochs == 1 ? "" : "s");
  return EXIT_FINE;
}

static void write_swatch(FILE *page, size_t i) {
  fprintf(page, "<span class=\"swatch%s\" style=\"background-color:%s\"></span>",
          run_is_dashed(i) ? " dashed" : "", run_colour(i));
}

static int write_legend(FILE *page, const comparison *c) {
  for (size_t i = 0; i < c->runs; i++) {
    fprintf(page, "<button type=\"button\" data-run=\"%zu\" aria-pressed=\"false\">", i);
    write_swatch(page, i);
    html_text(page, c->run[i].function);
    fputs("</button>", page);
  }
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ findings */

static void write_finding(FILE *page, const comparison *c, const finding *found) {
  fprintf(page, "<li%s>", found->kind == FINDING_WARNING ? " class=\"warning\"" : "");
  if (found->run != FINDING_ALL) {
    fputs("<b>", page);
    html_text(page, c->run[found->run].function);
    fputs("</b>: ", page);
  }
  html_text(page, found->text);
  fputs(".</li>\n", page);
}

static int write_findings(FILE *page, const comparison *c) {
  findings found = findings_of_comparison(c);
  fputs("<ul class=\"findings\">\n", page);
  for (size_t i = 0; i < found.count; i++)
    write_finding(page, c, &found.list[i]);
  if (found.count == 0) fputs("<li>Nothing stands out.</li>\n", page);
  fputs("</ul>", page);
  findings_free(&found);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ charts */

static int write_figure(FILE *page, const line_chart *chart, const comparison *c,
                        const char *heading, const char *caption) {
  fprintf(page, "<figure class=\"card\"><h3>%s</h3>\n", heading);
  int code = write_line_chart(page, chart, c);
  fprintf(page, "<figcaption>%s</figcaption></figure>\n", caption);
  return code;
}

static int write_accuracy_charts(FILE *page, const comparison *c) {
  if (is_regression(c)) return EXIT_FINE;
  int code =
      write_figure(page, &chart_accuracy_by_epoch, c, "Test accuracy by epoch",
                   "The share of unseen examples that the network gets right, after each "
                   "pass over the training data.");
  if (code != EXIT_FINE) return code;
  return write_figure(
      page, &chart_accuracy_by_second, c, "Test accuracy by second",
      "The same against the clock: a function that is costly to compute needs "
      "more seconds for the same epochs.");
}

static int write_loss_charts(FILE *page, const comparison *c) {
  int code =
      write_figure(page, &chart_loss_by_epoch, c, "Test loss by epoch",
                   "What training lowers, measured on unseen examples. Where the curve "
                   "turns up again, the network learns the training data by heart.");
  if (code != EXIT_FINE) return code;
  return write_figure(page, &chart_loss_by_second, c, "Test loss by second",
                      "The same against the clock, evaluations left out.");
}

static int write_dead_chart(FILE *page, const comparison *c) {
  return write_figure(
      page, &chart_dead_by_epoch, c, "Dead hidden units by epoch",
      "Epoch 0 is the network before training. Only a function that is exactly 0 "
      "over a whole range can have dead units.");
}

static int write_gradient_charts(FILE *page, const comparison *c) {
  int code =
      write_figure(page, &chart_gradient_first, c, "First epoch",
                   "Norm of the gradient of each layer's weights, averaged over the "
                   "mini-batches of the first epoch.");
  if (code != EXIT_FINE) return code;
  return write_figure(
      page, &chart_gradient_last, c, "Last epoch",
      "The same in the last epoch: the better a network has learned, the less "
      "there is left to correct.");
}

static void write_formula(FILE *page, const char *function) {
  ramp_activation a;
  if (ramp_activation_parse(function, &a) != RAMP_OK) return;
  fputs("<figcaption><code>", page);
  html_text(page, a.is_fold ? ramp_fold_row_at(a.fold.row)->formula
                            : ramp_function_row_at(a.function.row)->formula);
  fputs("</code></figcaption>", page);
}

static int write_shape_charts(FILE *page, const comparison *c) {
  for (size_t i = 0; i < c->runs; i++) {
    fprintf(page, "<figure class=\"card\" data-run=\"%zu\"><h3>", i);
    write_swatch(page, i);
    html_text(page, c->run[i].function);
    fputs("</h3>\n", page);
    int code = write_shape_chart(page, c, i);
    if (code != EXIT_FINE) return code;
    write_formula(page, c->run[i].function);
    fputs("</figure>\n", page);
  }
  return EXIT_FINE;
}

static int write_distribution_charts(FILE *page, const comparison *c) {
  for (size_t i = 0; i < c->runs; i++) {
    fprintf(page, "<figure class=\"card\" data-run=\"%zu\"><h3>", i);
    write_swatch(page, i);
    html_text(page, c->run[i].function);
    fputs("</h3>\n", page);
    int code = write_distribution_chart(page, c, i);
    if (code != EXIT_FINE) return code;
    fprintf(page,
            "<figcaption>%.1f&nbsp;%% of all hidden outputs are exactly 0, mean %.3f."
            "</figcaption></figure>\n",
            100 * c->run[i].measured.hidden.zero_share, c->run[i].measured.hidden.mean);
  }
  return EXIT_FINE;
}

static int write_last_layer_note(FILE *page, const comparison *c) {
  if (compared_layers(c) > 1) fputs(", the line the last hidden layer", page);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ health */

static void write_health_bar(FILE *page, const layer_totals *hidden) {
  fputs("<div class=\"health\" title=\"", page);
  for (int v = 0, some = 0; v < RAMP_VERDICTS; v++)
    if (hidden->verdicts[v])
      fprintf(page, "%s%zu %s", some++ ? ", " : "", hidden->verdicts[v],
              ramp_verdict_name((ramp_verdict)v));
  fputs("\">", page);
  for (int v = 0; v < RAMP_VERDICTS; v++)
    if (hidden->verdicts[v])
      fprintf(page, "<span class=\"%s\" style=\"width:%.2f%%\"></span>",
              ramp_verdict_name((ramp_verdict)v),
              100 * (double)hidden->verdicts[v] / (double)hidden->units);
  fputs("</div>\n", page);
}

static int write_health_bars(FILE *page, const comparison *c) {
  for (size_t i = 0; i < c->runs; i++) {
    fputs("<div>", page);
    write_swatch(page, i);
    html_text(page, c->run[i].function);
    fputs("</div>", page);
    write_health_bar(page, &c->run[i].measured.hidden);
  }
  return EXIT_FINE;
}

static int write_verdict_legend(FILE *page, const comparison *c) {
  (void)c;
  for (int v = 0; v < RAMP_VERDICTS; v++)
    fprintf(page, "<span><span class=\"swatch %s\"></span>%s</span> ",
            ramp_verdict_name((ramp_verdict)v), ramp_verdict_name((ramp_verdict)v));
  return EXIT_FINE;
}

static int write_hidden_units(FILE *page, const comparison *c) {
  write_run_counts(page, c, hidden_units_of);
  return EXIT_FINE;
}

static int write_test_examples(FILE *page, const comparison *c) {
  fprintf(page, "%zu", c->test->examples);
  return EXIT_FINE;
}

/* ------------------------------------------------------------------ settings */

static void write_optimiser(FILE *page, const ramp_training *how) {
  if (how->optimiser == RAMP_SGD)
    fprintf(page, "SGD, learning rate %g, momentum %g", how->learning_rate,
            how->momentum);
  else
    fprintf(page, "Adam, learning rate %g, &beta; %g and %g", how->learning_rate,
            how->beta1, how->beta2);
  fprintf(page, ", mini-batches of %zu", how->batch);
}

static int write_settings(FILE *page, const comparison *c) {
  fputs("<dt>Data</dt><dd>", page);
  html_text(page, c->test->name);
  fprintf(page, ": %zu training and %zu test examples of %zu numbers, ",
          c->train->examples, c->test->examples, c->test->inputs);
  if (is_regression(c))
    fputs("regression", page);
  else
    fprintf(page, "%zu classes", c->test->outputs);
  fputs("</dd><dt>Network</dt><dd>", page);
  html_text(page, c->network);
  fputs(", ", page);
  write_run_counts(page, c, parameters_of_run);
  fputs(" parameters; f is the function</dd><dt>Training</dt><dd>", page);
  write_optimiser(page, &c->how);
  fprintf(page, ", %zu epochs, loss: %s</dd>", c->how.epochs,
          is_regression(c) ? "mean squared error" : "softmax cross-entropy");
  fprintf(page, "<dt>Seed</dt><dd>%llu</dd>", (unsigned long long)c->how.seed);
  fprintf(page, "<dt>Machine</dt><dd>%d thread%s, kernels for %s</dd>", c->threads,
          c->threads == 1 ? "" : "s", ramp_variant());
  fputs("<dt>Made with</dt><dd>Ramp " RAMP_VERSION "</dd>", page);
  return EXIT_FINE;
}

static int write_command(FILE *page, const comparison *c) {
  html_text(page, c->command);
  return EXIT_FINE;
}

const report_part report_parts[] = {
    {"title", write_title},
    {"subtitle", write_subtitle},
    {"legend", write_legend},
    {"table_head", write_table_head},
    {"table_rows", write_table_rows},
    {"table_notes", write_table_notes},
    {"findings", write_findings},
    {"shape_charts", write_shape_charts},
    {"accuracy_charts", write_accuracy_charts},
    {"loss_charts", write_loss_charts},
    {"health_bars", write_health_bars},
    {"hidden_units", write_hidden_units},
    {"test_examples", write_test_examples},
    {"verdict_legend", write_verdict_legend},
    {"dead_chart", write_dead_chart},
    {"gradient_charts", write_gradient_charts},
    {"last_layer_note", write_last_layer_note},
    {"distribution_charts", write_distribution_charts},
    {"settings", write_settings},
    {"command", write_command},
    {0},
};
