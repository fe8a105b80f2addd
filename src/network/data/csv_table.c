/* SPDX-License-Identifier: MIT */
/*
 * CSV text to a table of cells, after RFC 4180: commas between cells, quotes around those
 * that hold commas, quotes (doubled) or line ends.  More than the RFC: a line may also
 * end in LF or CR alone, blank lines are skipped, spaces and tabs around an unquoted cell
 * or around quotes are no part of it.
 *
 * Cells are compacted in place: what is written never overtakes what is still to be read,
 * since each cell's ending zero takes the room of the comma or line end behind it.
 */
#include "network/data/data_internal.h"
#include <stdlib.h>
#include <string.h>

/* read points into text that ends in a zero and holds no other. */
typedef struct parser {
  const char *path;
  char *read, *write;
  size_t line;
} parser;

static int blank(char c) { return c == ' ' || c == '\t'; }

static void skip_blanks(parser *p) {
  while (blank(*p->read))
    p->read++;
}

/* Takes CR LF, LF or CR. */
static void skip_line_end(parser *p, char first) {
  p->read += first == '\r' && p->read[1] == '\n' ? 2 : 1;
  p->line++;
}

static ramp_status quoted_cell(parser *p) {
  size_t opened = p->line;
  for (p->read++;; p->read++) {
    if (!*p->read)
      return ramp_fail(RAMP_INVALID_DATA,
                       "%s, line %zu: the quote opened there is never closed", p->path,
                       opened);
    if (*p->read == '"' && *++p->read != '"') break;
    if (*p->read == '\n' || (*p->read == '\r' && p->read[1] != '\n')) p->line++;
    *p->write++ = *p->read;
  }
  skip_blanks(p);
  if (!*p->read || strchr(",\r\n", *p->read)) return RAMP_OK;
  return ramp_fail(RAMP_INVALID_DATA,
                   "%s, line %zu: text follows a closing quote, where a comma or the end "
                   "of the line belongs; a quote inside quotes is written twice",
                   p->path, p->line);
}

static void bare_cell(parser *p) {
  char *start = p->write;
  while (*p->read && !strchr(",\r\n", *p->read))
    *p->write++ = *p->read++;
  while (p->write > start && blank(p->write[-1]))
    p->write--;
}

/* Parses one row and counts its cells. */
static ramp_status parse_row(parser *p, size_t *cells) {
  char behind;
  *cells = 0;
  do {
    ramp_status status = RAMP_OK;
    skip_blanks(p);
    if (*p->read == '"')
      status = quoted_cell(p);
    else
      bare_cell(p);
    if (status != RAMP_OK) return status;
    behind = *p->read; /* the zero may fall on it */
    *p->write++ = 0;
    ++*cells;
    if (behind == ',') p->read++;
  } while (behind == ',');
  if (behind) skip_line_end(p, behind);
  return RAMP_OK;
}

static int double_room(size_t **array, size_t room) {
  size_t *larger = room > SIZE_MAX / 2 / sizeof(size_t)
                       ? NULL
                       : realloc(*array, 2 * room * sizeof **array);
  if (larger) *array = larger;
  return larger != NULL;
}

static ramp_status add_row(ramp_table *table, size_t *room, size_t start, size_t line) {
  if (table->rows == *room) {
    if (!double_room(&table->start, *room) || !double_room(&table->line, *room))
      return ramp_data_no_memory(table->path);
    *room *= 2;
  }
  table->start[table->rows] = start;
  table->line[table->rows++] = line;
  return RAMP_OK;
}

static ramp_status check_cells(ramp_table *table, size_t cells) {
  size_t row = table->rows - 1;
  if (row == 0) table->columns = cells;
  if (cells == table->columns) return RAMP_OK;
  return ramp_fail(
      RAMP_INVALID_DATA,
      "%s, line %zu: the row has %zu cell%s, but line %zu has %zu: rows must "
      "be equally long",
      table->path, table->line[row], cells, cells == 1 ? "" : "s", table->line[0],
      table->columns);
}

static ramp_status parse_rows(parser *p, ramp_table *table, size_t room) {
  while (skip_blanks(p), *p->read) {
    if (*p->read == '\r' || *p->read == '\n') {
      skip_line_end(p, *p->read);
      continue;
    }
    size_t cells;
    ramp_status status = add_row(table, &room, (size_t)(p->write - table->text), p->line);
    if (status == RAMP_OK) status = parse_row(p, &cells);
    if (status == RAMP_OK) status = check_cells(table, cells);
    if (status != RAMP_OK) return status;
  }
  return RAMP_OK;
}

static ramp_status check_text(const char *path, const char *text, size_t length) {
  const char *zero = memchr(text, 0, length);
  if (!zero) return RAMP_OK;
  return ramp_fail(RAMP_DAMAGED_FILE,
                   "%s is not a CSV file: byte %zu is zero, which no text holds", path,
                   (size_t)(zero - text));
}

ramp_status ramp_table_parse(const char *path, char *text, size_t length,
                             ramp_table *table) {
  enum { FIRST_ROOM = 256 };
  ramp_status status = check_text(path, text, length);
  if (status != RAMP_OK) return status;
  *table = (ramp_table){.path = path,
                        .text = text,
                        .start = ramp_data_memory(FIRST_ROOM, sizeof(size_t)),
                        .line = ramp_data_memory(FIRST_ROOM, sizeof(size_t))};
  int byte_order_mark = strncmp(text, "\xEF\xBB\xBF", 3) == 0;
  parser p = {path, text + 3 * byte_order_mark, text, 1};
  status = table->start && table->line ? parse_rows(&p, table, FIRST_ROOM)
                                       : ramp_data_no_memory(path);
  if (status == RAMP_OK) return RAMP_OK;
  free(table->start);
  free(table->line);
  return status;
}

void ramp_table_free(ramp_table *table) {
  free(table->text);
  free(table->start);
  free(table->line);
}

const char *ramp_table_next(const char *cell) { return cell + strlen(cell) + 1; }

const char *ramp_table_cell(const ramp_table *table, size_t row, size_t column) {
  const char *cell = table->text + table->start[row];
  for (size_t i = 0; i < column; i++)
    cell = ramp_table_next(cell);
  return cell;
}
