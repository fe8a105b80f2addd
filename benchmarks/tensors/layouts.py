# SPDX-License-Identifier: MIT
"""Times functions of tensors by how these lie in memory: beside the same call on contiguous ones,
and beside PyTorch's on the same layouts.  The contenders of a row take turns and the smallest time
of each counts.  Results are compared before anything is timed.

Usage: layouts.py LIBRAMP [--threads N ...]
"""
import argparse
import ctypes
import time

import torch

from dlpack import Ramp

SIDE = 4096
SECONDS = 1.0
FUNCTIONS = {"relu": lambda x, y: torch.clamp_min(x, 0, out=y),
             "silu": lambda x, y: torch._C._nn.silu(x, out=y),
             "gelu_tanh": lambda x, y: y.copy_(torch.nn.functional.gelu(x, approximate="tanh"))}


def layouts():
    """By name: x and y of SIDE x SIDE numbers."""
    wide = torch.randn(SIDE, 2 * SIDE)
    x, y = wide[:, :SIDE].contiguous(), torch.empty(SIDE, SIDE)
    blocks = torch.randn(SIDE // 64, 64, SIDE // 64, 64)
    yield "contiguous", x, y
    yield "both transposed", x.t(), y.t()
    yield "x transposed", x.t(), y
    yield "y transposed", x, y.t()
    yield "the left half of x", wide[:, :SIDE], y
    yield "every second column of x", wide[:, ::2], y
    yield "[batch, height, width, channel] to [batch, channel, height, width]", \
        blocks.permute(0, 3, 1, 2), y.view(SIDE // 64, 64, 64, SIDE // 64)


def best_times(calls):
    best = [float("inf")] * len(calls)
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        for i, call in enumerate(calls):
            start = time.perf_counter()
            call()
            best[i] = min(best[i], time.perf_counter() - start)
    return best


def parse(ramp, text):
    function = ctypes.create_string_buffer(128)  # larger than a ramp_function
    ramp.check(ramp.library.ramp_function_parse(text.encode(), function))
    return function


def measure(ramp, name, theirs):
    function, whole = parse(ramp, name), None
    print(f"| {name} | Ramp, ns | to contiguous | PyTorch, ns | ratio |\n"
          "| --- | --- | --- | --- | --- |")
    for title, x, y in layouts():
        mine = ramp.bind(ramp.library.ramp_tensor_forward, function, x, y)
        mine()
        got = y.clone()
        theirs(x, y)
        assert (got - y).abs().max() < 1e-4, f"{name}: results differ where {title}"
        own, other = (1e9 * t / x.numel() for t in best_times([mine, lambda: theirs(x, y)]))
        whole = whole or own
        print(f"| {title} | {own:.3f} | {own / whole:.1f} | {other:.3f} | **{other / own:.2f}** |",
              flush=True)
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ramp", help="libramp.so")
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    arguments = parser.parse_args()
    ramp = Ramp(arguments.ramp)
    threads_of = ctypes.CDLL("libgomp.so.1").omp_set_num_threads
    for threads in arguments.threads:
        torch.set_num_threads(threads)
        threads_of(threads)
        print(f"\n## Layouts, {SIDE:,} x {SIDE:,} floats, {threads} "
              f"thread{'s' if threads > 1 else ''}, nanoseconds per element\n")
        for name, theirs in FUNCTIONS.items():
            measure(ramp, name, theirs)


if __name__ == "__main__":
    main()
