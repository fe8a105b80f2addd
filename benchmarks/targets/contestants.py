# SPDX-License-Identifier: MIT
"""Who competes in a cell, and that their results agree."""
import functools

import torch

import contenders
import numpy_calls
import torch_calls
from table import BACKWARD, FORWARD, IN_MEMORY, KI
from turns import Plain

# Of the largest number on the way; a wrong function is far off. In 16 bits PyTorch rounds after every
# operation of some functions, gelu_tanh's and silu's way back first of all.
TOLERANCE = {torch.float32: 2e-5, torch.float16: 5e-3, torch.bfloat16: 8e-2}
BY_FLOAT = " (PyTorch by way of float)"


class Field:
    """All that may compete, and the arrays they work on."""

    def __init__(self, library):
        self.library = contenders.Contenders(library)
        self.remote = torch_calls.Remote("avx512") if self.library.variant == "avx512" else None
        self.arrays = functools.lru_cache(maxsize=torch_calls.KEPT)(contenders.Arrays)

    def open(self, cell):
        """The contestants of a cell by name, checked; None where Ramp has no such pass."""
        torch.set_num_threads(cell.threads)
        a = self.arrays(cell.count, getattr(torch, cell.target.dtype))
        found = {**self.ramp(cell, a), **self.peers(cell, a), **self.pytorch(cell, a)}
        found = {name: c for name, c in found.items() if c}
        check(cell.place(), found, a)
        return found

    def call(self, contender, function, which, a, threads):
        call = self.library.open(contender, function, which, a, threads)
        if call:
            call.pool = contender if contender == "XNNPACK" else "OpenMP"
        return call

    def ramp(self, cell, a):
        texts = {"exact": cell.function, "fast": cell.function + ":precision=fast"}
        return {tier: self.call("Ramp", texts[tier], which(cell), a, cell.threads)
                for tier in cell.target.tiers()}

    def peers(self, cell, a):
        """Those in C, and NumPy."""
        names = [name for name in cell.target.peers if "PyTorch" not in name]
        if cell.target.sizes == IN_MEMORY:
            names.append("copy")
        found = {}
        if for_interest(cell):
            names.append("libm")
            run = numpy_calls.open_call(cell.function, a)
            found["NumPy"] = Plain(run) if run else None
        return {**found, **{name: self.call(name, cell.function, which(cell), a, cell.threads)
                            for name in names}}

    def pytorch(self, cell, a):
        backward = cell.direction == BACKWARD
        call, converts = torch_calls.open_call(cell.function, backward, a)
        cell.note = BY_FLOAT if converts else ""
        remote = self.remote and self.remote.open(cell.function, backward, a, cell.threads)
        return {"PyTorch": call, "PyTorch AVX-512": remote}


def which(cell):
    """PyTorch's way back through prelu gives the slope's gradient as well."""
    if cell.direction == FORWARD:
        return contenders.FORWARD
    return contenders.LEARN if cell.function == "prelu" else contenders.BACKWARD


def for_interest(cell):
    return (cell.direction == FORWARD and cell.count == 64 * KI and cell.threads == 1 and
            cell.target.dtype == "float32")


def check(place, found, a):
    results = {name: torch_calls.result_of(contestant, a) for name, contestant in found.items()
               if name != "copy"}
    mine = results.pop("exact")
    for name, theirs in results.items():
        same = mine[:theirs.numel()]
        error = (same - theirs).abs() / same.abs().clamp(min=1)
        error = torch.where(same == theirs, 0, error).max().item()  # infinities, too
        assert error < TOLERANCE[a.x.dtype], f"{place}: Ramp's and {name}'s results differ by {error}"
