# SPDX-License-Identifier: MIT
"""Times libramp's functions beside memcpy, PyTorch and oneDNN, in one process and one run.

The contenders of a row take turns, so that a noisy machine is noisy for all of them; the smallest
time of each counts.  Results are compared before anything is timed.  Prints Markdown tables of
nanoseconds per element and of ratios: a peer's time over Ramp's, above 1 where Ramp is ahead.

Usage: peers.py LIBRAMP LIBBENCH-ONEDNN [--threads N ...] [--sizes N ...]
"""
import argparse
import ctypes
import time

import torch

FORWARD = {
    "relu": lambda x, y: torch.clamp_min(x, 0, out=y),
    "leaky_relu": lambda x, y: torch._C._nn.leaky_relu(x, 0.01, out=y),
    "tanh": lambda x, y: torch.tanh(x, out=y),
    "sigmoid": lambda x, y: torch.sigmoid(x, out=y),
    "silu": lambda x, y: torch._C._nn.silu(x, out=y),
    "elu": lambda x, y: torch._C._nn.elu(x, out=y),
    "softplus": lambda x, y: torch._C._nn.softplus(x, out=y),
}
# Of PyTorch's backward passes those that start from x, as Ramp's do; sigmoid and tanh start
# from y, which saves the exponential and the accuracy.
BACKWARD = {
    "relu": lambda dy, x, y: torch.ops.aten.threshold_backward(dy, x, 0),
    "leaky_relu": lambda dy, x, y: torch.ops.aten.leaky_relu_backward(dy, x, 0.01, False),
    "tanh": lambda dy, x, y: torch.ops.aten.tanh_backward(dy, y),
    "sigmoid": lambda dy, x, y: torch.ops.aten.sigmoid_backward(dy, y),
    "silu": lambda dy, x, y: torch.ops.aten.silu_backward(dy, x),
    "elu": lambda dy, x, y: torch.ops.aten.elu_backward(dy, 1.0, 1.0, 1.0, False, x),
    "softplus": lambda dy, x, y: torch.ops.aten.softplus_backward(dy, x, 1.0, 20.0),
}
F32 = 1


class Function(ctypes.Structure):
    """struct ramp_function of ramp/ramp.h."""

    _fields_ = [
        ("row", ctypes.c_int),
        ("kink_rule", ctypes.c_int),
        ("kink_mix", ctypes.c_double),
        ("parameter", ctypes.c_double * 4),
    ]


class Ramp:
    """The calls of libramp that are timed."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        size, array = ctypes.c_size_t, ctypes.c_void_p
        function = ctypes.POINTER(Function)
        self.library.ramp_forward.argtypes = [function, ctypes.c_int, size, array, array]
        self.library.ramp_backward.argtypes = [function, ctypes.c_int, size, array, array, array]
        self.library.ramp_variant.restype = ctypes.c_char_p

    def function(self, name):
        f = Function()
        assert self.library.ramp_function_parse(name.encode(), ctypes.byref(f)) == 0
        return f

    def forward(self, name, x, y):
        f, count, a, b = self.function(name), x.numel(), x.data_ptr(), y.data_ptr()
        call, reference = self.library.ramp_forward, ctypes.byref(f)
        return lambda: call(reference, F32, count, a, b)

    def backward(self, name, x, dy, dx):
        f, count = self.function(name), x.numel()
        call, reference = self.library.ramp_backward, ctypes.byref(f)
        a, b, c = x.data_ptr(), dy.data_ptr(), dx.data_ptr()
        return lambda: call(reference, F32, count, a, b, c)


class OneDnn:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.eltwise_open.restype = ctypes.c_void_p
        self.library.eltwise_open.argtypes = [
            ctypes.c_char_p, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        self.library.eltwise_run.argtypes = [ctypes.c_void_p]

    def forward(self, name, x, y):
        handle = self.library.eltwise_open(name.encode(), x.numel(), x.data_ptr(), y.data_ptr())
        run = self.library.eltwise_run
        return (lambda: run(handle)) if handle else None


def best_times(contenders, count):
    """Smallest nanoseconds per element of each, measured in turns for about a second in all."""
    best = {name: float("inf") for name in contenders}
    end = time.perf_counter() + 0.6 + 1e-8 * count
    while time.perf_counter() < end:
        for name, run in contenders.items():
            start = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - start)
    return {name: 1e9 * seconds / count for name, seconds in best.items()}


def check(name, x, mine, theirs):
    """PyTorch's own error is some 1e-7 of the largest value; a wrong function is far off."""
    error = (mine - theirs).abs().max().item()
    assert error < 1e-5, f"{name}: results differ by {error}"


def row(name, times):
    cells = [name, f"{times['ramp']:.3f}"]
    for peer in ("memcpy", "PyTorch", "oneDNN"):
        cells += [f"{times[peer]:.3f}", f"**{times[peer] / times['ramp']:.2f}**"] \
            if peer in times else ["", ""]
    print("| " + " | ".join(cells) + " |", flush=True)


def measure(ramp, onednn, count, threads):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    x, dy = torch.randn(count) * 3, torch.randn(count)
    y, z, w = torch.empty(count), torch.empty(count), torch.empty(count)
    libc = ctypes.CDLL(None)
    libc.memcpy.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
    copy = lambda: libc.memcpy(y.data_ptr(), x.data_ptr(), 4 * count)
    print(f"\n### {count:,} floats, {threads} thread{'s' if threads > 1 else ''}, nanoseconds per "
          "element\n\n| function | Ramp | memcpy | ratio | PyTorch | ratio | oneDNN | ratio |\n"
          "| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, forward in FORWARD.items():
        contenders = {"ramp": ramp.forward(name, x, y), "memcpy": copy,
                      "PyTorch": lambda: forward(x, z), "oneDNN": onednn.forward(name, x, w)}
        contenders = {peer: run for peer, run in contenders.items() if run}
        for peer in ("ramp", "PyTorch", "oneDNN"):
            contenders[peer]()
        check(name, x, y, z)
        check(name, x, y, w)
        row(name, best_times(contenders, count))
    for name, backward in BACKWARD.items():
        FORWARD[name](x, z)
        mine, theirs = ramp.backward(name, x, dy, y), lambda: backward(dy, x, z)
        mine()
        check(name + "'", x, y, theirs())
        row(name + " backward", best_times({"ramp": mine, "PyTorch": theirs}, count))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("libramp")
    parser.add_argument("onednn")
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1 << 16, 1 << 24])
    arguments = parser.parse_args()
    ramp, onednn = Ramp(arguments.libramp), OneDnn(arguments.onednn)
    print(f"\n## Functions, variant {ramp.library.ramp_variant().decode()}, "
          f"PyTorch {torch.__version__}")
    for threads in arguments.threads:
        for count in arguments.sizes:
            measure(ramp, onednn, count, threads)


if __name__ == "__main__":
    main()
