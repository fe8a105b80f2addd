# SPDX-License-Identifier: MIT
"""PyTorch's functions as calls on arrays; and the same in a process of their own that is told to use
AVX-512, for PyTorch reads once, at its start, which instructions to use.
"""
import functools
import multiprocessing
import os
import types

import torch

import pytorch
from contenders import Arrays
from turns import Plain, least

RESULTS = 1 << 12  # of which the other process shows the first
KEPT = 4           # arrays, one for each size


def native(function, backward, a):
    """None where PyTorch has no such pass."""
    forward, back = pytorch.FUNCTIONS[function]
    if not backward:
        return lambda: forward(a.x, a.out)
    if not back:
        return None
    y = forward(a.x, a.y)
    return lambda: back(a.dy, a.x, y, a.out)


def by_float(function, backward, a):
    """What is left to who has 16 bits where PyTorch has no code for them."""
    wide = types.SimpleNamespace(**{name: getattr(a, name).float() for name in ("x", "dy", "y", "out")})
    run = native(function, backward, wide)

    def convert_and_run():
        (wide.dy if backward else wide.x).copy_(a.dy if backward else a.x)
        returned = run()
        return a.out.copy_(wide.out if returned is None else returned)
    return convert_and_run


def open_call(function, backward, a):
    """A contestant and whether it goes by way of float; or (None, False)."""
    try:
        run = native(function, backward, a)
        if run:
            run()
        return Plain(run) if run else None, False
    except RuntimeError:
        return Plain(by_float(function, backward, a)), True


def result_of(contestant, a):
    """The first numbers that a contestant writes or returns, a million at most."""
    if hasattr(contestant, "result"):
        return contestant.result()
    returned = contestant()
    return (a.out if returned is None else returned)[:1 << 20].float().clone()


# ------------------------------------------------------------------ the other process


class Served:
    """What the other process does, by name."""

    def __init__(self):
        self.arrays = functools.lru_cache(maxsize=KEPT)(Arrays)

    def open(self, function, backward, count, dtype, threads):
        torch.set_num_threads(threads)
        self.a = self.arrays(count, dtype)
        self.call, _ = open_call(function, backward, self.a)
        return self.call is not None

    def result(self):
        return result_of(self.call, self.a)[:RESULTS].numpy()

    def seconds(self, times):
        return self.call.seconds(times)

    def least(self, calls, batches):
        return least(self.call, calls, batches)

    def instructions(self):
        return pytorch.instructions()


def serve(pipe):
    """Answers until the one who asks is gone."""
    served = Served()
    try:
        while True:
            name, *arguments = pipe.recv()
            pipe.send(getattr(served, name)(*arguments))
    except EOFError:
        pass


class Remote:
    """PyTorch in a process of its own as a contestant; the one opened last is the one that runs."""
    pool = "another process"

    def __init__(self, capability):
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        mine = dict(os.environ)
        os.environ["ATEN_CPU_CAPABILITY"] = capability  # a process inherits it when it starts
        context.Process(target=serve, args=(theirs,), daemon=True).start()
        os.environ.clear()
        os.environ.update(mine)
        theirs.close()

    def ask(self, *question):
        self.pipe.send(question)
        return self.pipe.recv()

    def open(self, function, backward, a, threads):
        return self if self.ask("open", function, backward, a.count, a.x.dtype, threads) else None

    def result(self):
        return torch.from_numpy(self.ask("result"))

    def seconds(self, times):
        return self.ask("seconds", times)

    def least(self, calls, batches):
        return self.ask("least", calls, batches)
