#!/bin/sh
# SPDX-License-Identifier: MIT
# style.sh ROOT: every source file names its licence on top, keeps within 90 columns and holds
# nothing unfinished.
set -eu
cd "$1"
export LC_ALL=C.UTF-8
failed=0

# report WHAT LINES: complains when there are lines
report() {
  [ -n "$2" ] || return 0
  printf '%s:\n%s\n' "$1" "$2"
  failed=1
}

sources() {
  git ls-files '*.c' '*.h' '*.def' '*.sh' '*.py' '*.sollya' '*.cmake' '*CMakeLists.txt' \
    Makefile .ci/run
}

without_licence() {
  sources | while read -r file; do
    head -n 2 "$file" | grep -q 'SPDX-License-Identifier: MIT' || echo "$file"
  done
}

report 'no SPDX line on top' "$(without_licence)"
# A table's rows are as wide as they are.
report 'longer than 90 columns' \
  "$(sources | grep '\.[ch]$' | xargs grep -nE '^.{91,}' || true)"
report 'longer than 110 columns' "$(sources | xargs grep -nE '^.{111,}' || true)"
# This file has to name what it looks for.
report 'unfinished' "$(sources | grep -v 'repository/style\.sh$' |
  xargs grep -nE 'TODO|FIXME|^ *# *if 0' || true)"
report 'white space at the end of a line' "$(git ls-files | xargs grep -nIE '[ 	]+$' || true)"
exit "$failed"
