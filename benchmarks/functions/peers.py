# SPDX-License-Identifier: MIT
"""Times libramp's functions beside memcpy, PyTorch and oneDNN, in one process and one run.

The contenders of a row take turns, so that a noisy machine is noisy for all of them; the smallest
time of each counts.  Results are compared before anything is timed.  Prints Markdown tables of
nanoseconds per element and of ratios: a peer's time over Ramp's, above 1 where Ramp is ahead; and
below each table the rows in which PyTorch is.  A call of PyTorch's costs about 1 us of Python more
than Ramp's and oneDNN's.

Usage: peers.py LIBBENCH-CONTENDERS [--threads N ...] [--sizes N ...] [--functions NAME ...]
"""
import argparse
import textwrap
import time

import torch

import pytorch
from contenders import (BACKWARD, BACKWARD_MASKED, FORWARD, FORWARD_MASKED, LEARN, Arrays,
                        Contenders)

PEERS = "memcpy", "PyTorch", "oneDNN"


def best_times(contenders, count):
    """Smallest nanoseconds per element of each, measured in turns for a part of a second."""
    best = {name: float("inf") for name in contenders}
    end = time.perf_counter() + 0.25 + 1.5e-8 * count
    while time.perf_counter() < end:
        for name, run in contenders.items():
            start = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - start)
    return {name: 1e9 * seconds / count for name, seconds in best.items()}


def result(run, out):
    """The first million numbers that a contender writes or returns."""
    returned = run()
    return (out if returned is None else returned)[:1 << 20].clone()


def check(name, contenders, out, tolerance=2e-5):
    """The peers' own error is some 1e-6 of the largest number on the way; a wrong function is
    far off."""
    mine = result(contenders["Ramp"], out)
    for peer in ("PyTorch", "oneDNN"):
        if peer not in contenders:
            continue
        theirs = result(contenders[peer], out)
        error = ((mine - theirs).abs() / mine.abs().clamp(min=1)).max().item()
        assert error < tolerance, f"{name}: Ramp's and {peer}'s results differ by {error}"


def row(title, contenders, a, **how):
    """Checks, times and prints; the title with PyTorch's time over Ramp's."""
    contenders = {name: run for name, run in contenders.items() if run}
    check(title, contenders, a.out, **how)
    times = best_times(contenders, a.count)
    cells = [title, f"{times['Ramp']:.3f}"]
    for peer in PEERS:
        cells += [f"{times[peer]:.3f}", f"**{times[peer] / times['Ramp']:.2f}**"] \
            if peer in times else ["", ""]
    print("| " + " | ".join(cells) + " |", flush=True)
    return title, times["PyTorch"] / times["Ramp"]


def forward_row(contender, name, a):
    forward = pytorch.FUNCTIONS[name][0]
    return row(name, {"Ramp": contender.open("Ramp", name, FORWARD, a),
                      "memcpy": a.memcpy,
                      "PyTorch": lambda: forward(a.x, a.out),
                      "oneDNN": contender.open("oneDNN", name, FORWARD, a)}, a)


def backward_row(contender, name, a):
    forward, backward = pytorch.FUNCTIONS[name]
    y = forward(a.x, a.y)
    learns = name == "prelu"
    return row(name + (" backward, with its slope's gradient" if learns else " backward"),
               {"Ramp": contender.open("Ramp", name, LEARN if learns else BACKWARD, a),
                "PyTorch": lambda: backward(a.dy, a.x, y, a.out),
                "oneDNN": None if learns else contender.open("oneDNN", name, BACKWARD, a)}, a)


def masked_rows(contender, name, a):
    """Forward and backward by one bit an element, beside PyTorch's passes, which keep x."""
    forward, backward = pytorch.FUNCTIONS[name]
    for which, title, peer in (
            (FORWARD_MASKED, name + " masked", lambda: forward(a.x, a.out)),
            (BACKWARD_MASKED, name + " backward masked", lambda: backward(a.dy, a.x, None, a.out))):
        yield row(title, {"Ramp": contender.open("Ramp", name, which, a),
                          "memcpy": a.memcpy, "PyTorch": peer}, a)


def measure(contender, functions, a, threads):
    torch.set_num_threads(threads)
    print(f"\n### {a.count:,} floats, {threads} thread{'s' if threads > 1 else ''}, "
          "nanoseconds per element\n\n"
          "| function | Ramp | memcpy | ratio | PyTorch | ratio | oneDNN | ratio |\n"
          "| --- | --- | --- | --- | --- | --- | --- | --- |")
    ratios = [forward_row(contender, name, a) for name in functions]
    ratios += [backward_row(contender, name, a) for name in functions if pytorch.FUNCTIONS[name][1]]
    for name in ("relu", "leaky_relu"):
        if name in functions:
            ratios += masked_rows(contender, name, a)
    behind = [f"{name} {ratio:.2f}" for name, ratio in ratios if ratio < 1]
    print("\n" + textwrap.fill(f"PyTorch is ahead in {len(behind)} of {len(ratios)} rows: "
                               f"{', '.join(behind) or 'none'}.", 108), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("contenders", help="libbench-contenders.so")
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1 << 16, 1 << 24])
    parser.add_argument("--functions", nargs="+", default=list(pytorch.FUNCTIONS))
    arguments = parser.parse_args()
    contender = Contenders(arguments.contenders)
    print(f"\n## Functions, variant {contender.variant}, PyTorch {torch.__version__} with "
          f"{pytorch.instructions()}")
    for count in arguments.sizes:
        a = Arrays(count)
        known = [name for name in arguments.functions
                 if contender.open("Ramp", name, FORWARD, a)]
        for threads in arguments.threads:
            measure(contender, known, a, threads)


if __name__ == "__main__":
    main()
