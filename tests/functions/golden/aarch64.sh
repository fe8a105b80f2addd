#!/bin/sh
# SPDX-License-Identifier: MIT
# aarch64.sh ROOT BUILD HASHES: builds libramp for AArch64 in BUILD and compares the bits of its
# results, under qemu, with the file of hashes. Exit 77, which CTest calls skipped, where the
# compiler or qemu is missing; in CI that is a failure.
set -eu
root=$1 build=$2 hashes=$3

for command in aarch64-linux-gnu-gcc qemu-aarch64; do
  command -v "$command" > /dev/null && continue
  echo "$command is missing: on Debian, tools/setup.sh test installs it"
  [ -z "${CI:-}" ] || exit 1
  exit 77
done

mkdir -p "$build"
if ! { cmake -S "$root" -B "$build" -DCMAKE_TOOLCHAIN_FILE="$root/cmake/aarch64.cmake" \
  -DCMAKE_BUILD_TYPE=Release -DRAMP_NETWORK=OFF -DRAMP_BENCHMARKS=OFF &&
  cmake --build "$build" --target ramp-golden; } > "$build/log" 2>&1; then
  cat "$build/log"
  exit 1
fi
exec qemu-aarch64 -L /usr/aarch64-linux-gnu "$build/bin/ramp-golden" "$hashes"
