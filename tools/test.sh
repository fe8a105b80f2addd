#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds and runs all tests three times: with the system's cc, with clang, and under AddressSanitizer
# and UBSan. The second and third are left out when no file changed since they last passed.
set -eu
cd "$(dirname "$0")/.."
jobs=$(nproc)
# Tests run side by side: threads that spin while they wait would starve the others.
export OMP_WAIT_POLICY=passive

# run NAME FLAGS...: configure, build and test in build/ or build/NAME
run() {
  name=$1 folder=build/$1
  shift
  [ "$name" != release ] || folder=build
  printf '== %s\n' "$name"
  # Messages of a build that works are of no interest.
  if ! { cmake -S . -B "$folder" "$@" && cmake --build "$folder" -j "$jobs"; } \
    > "build/$name.log" 2>&1; then
    cat "build/$name.log"
    return 1
  fi
  ctest --test-dir "$folder" -j "$jobs" --output-on-failure --no-tests=error | tee "build/$name-tests.log" |
    grep -v '^ *[0-9]*/[0-9]* Test .* Passed\|^ *Start ' || true
  grep -q '^100% tests passed' "build/$name-tests.log"
}

# unchanged NAME: nothing that git knows of, or would, is newer than the last success, or gone
unchanged() {
  [ -e "build/$1.passed" ] && git rev-parse > /dev/null 2>&1 || return 1
  git ls-files --cached --others --exclude-standard | while read -r file; do
    [ -e "$file" ] && [ ! "$file" -nt "build/$1.passed" ] || echo "$file"
  done | grep -q . && return 1
  printf '== %s: passed before, and no file changed since\n' "$1"
}

# run_once NAME FLAGS...
run_once() {
  unchanged "$1" && return
  touch build/started
  run "$@" && mv build/started "build/$1.passed"
}

# Clang's OpenMP runtime keeps a small file per process, and leaves it when a test kills the process: a
# later one with the same id would trip over it.
forget_killed_processes() {
  for file in /dev/shm/__KMP_REGISTERED_LIB_*_"$(id -u)"; do
    process=${file##*/__KMP_REGISTERED_LIB_}
    [ ! -e "$file" ] || [ -d "/proc/${process%_*}" ] || rm -f "$file"
  done
}

mkdir -p build
forget_killed_processes
run_once clang -DCMAKE_C_COMPILER=clang-14
run_once sanitized -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG=-O1 \
  -DRAMP_SANITIZE=address,undefined -DRAMP_BENCHMARKS=OFF
run release -DCMAKE_BUILD_TYPE=Release -DRAMP_TESTS=ON -DRAMP_BENCHMARKS=ON
