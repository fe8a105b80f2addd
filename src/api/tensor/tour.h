/* SPDX-License-Identifier: MIT */
/* Which tiles a walk is cut into, and in which order they are visited. */
#ifndef RAMP_TOUR_H
#define RAMP_TOUR_H

#include "api/tensor/box.h"

typedef struct ramp_tour {
  const ramp_walk *walk;
  bool is_far, crosswise;
  int along, across; /* of crosswise tiles: the first operand's lines; of others: the two
                        axes along which tiles follow each other, across first */
  int line;          /* along which rows of results lie */
  bool keeps;        /* tiles keep the ends of these for the next ones, see ramp_joints */
  size_t joined; /* so many tiles along them do: a last one of one place has no rows */
  int64_t tile[RAMP_AXES_MAX];       /* its size along each axis, */
  int64_t shift[RAMP_AXES_MAX];      /* by which the first one is smaller, */
  size_t tiles[RAMP_AXES_MAX], all;  /* how many there are, along each axis and in all, */
  size_t patch[2];                   /* and how many a patch has, along and across */
  uint64_t pitch[RAMP_OPERANDS_MAX]; /* from a tile to the next one across */
} ramp_tour;

/* Of a walk that is arranged, whose blocks become as large as suits it. */
ramp_tour ramp_tour_of(ramp_walk *walk, int crosswise, bool is_far);

#endif
