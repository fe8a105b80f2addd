#!/bin/sh
# SPDX-License-Identifier: MIT
# format.sh ROOT: every C file is as clang-format leaves it.
set -eu
cd "$1"
git ls-files '*.c' '*.h' | xargs clang-format-14 --dry-run -Werror
