# SPDX-License-Identifier: MIT
"""Times libramp's functions of several inputs, and prelu, beside PyTorch and oneDNN, in one process
and one run, as benchmarks/functions/peers.py does; its rules and its tables.

PyTorch's ways are those with the fewest passes over memory that write into `out`: gated units take
two operations forward and four backward, maxout is amax (whose backward pass shares dy among equal
ones) and, where the winners are kept for the way back, max. oneDNN has softmax, log_softmax, prelu,
and as maxout forward its pooling; the rest would be several of its primitives. An element is one of
x.

Usage: tensors.py LIBRAMP LIBBENCH-TENSORS [--threads N ...]
"""
import argparse
import ctypes
import pathlib
import sys
import textwrap
import types

import torch

from dlpack import Ramp

sys.path.append(str(pathlib.Path(__file__).parent.parent / "functions"))
import peers as functions  # noqa: E402

aten, nn = torch.ops.aten, torch._C._nn
ELEMENTS = 1 << 24


class OneDNN:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        number, size, array = ctypes.c_int, ctypes.c_long, ctypes.c_void_p
        self.library.softmax_open.argtypes = [number, size, size, array, array, array]
        self.library.maximum_open.argtypes = [size, size, size, array, array]
        self.library.prelu_open.argtypes = [size, size, array, array, array, array, array]
        for call in (self.library.softmax_open, self.library.maximum_open, self.library.prelu_open):
            call.restype = ctypes.c_void_p
        run = self.library.operation_run
        run.argtypes, run.restype = [ctypes.c_void_p], None

    def bind(self, handle):
        return (lambda: self.library.operation_run(handle)) if handle else None

    def softmax(self, logarithm, x_or_y, dy, out):
        gradient = None if dy is None else dy.data_ptr()
        return self.bind(self.library.softmax_open(logarithm, *x_or_y.shape, x_or_y.data_ptr(),
                                                   gradient, out.data_ptr()))

    def maximum(self, k, x, out):
        return self.bind(self.library.maximum_open(k, *x.shape, x.data_ptr(), out.data_ptr()))

    def prelu(self, x, slope, dy, out, dslope):
        gradient = None if dy is None else dy.data_ptr()
        return self.bind(self.library.prelu_open(*x.shape, x.data_ptr(), slope.data_ptr(), gradient,
                                                 out.data_ptr(), dslope.data_ptr()))


class Arrays:
    """x, a dy for every shape of y, and outputs that all contenders write."""

    def __init__(self, rows, columns):
        torch.manual_seed(1)
        self.count = rows * columns
        self.x = torch.randn(rows, columns) * 3
        self.dy = torch.randn(rows, columns)
        self.y, self.out_y, self.out = (torch.empty(rows, columns) for _ in range(3))

    def shaped(self, whole, columns):
        return whole.view(-1)[:self.x.shape[0] * columns].view(-1, columns)


def row(title, ramp, pytorch, onednn, out, count):
    """`out` is what all of them write, unless PyTorch's returns a result of its own."""
    def flat():
        y = pytorch()
        return None if y is None else y.reshape(-1)

    subject = types.SimpleNamespace(count=count, out=out.view(-1))
    # Peers sum a line's floats as floats: some 1e-4 of the largest one over 32,000 columns.
    return functions.row(title, {"Ramp": ramp, "PyTorch": flat, "oneDNN": onednn}, subject,
                         tolerance=5e-4)


def into(call, *arguments, **named):
    """A call that writes into what it is given, and whose result is of no account."""
    def run():
        call(*arguments, **named)
    return run


# ------------------------------------------------------------------ softmax


def softmax_rows(ramp, onednn, a):
    columns = f"{a.x.shape[1]:,} columns"
    forms = {"softmax": (aten._softmax.out, aten._softmax_backward_data.out),
             "log_softmax": (aten._log_softmax.out, aten._log_softmax_backward_data.out)}
    for name, (forward, backward) in forms.items():
        logarithm = name == "log_softmax"
        yield row(f"{name}, {columns}", ramp.fold_forward(name, a.x, a.out),
                  into(forward, a.x, -1, False, out=a.out),
                  onednn.softmax(logarithm, a.x, None, a.out), a.out, a.count)
        forward(a.x, -1, False, out=a.y)
        target = "out" if logarithm else "grad_input"
        yield row(f"{name} backward, {columns}", ramp.fold_backward(name, a.y, a.dy, a.out),
                  into(backward, a.dy, a.y, -1, torch.float32, **{target: a.out}),
                  onednn.softmax(logarithm, a.y, a.dy, a.out), a.out, a.count)


# ------------------------------------------------------------------ gated units


