#!/bin/sh
# SPDX-License-Identifier: MIT
# All benchmarks, one after the other, as Markdown on standard output.
set -eu
cd "$(dirname "$0")/.."
python=/usr/bin/python3 # Debian's PyTorch belongs to the system's Python, whatever is on the path

functions() {
  $python benchmarks/functions/peers.py build/lib/libbench-contenders.so "$@"
}

# has FLAG: whether the CPU does
has() {
  lscpu | grep -qw "$1"
}

targets() {
  $python benchmarks/targets/targets.py "$@"
}

# Ramp by another compiler, in cache. Its OpenMP is not the one that PyTorch tells how many threads to use.
targets_by_clang() {
  if ! command -v clang-14 > /dev/null; then
    printf '\nclang-14 is not there: the targets are measured for gcc alone.\n'
    return
  fi
  cmake -S . -B build/bench-clang -DCMAKE_C_COMPILER=clang-14 -DRAMP_TESTS=OFF > /dev/null
  cmake --build build/bench-clang -j "$(nproc)" --target bench-contenders > /dev/null
  OMP_NUM_THREADS=1 targets build/bench-clang/lib/libbench-contenders.so --sizes 65536 --threads 1 \
    --targets clipping smooth smooth-backward
}

lscpu | sed -n 's/^Model name: *//p; s/^Architecture: *//p' | paste -sd ' '
targets build/lib/libbench-contenders.so
targets_by_clang
functions
functions --threads "$(nproc)" --functions relu tanh sigmoid silu gelu
if has avx512vl; then
  # PyTorch takes AVX-512 only when it is told to.
  ATEN_CPU_CAPABILITY=avx512 functions --sizes 65536
  # Everybody held to AVX2.
  RAMP_VARIANT=avx2 ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2 functions
fi
build/bin/bench-calls
OMP_NUM_THREADS=1 build/bin/bench-both
if has avx512vl; then
  OMP_NUM_THREADS=1 $python benchmarks/limits/limits.py build/bin/bench-ports \
    build/lib/libbench-contenders.so build/benchmarks/limits/objects
fi
build/bin/bench-thresholds
tensors() {
  $python benchmarks/tensors/tensors.py build/lib/libramp.so build/lib/libbench-tensors.so "$@"
}
tensors --threads 1 "$(nproc)"
if has avx512vl; then
  ATEN_CPU_CAPABILITY=avx512 tensors
  RAMP_VARIANT=avx2 ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2 tensors
fi
$python benchmarks/tensors/layouts.py build/lib/libramp.so --threads 1 "$(nproc)"
if has avx512vl; then
  OMP_NUM_THREADS=1 build/bin/bench-transposed
fi
printf '\n## Training\n\n'
$python benchmarks/training/peers.py build/bin/bench-training
