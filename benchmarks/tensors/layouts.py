# SPDX-License-Identifier: MIT
"""Times functions of tensors by how these lie in memory: beside the same call on contiguous ones,
and beside PyTorch's on the same layouts.  The contenders of a row take turns, contiguous ones among
them, and the smallest time of each counts.  Results are compared before anything is timed.

Usage: layouts.py LIBRAMP [--threads N ...]
"""
import argparse
import ctypes
import time

import torch

from dlpack import Ramp

SIDE = 4096  # in memory, in tables of its own
OTHER_SIDES = [512, 1000, 1024, 3000]  # rows of 1,000 and 3,000 numbers are no whole lines of cache
SECONDS, OTHER_SECONDS = 0.5, 0.15
OWN_CALLS = 5  # in a turn, for one of PyTorch's may take as long as many of Ramp's
FUNCTIONS = {"relu": lambda x, y: torch.clamp_min(x, 0, out=y),
             "silu": lambda x, y: torch._C._nn.silu(x, out=y),
             "gelu_tanh": lambda x, y: torch._C._nn.gelu(x, approximate="tanh", out=y)}
BACKWARD = {
    "relu": lambda dy, x, dx: torch.ops.aten.threshold_backward.grad_input(dy, x, 0, grad_input=dx),
    "silu": lambda dy, x, dx: torch.ops.aten.silu_backward.grad_input(dy, x, grad_input=dx),
    "gelu_tanh": lambda dy, x, dx: torch.ops.aten.gelu_backward.grad_input(
        dy, x, approximate="tanh", grad_input=dx)}


def layouts(dtype, side):
    """By name: x, dy and the result, of side x side numbers; dy lies as x or y."""
    wide = torch.randn(side, 2 * side).to(dtype)
    x, y = wide[:, :side].contiguous(), torch.empty(side, side, dtype=dtype)
    dy = torch.randn(side, side).to(dtype)
    channels = max(n for n in range(1, 65) if side % n == 0)
    image = side // channels, channels, channels, side // channels
    pixels = torch.randn(side // channels, channels, side // channels, channels).to(dtype)
    yield "contiguous", x, dy, y
    yield "both transposed", x.t(), dy.t(), y.t()
    yield "x transposed", x.t(), dy, y
    yield "result transposed", x, dy, y.t()
    yield "the left half of x", wide[:, :side], dy, y
    yield "every second column of x", wide[:, ::2], dy, y
    yield "[batch, height, width, channel] to [batch, channel, height, width]", \
        pixels.permute(0, 3, 1, 2), dy.view(image), y.view(image)


def best_times(calls, seconds):
    """The smallest time of each call; calls are (function, how often in a turn)."""
    best = [float("inf")] * len(calls)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for i, (call, often) in enumerate(calls):
            for _ in range(often):
                start = time.perf_counter()
                call()
                best[i] = min(best[i], time.perf_counter() - start)
    return best


def parse(ramp, text):
    function = ctypes.create_string_buffer(128)  # larger than a ramp_function
    ramp.check(ramp.library.ramp_function_parse(text.encode(), function))
    return function


def calls(ramp, name, backward, x, dy, y):
    """Ramp's call and PyTorch's."""
    function = parse(ramp, name)
    if backward:
        return [ramp.bind(ramp.library.ramp_tensor_backward, function, x, dy, y),
                lambda: BACKWARD[name](dy, x, y)]
    return [ramp.bind(ramp.library.ramp_tensor_forward, function, x, y),
            lambda: FUNCTIONS[name](x, y)]


def measure(ramp, name, dtype, backward, side, seconds):
    """Of each layout its name and nanoseconds per element: Ramp's, Ramp's where all tensors are
    contiguous, PyTorch's."""
    whole = None
    for title, x, dy, y in layouts(dtype, side):
        mine, theirs = calls(ramp, name, backward, x, dy, y)
        whole = whole or mine
        mine()
        got = y.clone()
        theirs()
        within = 1e-4 if dtype == torch.float32 else 0.1
        assert (got - y).abs().max() < within, f"{name}: results differ where {title}"
        times = best_times([(mine, OWN_CALLS), (whole, OWN_CALLS), (theirs, 1)], seconds)
        yield title, *(1e9 * t / x.numel() for t in times)


def cases():
    """Each function, type and direction, and how it is called in tables."""
    for dtype in torch.float32, torch.bfloat16:
        for name in FUNCTIONS:
            for backward in False, True:
                yield (name, dtype, backward), \
                    f"{name}, {str(dtype)[6:]}, {'backward' if backward else 'forward'}"


def print_other_side(ramp, side):
    """A row for each case."""
    titles = [title for title, *_ in layouts(torch.float32, side)]
    print(f"| | contiguous, ns | {' | '.join(titles[1:])} |\n|" + " --- |" * (len(titles) + 1))
    for case, called in cases():
        rows = list(measure(ramp, *case, side, OTHER_SECONDS))
        cells = [f"{own / contiguous:.1f} (**{other / own:.1f}**)"
                 for _, own, contiguous, other in rows[1:]]
        print(f"| {called} | {rows[0][1]:.3f} | {' | '.join(cells)} |", flush=True)


def print_tables(ramp):
    """A table for each case."""
    for case, called in cases():
        print(f"| {called} | Ramp, ns | to contiguous | PyTorch, ns | ratio |\n"
              "| --- | --- | --- | --- | --- |")
        for title, own, contiguous, other in measure(ramp, *case, SIDE, SECONDS):
            print(f"| {title} | {own:.3f} | {own / contiguous:.1f} | {other:.3f} | "
                  f"**{other / own:.2f}** |", flush=True)
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
        on = f"{threads} thread{'s' if threads > 1 else ''}"
        for side in OTHER_SIDES:
            print(f"\n## Layouts, {side:,} x {side:,} numbers, {on}: "
                  "Ramp's time to its contiguous one (PyTorch's to Ramp's)\n")
            print_other_side(ramp, side)
        print(f"\n## Layouts, {SIDE:,} x {SIDE:,} numbers, {on}, nanoseconds per element\n")
        print_tables(ramp)


if __name__ == "__main__":
    main()
