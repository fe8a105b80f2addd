# SPDX-License-Identifier: MIT
"""Times libramp's functions beside memcpy, PyTorch and oneDNN, in one process and one run.

The contenders of a row take turns, so that a noisy machine is noisy for all of them; the smallest
time of each counts.  Results are compared before anything is timed.  Prints Markdown tables of
nanoseconds per element and of ratios: a peer's time over Ramp's, above 1 where Ramp is ahead.

Usage: peers.py LIBBENCH-CONTENDERS [--threads N ...] [--sizes N ...]
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
class Contenders:
    """Ramp and oneDNN, called through the same C interface."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        name, count, array = ctypes.c_char_p, ctypes.c_long, ctypes.c_void_p
        self.library.ramp_call_open.argtypes = [name, count, array, array, array]
        self.library.eltwise_open.argtypes = [name, count, array, array]
        for call in (self.library.ramp_call_open, self.library.eltwise_open):
            call.restype = ctypes.c_void_p
        for call in (self.library.ramp_call_run, self.library.eltwise_run):
            call.argtypes = [ctypes.c_void_p]
        self.library.ramp_call_variant.restype = ctypes.c_char_p

    def ramp(self, name, x, dy, out):
        gradient = dy.data_ptr() if dy is not None else None
        handle = self.library.ramp_call_open(
            name.encode(), x.numel(), x.data_ptr(), gradient, out.data_ptr())
        run = self.library.ramp_call_run
        return lambda: run(handle)

    def onednn(self, name, x, y):
        handle = self.library.eltwise_open(name.encode(), x.numel(), x.data_ptr(), y.data_ptr())
        run = self.library.eltwise_run
        return lambda: run(handle)

    def variant(self):
        return self.library.ramp_call_variant().decode()


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


def measure(contender, count, threads):
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
        contenders = {"ramp": contender.ramp(name, x, None, y), "memcpy": copy,
                      "PyTorch": lambda: forward(x, z), "oneDNN": contender.onednn(name, x, w)}
        for peer in ("ramp", "PyTorch", "oneDNN"):
            contenders[peer]()
        check(name, x, y, z)
        check(name, x, y, w)
        row(name, best_times(contenders, count))
    for name, backward in BACKWARD.items():
        FORWARD[name](x, z)
        mine, theirs = contender.ramp(name, x, dy, y), lambda: backward(dy, x, z)
        mine()
        check(name + "'", x, y, theirs())
        row(name + " backward", best_times({"ramp": mine, "PyTorch": theirs}, count))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("contenders", help="libbench-contenders.so")
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1 << 16, 1 << 24])
    arguments = parser.parse_args()
    contender = Contenders(arguments.contenders)
    print(f"\n## Functions, variant {contender.variant()}, PyTorch {torch.__version__}")
    for threads in arguments.threads:
        for count in arguments.sizes:
            measure(contender, count, threads)


if __name__ == "__main__":
    main()
