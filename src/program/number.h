/* SPDX-License-Identifier: MIT */
/*
 * number.h: numbers of one of the library's types as text, both ways, with one rounding
 * on the way in and none on the way out.  A number is carried as a double, which holds
 * every number of every type.
 */
#ifndef PROGRAM_NUMBER_H
#define PROGRAM_NUMBER_H

#include <ramp/ramp.h>

/* Decimal ("-3", "1e-5"), hexadecimal ("0x1.8p3"), "inf" or "nan", the whole of `text`,
   rounded once to the nearest number of `type`.  0 when the text is not a number. */
int number_of_type(const char *text, ramp_type type, double *number);

/* The number of `type` nearest to `number`. */
double number_rounded(double number, ramp_type type);

#define NUMBER_TEXT 64

/* Writes the fewest decimal digits that number_of_type() reads back to the same number;
   "inf", "-inf", "nan", "-0". */
void number_text(double number, ramp_type type, char text[NUMBER_TEXT]);

/* The same as a value, for printf(). */
typedef struct number_words {
  char text[NUMBER_TEXT];
} number_words;

number_words number_in_words(double number, ramp_type type);

/* With how many digits printf's %g writes what reads back to the same number. */
int number_digits(double number, ramp_type type);

#endif
