# SPDX-License-Identifier: MIT
"""PyTorch 1.13's own activation functions, a row each under Ramp's name: forward, backward.

forward(x, out) returns y = f(x), backward(dy, x, y, out) returns dx, where forward ran before on
the same x; None where PyTorch has none. They are the operations that torch.nn.functional and
autograd come to, in the forms that write into `out` wherever there are such, so that no time
includes the allocation of a result. PyTorch has no such forms for prelu, for the backward passes of
hard_swish and mish, and for those by autograd.

Most backward passes start from x, as Ramp's do. Those of sigmoid, tanh and exp start from y, which
saves the exponential, and for the first two loses the digits where y is near a limit; log_sigmoid's
starts from what its forward keeps beside y. prelu's includes the gradient of the slope.
"""
import functools

import torch
import torch.nn.functional as F

aten, nn = torch.ops.aten, torch._C._nn
SELU = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
RRELU = (1 / 8 + 1 / 3) / 2


@functools.lru_cache
def constant(number, dtype):
    return torch.tensor([number], dtype=dtype)


@functools.lru_cache(maxsize=1)
def scratch(x):
    return torch.empty_like(x)


def by_autograd(function):
    """The backward pass of several operations, by the graph that their forward leaves."""
    @functools.lru_cache(maxsize=1)
    def graph(x):
        leaf = x.detach().requires_grad_()
        return function(leaf), leaf

    return lambda dy, x, y, out: torch.autograd.grad(*graph(x), dy, retain_graph=True)[0]


def from_input(operation, *parameters, **named):
    """The backward pass of ATen's `operation`, which starts from x."""
    return lambda dy, x, y, out: operation(dy, x, *parameters, **named, grad_input=out)


def from_output(operation):
    return lambda dy, x, y, out: operation(dy, y, grad_input=out)


def leaky(slope):
    return (lambda x, out: nn.leaky_relu(x, slope, out=out),
            from_input(aten.leaky_relu_backward.grad_input, slope, False))


def exponential(alpha, scale):
    backward = aten.elu_backward.grad_input
    return (lambda x, out: nn.elu(x, alpha, scale, 1, out=out),
            lambda dy, x, y, out: backward(dy, alpha, scale, 1, False, x, grad_input=out))


def clip(low, high):
    return (lambda x, out: nn.hardtanh(x, low, high, out=out),
            from_input(aten.hardtanh_backward.grad_input, low, high))


def gelu(approximate):
    return (lambda x, out: nn.gelu(x, approximate=approximate, out=out),
            from_input(aten.gelu_backward.grad_input, approximate=approximate))


def softsign(x, out):
    return torch.div(x, torch.abs(x, out=out).add_(1), out=out)


def arctan_backward(dy, x, y, out):
    return torch.div(dy, torch.mul(x, x, out=out).add_(1), out=out)


FUNCTIONS = {
    "relu": (lambda x, out: torch.clamp_min(x, 0, out=out),
             from_input(aten.threshold_backward.grad_input, 0)),
    "leaky_relu": leaky(0.01),
    "prelu": (lambda x, out: torch.prelu(x, constant(0.25, x.dtype)),
              lambda dy, x, y, out: aten.prelu_backward.default(
                  dy, x, constant(0.25, x.dtype))[0]),
    "rrelu": leaky(RRELU),
    "relu6": clip(0, 6),
    "hard_tanh": clip(-1, 1),
    "threshold": (lambda x, out: aten.threshold.out(x, 1, 0, out=out),
                  from_input(aten.threshold_backward.grad_input, 1)),
    "step": (lambda x, out: torch.heaviside(x, constant(0, x.dtype), out=out), None),
    "sign": (lambda x, out: torch.sign(x, out=out), None),
    "abs": (lambda x, out: torch.abs(x, out=out),
            lambda dy, x, y, out: torch.mul(dy, torch.sgn(x, out=out), out=out)),
    "hard_sigmoid": (lambda x, out: nn.hardsigmoid(x, out=out),
                     from_input(aten.hardsigmoid_backward.grad_input)),
    "hard_swish": (lambda x, out: nn.hardswish(x, out=out),
                   lambda dy, x, y, out: aten.hardswish_backward.default(dy, x)),
    "hard_shrink": (lambda x, out: aten.hardshrink.out(x, 0.5, out=out),
                    from_input(aten.hardshrink_backward.grad_input, 0.5)),
    "soft_shrink": (lambda x, out: nn.softshrink(x, 0.5, out=out),
                    from_input(aten.softshrink_backward.grad_input, 0.5)),
    "sigmoid": (lambda x, out: torch.sigmoid(x, out=out),
                from_output(aten.sigmoid_backward.grad_input)),
    "log_sigmoid": (lambda x, out: aten.log_sigmoid_forward.output(
                        x, output=out, buffer=scratch(x))[0],
                    lambda dy, x, y, out: aten.log_sigmoid_backward.grad_input(
                        dy, x, scratch(x), grad_input=out)),
    "tanh": (lambda x, out: torch.tanh(x, out=out),
             from_output(aten.tanh_backward.grad_input)),
    "arctan": (lambda x, out: torch.atan(x, out=out), arctan_backward),
    "softsign": (softsign, by_autograd(F.softsign)),
    "softplus": (lambda x, out: nn.softplus(x, 1, 20, out=out),
                 from_input(aten.softplus_backward.grad_input, 1, 20)),
    "elu": exponential(1, 1),
    "celu": exponential(1, 1),
    "selu": exponential(*SELU),
    "gelu": gelu("none"),
    "gelu_tanh": gelu("tanh"),
    "silu": (lambda x, out: nn.silu(x, out=out), from_input(aten.silu_backward.grad_input)),
    "mish": (lambda x, out: nn.mish(x, out=out),
             lambda dy, x, y, out: aten.mish_backward.default(dy, x)),
    "tanh_shrink": (lambda x, out: torch.sub(x, torch.tanh(x, out=out), out=out),
                    by_autograd(F.tanhshrink)),
    "exp": (lambda x, out: torch.exp(x, out=out),
            lambda dy, x, y, out: torch.mul(dy, y, out=out)),
}


def instructions():
    """The instructions of PyTorch's loops: by itself it takes AVX2 at most."""
    lines = torch.__config__.show().splitlines()
    return next(line.split(": ")[1] for line in lines if "CPU capability usage" in line)
