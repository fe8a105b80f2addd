#!/bin/sh
# SPDX-License-Identifier: MIT
# test.sh [BUILD...]: builds and runs the tests of each of these; without names, of all:
#   clang      with clang
#   sanitized  under AddressSanitizer and UBSan
#   aarch64    libramp for AArch64, run by qemu
#   riscv64    golden hashes alone, likewise
#   release    with the system's cc
# All but the last are left out when no file changed since they last passed.
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

# without REASON BUILD: what is left out; in CI that is a failure
without() {
  printf '== %s is left out: %s\n' "$2" "$1"
  [ -z "${CI:-}" ] || exit 1
}

# run_foreign MACHINE FLAGS...: libramp alone, for another machine
run_foreign() {
  machine=$1
  shift
  for command in "$machine-linux-gnu-gcc" "qemu-$machine"; do
    command -v "$command" > /dev/null || { without "$command is missing" "$machine"; return 0; }
  done
  run_once "$machine" -DCMAKE_TOOLCHAIN_FILE="$PWD/cmake/$machine.cmake" \
    -DCMAKE_BUILD_TYPE=Release -DRAMP_NETWORK=OFF -DRAMP_BENCHMARKS=OFF "$@"
}

run_aarch64() {
  tools/foreign_libraries.sh arm64 build/arm64 > build/arm64.log 2>&1 || {
    cat build/arm64.log
    without 'its libraries cannot be had' aarch64
    return 0
  }
  run_foreign aarch64 -DRAMP_FOREIGN_LIBRARIES="$PWD/build/arm64"
}

run_build() {
  case $1 in
    clang) run_once clang -DCMAKE_C_COMPILER=clang-14 ;;
    sanitized)
      run_once sanitized -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG=-O1 \
        -DRAMP_SANITIZE=address,undefined -DRAMP_BENCHMARKS=OFF
      ;;
    # On such a machine `release` is it.
    aarch64) [ "$(uname -m)" = aarch64 ] || run_aarch64 ;;
    riscv64) [ "$(uname -m)" = riscv64 ] || run_foreign riscv64 -DRAMP_ORACLE=OFF ;;
    release) run release -DCMAKE_BUILD_TYPE=Release -DRAMP_TESTS=ON -DRAMP_BENCHMARKS=ON ;;
    *) printf 'test.sh: there is no build %s\n' "$1" >&2; return 2 ;;
  esac
}

mkdir -p build
forget_killed_processes
[ $# -gt 0 ] || set -- clang sanitized aarch64 riscv64 release
for build in "$@"; do
  run_build "$build"
done
