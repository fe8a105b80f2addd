# SPDX-License-Identifier: MIT
"""Ramp and its peers in C through one interface, contender.h's; and what all contenders work on."""
import ctypes
import time

import torch

FORWARD, BACKWARD, LEARN, FORWARD_MASKED, BACKWARD_MASKED = range(5)
TYPES = {torch.float32: 1, torch.float16: 2, torch.bfloat16: 3}  # ramp_type


class Call:
    """One job of a contender: a call runs it once."""

    def __init__(self, run, handle):
        self.run, self.handle = run, handle

    def __call__(self):
        self.run(self.handle, 1)

    def seconds(self, times):
        """What a run takes, on average over so many."""
        start = time.perf_counter()
        self.run(self.handle, times)
        return (time.perf_counter() - start) / times


class Contenders:
    """libbench-contenders.so."""

    def __init__(self, path):
        library = ctypes.CDLL(path)
        name, number, count, array = (ctypes.c_char_p, ctypes.c_int, ctypes.c_long,
                                      ctypes.c_void_p)
        self.start = library.contender_open
        self.start.argtypes = [name, name, number, number, number, count, array, array, array]
        self.start.restype = ctypes.c_void_p
        self.run = library.contender_run
        self.run.argtypes, self.run.restype = [ctypes.c_void_p, count], None
        self.variant, self.compiler = (self.say(call) for call in (library.contender_variant,
                                                                   library.contender_compiler))

    @staticmethod
    def say(call):
        call.restype = ctypes.c_char_p
        return call().decode()

    def open(self, contender, function, which, a, threads=1):
        """A Call on the arrays `a`, or None where the contender cannot."""
        handle = self.start(contender.encode(), function.encode(), which, TYPES[a.x.dtype], threads,
                            a.count, a.x.data_ptr(), a.dy.data_ptr(), a.out.data_ptr())
        return Call(self.run, handle) if handle else None


class Arrays:
    """Inputs, gradients, PyTorch's outputs, and one output in which all contenders write."""

    def __init__(self, count, dtype=torch.float32):
        torch.manual_seed(1)
        self.count = count
        x = (torch.randn(count) * 3).to(dtype).float()
        # Kinks and jumps are multiples of 1/2; there PyTorch has conventions of its own.
        x[x * 2 == (x * 2).round()] += 0.125
        self.x, self.dy = x.to(dtype), torch.randn(count).to(dtype)
        self.y, self.out = torch.empty(count, dtype=dtype), torch.empty(count, dtype=dtype)
        self.libc = ctypes.CDLL(None)
        self.libc.memcpy.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]

    def memcpy(self):
        self.libc.memcpy(self.out.data_ptr(), self.x.data_ptr(), 4 * self.count)