def gated_rows(ramp, a):
    half = a.x.shape[1] // 2
    value, gate = a.x[:, :half], a.x[:, half:]
    y, dy, scratch = (a.shaped(t, half) for t in (a.out_y, a.dy, a.y))

    def forward():
        nn.silu(gate, out=scratch)
        torch.mul(value, scratch, out=y)

    def backward():
        nn.silu(gate, out=scratch)
        torch.mul(dy, scratch, out=a.out[:, :half])
        torch.mul(dy, value, out=scratch)
        aten.silu_backward.grad_input(scratch, gate, grad_input=a.out[:, half:])

    yield row("swiglu", ramp.fold_forward("swiglu", a.x, y), forward, None, y, a.count)
    yield row("swiglu backward", ramp.fold_backward("swiglu", a.x, dy, a.out), backward, None,
              a.out, a.count)
    yield row("glu", ramp.fold_forward("glu", a.x, y), into(nn.glu, a.x, -1, out=y),
              None, y, a.count)
    yield row("glu backward", ramp.fold_backward("glu", a.x, dy, a.out),
              into(aten.glu_backward.grad_input, dy, a.x, -1, grad_input=a.out), None,
              a.out, a.count)


# ------------------------------------------------------------------ maxout


def maxout_rows(ramp, onednn, a):
    for k in (2, 4):
        groups = a.x.shape[1] // k
        y, dy = a.shaped(a.out_y, groups), a.shaped(a.dy, groups)
        apart = a.x.view(-1, groups, k)
        winners = torch.empty(y.shape, dtype=torch.uint8)
        indices = torch.empty(y.shape, dtype=torch.int64)
        name = f"maxout:{k}"
        yield row(f"{name}", ramp.fold_forward(name, a.x, y),
                  into(torch.amax, apart, -1, out=y), onednn.maximum(k, a.x, y), y,
                  a.count)
        yield row(f"{name}, with winners", ramp.fold_forward(name, a.x, y, winners),
                  into(torch.max, apart, -1, out=(y, indices)), None, y, a.count)

        def backward():
            a.out.zero_()
            a.out.view(-1, groups, k).scatter_(-1, indices.unsqueeze(-1), dy.unsqueeze(-1))

        yield row(f"{name} backward", ramp.fold_backward(name, winners, dy, a.out), backward, None,
                  a.out, a.count)


# ------------------------------------------------------------------ prelu


def prelu_rows(ramp, onednn, a):
    """A slope for each column; PyTorch's passes have no form that writes into `out`."""
    slope = torch.rand(a.x.shape[1])
    dslope = torch.empty_like(slope)
    leaf, learned = a.x.detach().requires_grad_(), slope.detach().requires_grad_()
    graph = torch.prelu(leaf, learned)
    yield row("prelu", ramp.prelu_forward(a.x, slope, a.out), lambda: torch.prelu(a.x, slope),
              onednn.prelu(a.x, slope, None, a.out, dslope), a.out, a.count)
    yield row("prelu backward, with its slopes' gradients",
              ramp.prelu_backward(a.x, slope, a.dy, a.out, dslope),
              lambda: torch.autograd.grad(graph, (leaf, learned), a.dy, retain_graph=True)[0],
              onednn.prelu(a.x, slope, a.dy, a.out, dslope), a.out, a.count)


def measure(ramp, onednn, threads):
    torch.set_num_threads(threads)
    print(f"\n### {ELEMENTS:,} floats, {threads} thread{'s' if threads > 1 else ''}, "
          "nanoseconds per element of x\n\n"
          "| function | Ramp | memcpy | ratio | PyTorch | ratio | oneDNN | ratio |\n"
          "| --- | --- | --- | --- | --- | --- | --- | --- |")
    ratios = []
    for columns in (1000, 32000):
        ratios += softmax_rows(ramp, onednn, Arrays(ELEMENTS // columns, columns))
    a = Arrays(ELEMENTS // 4096, 4096)
    ratios += [*gated_rows(ramp, a), *maxout_rows(ramp, onednn, a), *prelu_rows(ramp, onednn, a)]
    behind = [f"{name} {ratio:.2f}" for name, ratio in ratios if ratio < 1]
    print("\n" + textwrap.fill(f"PyTorch is ahead in {len(behind)} of {len(ratios)} rows: "
                               f"{', '.join(behind) or 'none'}.", 108), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ramp", help="libramp.so")
    parser.add_argument("onednn", help="libbench-tensors.so")
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    arguments = parser.parse_args()
    ramp, onednn = Ramp(arguments.ramp), OneDNN(arguments.onednn)
    print(f"\n## Tensors, variant {ramp.library.ramp_variant().decode()}, PyTorch "
          f"{torch.__version__} with {functions.pytorch.instructions()}")
    for threads in arguments.threads:
        measure(ramp, onednn, threads)


if __name__ == "__main__":
    main()
