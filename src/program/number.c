/* SPDX-License-Identifier: MIT */
/*
 * number.c: one rounding from decimal to any type, and the shortest way back.
 *
 * A decimal rounded to double and then to a narrower type is rounded twice, and wrong
 * where the first step lands on a tie of the second.  Rounding the first step to odd
 * (toward zero, and what got lost sets the last bit) leaves no ties that were not there:
 * Boldo and Melquiond, "When double rounding is odd", 2005.  It needs two bits more than
 * the narrower type has, and a double has 29 more than f32.
 */
#include "number.h"
#include "program.h"

#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double read_rounded(const char *text, int direction) {
  double number = 0;
  fesetround(direction);
  number_read(text, &number);
  fesetround(FE_TONEAREST);
  return number;
}

static double read_to_odd(const char *text) {
  double below = read_rounded(text, FE_DOWNWARD);
  double above = read_rounded(text, FE_UPWARD);
  double number = fabs(below) < fabs(above) ? below : above;
  if (below == above) return number;
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  bits |= 1;
  memcpy(&number, &bits, sizeof bits);
  return number;
}

/* Any number of `type` is one of f64; the library converts each way with one rounding. */
double number_rounded(double number, ramp_type type) {
  unsigned char element[sizeof(double)];
  ramp_convert(RAMP_F64, &number, type, element, 1);
  ramp_convert(type, element, RAMP_F64, &number, 1);
  return number;
}

int number_of_type(const char *text, ramp_type type, double *number) {
  if (!number_read(text, number)) return 0;
  if (type == RAMP_F64 || isnan(*number)) return 1;
  *number = number_rounded(read_to_odd(text), type);
  return 1;
}

/* ------------------------------------------------------------------ shortest text */

typedef struct type_digits {
  int kept; /* any decimal with as many digits survives the way to the type and back */
  int sufficient; /* with as many digits any number of the type does */
  double normal;  /* least magnitude for which the first holds */
} type_digits;

static type_digits digits_of(ramp_type type) {
  switch (type) {
  case RAMP_F32:
    return (type_digits){FLT_DIG, 9, FLT_MIN};
  case RAMP_F16:
    return (type_digits){3, 5, 0x1p-14};
  case RAMP_BF16:
    return (type_digits){2, 4, FLT_MIN};
  default:
    return (type_digits){DBL_DIG, 17, DBL_MIN};
  }
}

/* Holds "d.ddde-308" with 17 digits. */
#define SCIENTIFIC_TEXT 28

/* Writes "d.ddde-xx" of a positive number, rounded in `direction`, and says whether it
   reads back. */
static int reads_back(double magnitude, ramp_type type, int digits, int direction,
                      char *text) {
  double again;
  fesetround(direction);
  snprintf(text, SCIENTIFIC_TEXT, "%.*e", digits - 1, magnitude);
  fesetround(FE_TONEAREST);
  return number_of_type(text, type, &again) && again == magnitude;
}

/* Above a power of two the numbers lie twice as far apart as below it.  There a decimal
   that is not the nearest may be the only one of its length to read back: the next one
   upwards. */
static int shortest(double magnitude, ramp_type type, int upwards, char *text) {
  type_digits digits = digits_of(type);
  int d = magnitude < digits.normal ? 1 : digits.kept;
  for (; d < digits.sufficient; d++)
    if (reads_back(magnitude, type, d, FE_TONEAREST, text) ||
        (upwards && reads_back(magnitude, type, d, FE_UPWARD, text)))
      return d;
  reads_back(magnitude, type, d, FE_TONEAREST, text);
  return d;
}

int number_digits(double number, ramp_type type) {
  char text[SCIENTIFIC_TEXT];
  return isfinite(number) ? shortest(fabs(number), type, 0, text) : 1;
}

/* Moves the point of "d.ddde+x" to where a person would put it: for exponents from -4 to
   15 the number is written out, as Python does. */
static void lay_out(const char *scientific, char *text) {
  char digits[SCIENTIFIC_TEXT];
  int count = 0, exponent = atoi(strchr(scientific, 'e') + 1);
  for (const char *c = scientific; *c != 'e'; c++)
    if (*c != '.') digits[count++] = *c;
  while (count > 1 && digits[count - 1] == '0')
    count--;
  digits[count] = 0;
  if (exponent < -4 || exponent > 15)
    snprintf(text, NUMBER_TEXT - 1, "%c%s%se%d", digits[0], count > 1 ? "." : "",
             digits + 1, exponent);
  else if (exponent < 0)
    snprintf(text, NUMBER_TEXT - 1, "0.%.*s%s", -exponent - 1, "000", digits);
  else if (count <= exponent + 1)
    snprintf(text, NUMBER_TEXT - 1, "%s%.*s", digits, exponent + 1 - count,
             "000000000000000");
  else
    snprintf(text, NUMBER_TEXT - 1, "%.*s.%s", exponent + 1, digits,
             digits + exponent + 1);
}

void number_text(double number, ramp_type type, char text[NUMBER_TEXT]) {
  char scientific[SCIENTIFIC_TEXT];
  if (isnan(number)) {
    strcpy(text, "nan");
    return;
  }
  if (signbit(number)) *text++ = '-';
  if (isinf(number)) {
    strcpy(text, "inf");
    return;
  }
  shortest(fabs(number), type, 1, scientific);
  lay_out(scientific, text);
}

number_words number_in_words(double number, ramp_type type) {
  number_words words;
  number_text(number, type, words.text);
  return words;
}
