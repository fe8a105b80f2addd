#!/bin/sh
# SPDX-License-Identifier: MIT
# readme.sh ROOT COMPILER BUILD: everything that README.md shows is true. The block marked ```c
# becomes the file example.c. Blocks marked ```console are run, line after "$ ", in a scratch
# folder where include/ and build/ are at hand as in the repository, and must print what is shown.
# A shown line "..." stands for any lines; in a block marked ```console varies, which holds what a
# training came to, any number stands for any other. Commands in ```sh blocks take minutes and are
# for people.
set -eu
root=$1 compiler=$2 build=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin" "$scratch/folder"
ln -s "$root/include" "$scratch/folder/include"
ln -s "$build" "$scratch/folder/build"
# The path of the compiler in full: a bare cc would be the one that is written here.
printf '#!/bin/sh\nexec %s "$@"\n' "$(command -v ${compiler%% *}) ${compiler#"${compiler%% *}"}" \
  > "$scratch/bin/cc"
chmod +x "$scratch/bin/cc"
PATH=$scratch/bin:$build/bin:$PATH
export PATH
export LC_ALL=C.UTF-8

awk '/^```/ { inside = $0 == "```c"; next } inside' "$root/README.md" > "$scratch/folder/example.c"
[ -s "$scratch/folder/example.c" ] || { echo 'README.md has no example in C'; exit 1; }

# Each command becomes a file N.command, what it should print N.shown; N.varies marks numbers.
awk -v scratch="$scratch" '
  /^```console/ { inside = 1; varies = / varies$/; next }
  /^```/ { inside = 0; next }
  inside && /^\$ / {
    base = sprintf("%s/%03d", scratch, ++n)
    print substr($0, 3) > (base ".command")
    printf "" > (base ".shown")
    if (varies) printf "" > (base ".varies")
    next
  }
  inside { print > (base ".shown") }' "$root/README.md"

# numbers FILE VARIES: the file, without its numbers and the width they take if VARIES exists
numbers() {
  if [ -e "$2" ]; then
    sed -E 's/-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?/N/g; s/(^| )-( |$)/\1N\2/g; s/ +/ /g' "$1"
  else
    cat "$1"
  fi
}

# like SHOWN PRINTED: equal, but for "..." lines in the first
like() {
  awk 'NR == FNR { shown[++n] = $0; next }
    { printed[++m] = $0 }
    END {
      for (i = j = 1; i <= n; i++) {
        if (shown[i] == "...") {
          if (i == n) exit 0
          while (j <= m && printed[j] != shown[i + 1]) j++
        } else if (j > m || printed[j++] != shown[i]) exit 1
      }
      exit j <= m
    }' "$1" "$2"
}

failed=0 commands=0
for command in "$scratch"/*.command; do
  base=${command%.command} commands=$((commands + 1))
  (cd "$scratch/folder" && sh "$command" < /dev/null) > "$base.printed" 2> "$base.error" || true
  numbers "$base.shown" "$base.varies" > "$base.shown-plain"
  # Sentences on standard error are shown where a command prints nothing else.
  [ -s "$base.printed" ] || cp "$base.error" "$base.printed"
  numbers "$base.printed" "$base.varies" > "$base.printed-plain"
  like "$base.shown-plain" "$base.printed-plain" && continue
  printf 'README.md shows:\n'
  cat "$command" "$base.shown"
  printf 'but it prints:\n'
  cat "$base.printed" "$base.error"
  failed=1
done
[ "$commands" -ge 5 ] || { echo "README.md has only $commands commands"; exit 1; }
# Links within the repository lead somewhere.
for page in README.md CONTRIBUTING.md docs/design.md; do
  for link in $(grep -oE '\]\([A-Za-z./][^):#]*\)' "$root/$page" | tr -d '])('); do
    [ -e "$root/$(dirname "$page")/$link" ] || { echo "$page links to $link"; failed=1; }
  done
done
exit "$failed"
