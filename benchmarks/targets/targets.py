# SPDX-License-Identifier: MIT
"""Measures what the targets of speed speak of, and says which of them are met, as Markdown.

For each target a table of nanoseconds per element, with the peer that counts, the ratio of its time to
Ramp's and whether that is enough; below it how many cells of how many are, and the worst. Contenders of a
cell take turns in one run; their results are compared before anything is timed. PyTorch runs as it is
installed, and in a second process told to use AVX-512. Exit code 77, "not run", without PyTorch.

Usage: targets.py LIBBENCH-CONTENDERS [--targets NAME ...] [--functions NAME ...] [--sizes N ...]
                  [--threads N ...] [--seconds S] [--quick]
"""
import argparse
import os
import pathlib
import sys

try:
    import numpy  # noqa: F401
    import torch
except ImportError as missing:
    print(missing)
    sys.exit(77)

sys.path.append(str(pathlib.Path(__file__).parent.parent / "functions"))
import masked  # noqa: E402
import pytorch  # noqa: E402
import table  # noqa: E402
from contestants import Field  # noqa: E402
from turns import best_times  # noqa: E402

QUICK = 4 * table.KI  # elements, where nothing but that it works is of interest


def thread_counts(arguments, one_thread=True):
    every = len(os.sched_getaffinity(0))
    counts = [1, every] if one_thread and not arguments.quick else [every]
    return [n for n in dict.fromkeys(counts) if n in (arguments.threads or counts)]


def sizes(arguments, known):
    if arguments.quick:
        return [QUICK]
    return [n for n in known if n in (arguments.sizes or known)]


def cells(target, arguments):
    functions = [f for f in target.functions if f in (arguments.functions or target.functions)]
    for direction in target.passes:
        for function in functions:
            if direction == table.BACKWARD and not pytorch.FUNCTIONS[function][1]:
                continue
            for count in sizes(arguments, target.sizes):
                for number in thread_counts(arguments, target.one_thread):
                    yield table.Cell(target, function, direction, count, number)


def seconds(arguments, count, dtype="float32"):
    """Of a cell: memory takes longer to show its best, and cells of 16 bits are many."""
    share = 4 if count > table.MI else 1 if dtype == "float32" else 0.5
    return 0 if arguments.quick else arguments.seconds * share


def measure(target, field, arguments):
    found = []
    for cell in cells(target, arguments):
        if not found:
            print(f"\n### {target.title} (`{target.name}`), nanoseconds per element\n\n"
                  + table.heading(target))
        cell.times = best_times(field.open(cell), cell.count, cell.threads,
                                seconds(arguments, cell.count, target.dtype))
        found.append(cell)
        print(table.row(cell), flush=True)
    print("", *table.summary(found), sep="\n", flush=True)


def measure_masked(field, arguments):
    found = []
    for count in sizes(arguments, table.IN_MEMORY):
        a = field.arrays(count, torch.float32)
        for number in thread_counts(arguments):
            torch.set_num_threads(number)
            times = best_times(masked.contestants(field, a, number), count, number,
                               seconds(arguments, count))
            found.append((count, number, times))
    if found:
        print("\n### relu with one-bit masks (`masked`), nanoseconds per element\n\n" + masked.HEADING,
              *(masked.row(*one) for one in found), "", masked.summary(found), sep="\n", flush=True)


def parse():
    names = [target.name for target in table.TARGETS] + ["masked"]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("contenders", help="libbench-contenders.so")
    parser.add_argument("--targets", nargs="+", choices=names, default=names)
    parser.add_argument("--functions", nargs="+", choices=pytorch.FUNCTIONS)
    parser.add_argument("--sizes", type=int, nargs="+", help="of the targets' own")
    parser.add_argument("--threads", type=int, nargs="+", help="of one and all")
    parser.add_argument("--seconds", type=float, default=0.3, help="for a cell in cache")
    parser.add_argument("--quick", action="store_true", help="no timing to speak of: for tests")
    return parser.parse_args()


def main():
    arguments = parse()
    field = Field(arguments.contenders)
    told = f" and {field.remote.ask('instructions')}" if field.remote else ""
    print(f"\n## Targets, variant {field.library.variant} by {field.library.compiler}, "
          f"PyTorch {torch.__version__} with {pytorch.instructions()}{told}")
    for target in table.TARGETS:
        if target.name in arguments.targets:
            measure(target, field, arguments)
    if "masked" in arguments.targets and "relu" in (arguments.functions or ["relu"]):
        measure_masked(field, arguments)


if __name__ == "__main__":
    main()
