/* SPDX-License-Identifier: MIT */
/* browser.h: a page as headless Chromium lays it out. */
#ifndef TESTS_BROWSER_H
#define TESTS_BROWSER_H

/* Opens a copy of the page with `script`, a <script> element, at its end, in a window of
   `width` pixels.  The script leaves an element in the document whose text begins with
   "\nPROBE\n"; returns the document from there on, the caller's to free.  `folder` is for
   its files.  Fails the test where Chromium is missing or the script did not run. */
char *browser_probe(const char *page, const char *script, int width, const char *folder);

#endif
