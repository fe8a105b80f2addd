#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""limits.py PORTS CONTENDERS OBJECTS: what keeps the smooth functions from being faster, as Markdown.

Of the loop that computes a function at once it counts, in the object code, for 16 floats the instructions
that compute: those of the multipliers; those of the adders, which also shift and convert; the divisions; and
all of them. PORTS measures how many of each kind the CPU can begin in a nanosecond when none waits for
another. The kind that takes longest gives the least time that the function could take. CONTENDERS measures
what it takes, in cache, on one thread; OBJECTS is a file that names the objects, the fast loops first.
"""
import re
import subprocess
import sys
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "functions"))

import contenders  # noqa: E402  (a sibling folder's)

# celu with its default is elu to the loops.
FUNCTIONS = ["sigmoid", "log_sigmoid", "tanh", "arctan", "softsign", "softplus", "elu", "selu", "gelu",
             "gelu_tanh", "silu", "mish", "tanh_shrink", "exp"]
PASSES = {"forward": contenders.FORWARD, "backward": contenders.BACKWARD}
ARITHMETICS = ["fast", "exact"]
COUNT, TURNS, CALLS = 1 << 16, 60, 8
MOVES = re.compile(r"vmov|vpbroadcast|vbroadcast|kmov|nop|prefetch")
# By which of PORTS' instructions a kind is reckoned, in either arithmetic.
KINDS = {"divide": re.compile(r"vdiv"), "widen": re.compile(r"vcvtps2pd"), "narrow": re.compile(r"vcvtpd2ps"),
         "multiply-add": re.compile(r"vmul|vfn?m"),
         "add": re.compile(r"v(add|sub|min|max|range|rndscale)p|vps[rl][al]")}


def listing(path):
    """The instructions of each function: (address, mnemonic, operands)."""
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", path], check=True, capture_output=True,
                          text=True).stdout
    functions, here = {}, None
    for line in text.splitlines():
        head = re.match(r"[0-9a-f]+ <(.*)>:$", line)
        if head:
            here = functions.setdefault(head[1], [])
        found = re.match(r" *([0-9a-f]+):\s+(\S+) *(.*)", line)
        if found and here is not None:
            here.append((int(found[1], 16), found[2], found[3]))
    return functions


def bodies(code):
    """What lies between a branch backwards and its target, innermost loops only."""
    at = {address: i for i, (address, _, _) in enumerate(code)}
    spans = []
    for i, (_, mnemonic, operands) in enumerate(code):
        target = re.match(r"([0-9a-f]+)", operands)
        if mnemonic.startswith("j") and target and at.get(int(target[1], 16), i + 1) <= i:
            spans.append((at[int(target[1], 16)], i))
    return [code[a:b + 1] for a, b in spans
            if not any(a <= c and d < b for c, d in spans if (c, d) != (a, b))]


def computes(mnemonic, operands):
    return (re.search(r"%[zy]mm|%k[0-7]", operands) is not None and not MOVES.match(mnemonic))


def counts(code):
    """Instructions that compute, by kind, per 16 floats of the body that has most of them."""
    best = None
    for body in bodies(code):
        # Stores by whole registers: 16 floats each, or 8 that were doubles.
        stored = sum(16 if "%zmm" in operands else 8 for _, mnemonic, operands in body
                     if mnemonic.startswith("vmov")
                     and re.match(r"%[zy]mm\d+(\{%k\d\})?,.*\(%r(?!sp)", operands))
        work = [mnemonic for _, mnemonic, operands in body if computes(mnemonic, operands)]
        if stored and (best is None or len(work) > len(best[0])):
            best = work, stored
    if not best:
        return None
    work, stored = best
    of = {kind: sum(1 for m in work if pattern.match(m)) * 16 / stored for kind, pattern in KINDS.items()}
    of["all"] = len(work) * 16 / stored
    return of


def least_times(of, ports, doubles):
    """Nanoseconds per element that each part of the CPU is busy."""
    took = {"multipliers": of["multiply-add"] * ports["multiply-add"],
            "adders": sum(of[kind] * ports[kind] for kind in ("add", "widen", "narrow")),
            "divider": of["divide"] * ports["divide-doubles" if doubles else "divide"],
            "all ports": (of["all"] - of["divide"]) * ports["mixed"]}
    return {part: nanoseconds / 16 for part, nanoseconds in took.items()}


def measured(path):
    return {name: float(value) for name, value in
            (line.split() for line in subprocess.run([path], check=True, capture_output=True,
                                                     text=True).stdout.splitlines())}


def times(library, arrays):
    """Nanoseconds per element of every function, pass and precision; all take turns."""
    jobs = {}
    for name in FUNCTIONS:
        for which, number in PASSES.items():
            for arithmetic in ARITHMETICS:
                jobs[name, which, arithmetic] = library.open("Ramp", f"{name}:precision={arithmetic}",
                                                             number, arrays)
    best = dict.fromkeys(jobs, float("inf"))
    for _ in range(TURNS):
        for key, job in jobs.items():
            best[key] = min(best[key], 1e9 * job.seconds(CALLS) / COUNT)
    return best


def main(ports_path, library_path, objects_path):
    ports = measured(ports_path)
    objects = dict(zip(ARITHMETICS, map(listing, Path(objects_path).read_text().split())))
    took = times(contenders.Contenders(library_path), contenders.Arrays(COUNT))
    print("\n## What limits smooth functions, avx512, 64 Ki floats, 1 thread\n")
    each = ", ".join(f"{name} {value:.3f}" for name, value in ports.items() if name != "cycle")
    text = (f"Of 512-bit instructions that do not wait for each other one takes, in ns: {each}; a cycle "
            f"takes {ports['cycle']:.3f}.")
    print(textwrap.fill(text, 110, break_on_hyphens=False) + "\n")
    print("Instructions for 16 floats, nanoseconds for one.\n")
    print("| function | precision | instructions | multipliers, ns | adders, ns | divider, ns "
          "| all ports, ns | takes, ns | the largest of it |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for (name, which, arithmetic), nanoseconds in took.items():
        found = counts(objects[arithmetic].get(f"{name}_{which}", []))
        if not found:
            continue
        least = least_times(found, ports, arithmetic == "exact")
        print(f"| {name}{' backward' if which == 'backward' else ''} | {arithmetic} | {found['all']:.0f} | "
              + " | ".join(f"{part:.3f}" for part in least.values())
              + f" | {nanoseconds:.3f} | {max(least.values()) / nanoseconds:.2f} |")


main(*sys.argv[1:])
