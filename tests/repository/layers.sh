#!/bin/sh
# SPDX-License-Identifier: MIT
# layers.sh ROOT: each room under src/ includes only what the order of dependency allows:
# functions -> kernels -> api -> network (with health) -> program.
set -eu
cd "$1"
failed=0

# room NAME PATTERN: what the files of src/NAME may include, apart from the system's headers; a
# quoted name is written with its quote, a public header with its bracket
room() {
  found=$(git ls-files "src/$1/*.[ch]" "src/$1/*.def" | xargs grep -nE '^ *# *include' |
    grep -E '#include ("|<ramp/)' | grep -vE "#include ($2)" || true)
  [ -n "$found" ] || return 0
  printf 'src/%s must not know of:\n%s\n' "$1" "$found"
  failed=1
}

room functions '"functions/'
room kernels '"functions/|"kernels/|<ramp/ramp\.h>'
room api '"functions/|"kernels/|"api/|<ramp/(ramp|tensor)\.h>'
# The list of variants is data that the rooms share.
room health '"health/|"api/(status|names)\.h"|"kernels/variants\.def"|<ramp/(ramp|health)\.h>'
room network '"network/|"health/|"api/(status|names)\.h"|"kernels/variants\.def"|<ramp/'
room program '"[a-z_]+\.(h|def)"|<ramp/'

# A room without files would pass any pattern.
for name in functions kernels api health network program; do
  [ -n "$(git ls-files "src/$name")" ] || { echo "src/$name has no files"; failed=1; }
done
exit "$failed"
