#!/bin/sh
# SPDX-License-Identifier: MIT
# linking.sh ROOT COMPILER BUILD: the programs in examples/ link with the libraries where they lie,
# static and shared, without an installation, and run; libramp needs nothing but the C library
# and OpenMP.
set -eu
root=$1 compiler=$2 build=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# link NAME LIBRARIES...: compiles, links and runs examples/NAME.c, into the file `said`
link() {
  name=$1
  shift
  $compiler -std=c11 -Wall -Wextra -Werror -I"$root/include" "$root/examples/$name.c" "$@" -o "$name"
  "./$name" > said
}
link functions "$build/lib/libramp.a" -fopenmp -lm
[ "$(sed -n 6p said)" = "2	1.76159	1.09078	5	5.45392" ] # silu
link network "$build/lib/libramp-network.a" "$build/lib/libramp.a" -ldnnl -lz -fopenmp -lm
grep -q '^layer 3:' said
link functions -L"$build/lib" -Wl,-rpath,"$build/lib" -lramp
link network -L"$build/lib" -Wl,-rpath,"$build/lib" -lramp-network -lramp

# Sanitizers bring libraries of their own.
case $compiler in *-fsanitize*) exit 0 ;; esac
strangers=$(objdump -p "$build/lib/libramp.so" | awk '$1 == "NEEDED" { print $2 }' |
  grep -vE '^lib(c|m|gomp|omp|omp5|pthread)(\.|-|$)|^ld-linux' || true)
[ -z "$strangers" ] || { echo "libramp.so needs $strangers"; exit 1; }
