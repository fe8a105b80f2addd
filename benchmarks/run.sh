#!/bin/sh
# SPDX-License-Identifier: MIT
# All benchmarks, one after the other, as Markdown on standard output.
set -eu
cd "$(dirname "$0")/.."
python=/usr/bin/python3 # Debian's PyTorch belongs to the system's Python, whatever is on the path
lscpu | sed -n 's/^Model name: *//p; s/^Architecture: *//p' | paste -sd ' '
$python benchmarks/functions/peers.py build/lib/libbench-contenders.so --threads 1 "$(nproc)"
RAMP_VARIANT=avx2 $python benchmarks/functions/peers.py build/lib/libbench-contenders.so \
  --sizes 65536
printf '\n## Training\n\n'
$python benchmarks/training/peers.py build/bin/bench-training
