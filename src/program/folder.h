/* SPDX-License-Identifier: MIT */
/* folder.h: folders that hold what the program writes. */
#ifndef PROGRAM_FOLDER_H
#define PROGRAM_FOLDER_H

/* Makes sure that the folder, which the user named with `option`, is there or can be
   made.  *made becomes 1 when it is new.  EXIT_FINE, or reported. */
int folder_prepare(const char *folder, const char *option, int *made);

/* "folder/name", the caller's to free. */
char *folder_path(const char *folder, const char *name);

#endif
