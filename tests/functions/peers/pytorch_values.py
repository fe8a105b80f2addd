#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes pytorch_values.def: PyTorch's values and derivatives of every activation function.

PyTorch computes in 64 bits, and its autograd finds the derivatives; where it has no function of
the name, the formula is written with its operations. Run in this folder:

    /usr/bin/python3 pytorch_values.py > pytorch_values.def

PyTorch's formulas lose digits that Ramp keeps: gelu by 1 + erf, the derivative of sigmoid by
s (1 - s), softsign's by a difference. Each function says how much: its numbers are off by at most
2^-50 of (1 + growth |x|) times the number itself, or of the largest number on the way to it, which
is at most a + b |x| for the pair (a, b). So for large |x| they are no more than upper bounds.

The gradients of parameters are sums over all inputs, by autograd too, and off by at most 2^-46 of
the sum of their terms' magnitudes.

An input on a kink or jump is left out, as PyTorch's conventions there are its own, and stands as
NAN. softplus takes a threshold that never counts: PyTorch's own, 20, is off by e^-20. hard_sigmoid
is written out, as the derivative of PyTorch's own is 1/6 rounded to 32 bits.
"""
import math
import textwrap

import torch
import torch.nn.functional as F

MAGNITUDES = (1e-300, 1e-20, 1e-9, 1e-4, 0.01, 0.1, 0.3, 0.7, 1.1, 1.4, 1.9, 2.6, 3.3, 4.5, 6.0,
              8.5, 13.0, 30.0, 100.0, 700.0)
INPUTS = [-m for m in reversed(MAGNITUDES)] + [0.0] + list(MAGNITUDES)


class Function:
    """A formula and what it loses; `value` and `slope` are the pairs (a, b)."""

    def __init__(self, formula, kinks=(), growth=0, value=(0, 0), slope=(0, 0)):
        self.formula, self.kinks, self.growth = formula, kinks, growth
        self.value, self.slope = value, slope

    def numbers(self):
        """Values and derivatives at all inputs, NaN on kinks."""
        x = torch.tensor(INPUTS, dtype=torch.float64, requires_grad=True)
        y = self.formula(x)
        y.sum().backward()
        keep = [at not in self.kinks for at in INPUTS]
        for column in (y.tolist(), x.grad.tolist()):
            yield [number if kept else math.nan for number, kept in zip(column, keep)]


def isru(x, alpha):
    return x / torch.sqrt(1 + alpha * x ** 2)


def srelu(x, t_l, a_l, t_r, a_r):
    below = torch.where(x < t_l, t_l + a_l * (x - t_l), x)
    return torch.where(x > t_r, t_r + a_r * (x - t_r), below)


def sparse_plus(x):
    return torch.where(x > 1, x, torch.where(x < -1, 0 * x, (x + 1) ** 2 / 4))


FUNCTIONS = {
    "identity": Function(lambda x: x * 1),
    "step": Function(lambda x: torch.where(x > 0, 1.0, 0.0) + 0 * x),
    "sign": Function(torch.sign),
    "abs": Function(torch.abs, (0,)),
    "relu": Function(F.relu, (0,)),
    "leaky_relu": Function(F.leaky_relu, (0,)),
    "leaky_relu:-0.3": Function(lambda x: F.leaky_relu(x, -0.3), (0,)),
    "prelu": Function(lambda x: F.prelu(x, torch.tensor([0.25], dtype=torch.float64)), (0,)),
    "rrelu": Function(F.rrelu, (0,)),
    "relu6": Function(F.relu6, (0, 6)),
    "hard_tanh": Function(F.hardtanh, (-1, 1)),
    "clip:-0.4,2.5": Function(lambda x: torch.clamp(x, -0.4, 2.5)),
    "threshold": Function(lambda x: F.threshold(x, 1, 0), (1,)),
    "threshold:-0.6,3": Function(lambda x: F.threshold(x, -0.6, 3)),
    "hard_sigmoid": Function(lambda x: torch.clamp(x + 3, 0, 6) / 6, (-3, 3), value=(1, 0)),
    "hard_swish": Function(F.hardswish, (-3, 3), value=(1, 0), slope=(1, 0)),
    "hard_shrink": Function(F.hardshrink, (-0.5, 0.5)),
    "soft_shrink": Function(F.softshrink, (-0.5, 0.5)),
    "soft_shrink:2": Function(lambda x: F.softshrink(x, 2), (-2, 2)),
    "srelu": Function(lambda x: srelu(x, 0, 0, 1, 1), (0,)),
    "srelu:-0.5,0.25,1.2,2": Function(lambda x: srelu(x, -0.5, 0.25, 1.2, 2), value=(1, 0)),
    "relu_squared": Function(lambda x: F.relu(x) ** 2),
    "star_relu": Function(lambda x: 0.8944 * F.relu(x) ** 2 - 0.4472, value=(1, 0)),
    "sparse_plus": Function(sparse_plus),
    "sparse_sigmoid": Function(lambda x: torch.clamp((x + 1) / 2, 0, 1), (-1, 1)),
    "sigmoid": Function(torch.sigmoid, slope=(1, 0)),
    "log_sigmoid": Function(F.logsigmoid),
    "tanh": Function(torch.tanh, slope=(1, 0)),
    "arctan": Function(torch.atan),
    "softsign": Function(F.softsign, slope=(1, 0)),
    "isru": Function(lambda x: isru(x, 1), slope=(1, 0)),
    "isru:0.5": Function(lambda x: isru(x, 0.5), slope=(1, 0)),
    "isrlu": Function(lambda x: torch.where(x >= 0, x, isru(x, 1)), slope=(1, 0)),
    "softplus": Function(lambda x: F.softplus(x, 1, 709)),
    "softplus:2": Function(lambda x: F.softplus(x, 2, 709)),
    "elu": Function(F.elu, value=(1, 0)),
    "elu:0.7": Function(lambda x: F.elu(x, 0.7), (0,), value=(1, 0)),
    "celu": Function(F.celu, value=(1, 0)),
    "celu:2": Function(lambda x: F.celu(x, 2), value=(2, 0)),
    "selu": Function(F.selu, (0,), value=(2, 0)),
    "gelu": Function(F.gelu, growth=1, value=(0, 1), slope=(1, 0)),
    "gelu_tanh": Function(lambda x: F.gelu(x, approximate="tanh"), value=(0, 1), slope=(1, 1)),
    "gelu_sigmoid": Function(lambda x: x * torch.sigmoid(1.702 * x), growth=2, slope=(1, 1)),
    "silu": Function(F.silu, growth=1),
    "swish": Function(lambda x: x * torch.sigmoid(x), growth=1),
    "swish:0.5": Function(lambda x: x * torch.sigmoid(0.5 * x), growth=1),
    "mish": Function(F.mish, growth=1, slope=(0.1, 0)),
    "squareplus": Function(lambda x: (x + torch.sqrt(x ** 2 + 4)) / 2, value=(1, 1), slope=(1, 0)),
    "tanh_shrink": Function(F.tanhshrink, value=(0, 1), slope=(1, 0)),
    "log_cosh": Function(lambda x: torch.logaddexp(x, -x) - math.log(2), value=(1, 0),
                         slope=(1, 0)),
    "lisht": Function(lambda x: x * torch.tanh(x), slope=(0, 1)),
    "exp": Function(torch.exp),
    "gaussian": Function(lambda x: torch.exp(-x ** 2), growth=2),
    "gaussian:0.5": Function(lambda x: torch.exp(-(0.5 * x) ** 2), growth=2),
    "multiquadric": Function(lambda x: torch.sqrt(1 + x ** 2)),
    "multiquadric:3": Function(lambda x: torch.sqrt(1 + (3 * x) ** 2)),
    "inverse_quadratic": Function(lambda x: 1 / (1 + x ** 2)),
    "inverse_quadratic:3": Function(lambda x: 1 / (1 + (3 * x) ** 2)),
    "inverse_multiquadric": Function(lambda x: 1 / torch.sqrt(1 + x ** 2)),
    "inverse_multiquadric:3": Function(lambda x: 1 / torch.sqrt(1 + (3 * x) ** 2)),
}


def piecewise(x, at, below, above):
    """below for x <= at, above beyond."""
    return torch.where(x > at, above, below)


def hard(x, edge):
    return torch.where(x.abs() > edge, x, 0 * x)


def soft_sign_of(x, edge):
    return torch.sign(x) * torch.clamp(x.abs() - edge, min=0)


def minus_one(x):
    """e^x - 1 for x < 0, which autograd must not follow to infinity beyond."""
    return torch.expm1(torch.clamp(x, max=0))


# By their parameters, in the order of Ramp's.
LEARNED = {
    "leaky_relu:0.3": lambda x, slope: piecewise(x, 0, slope * x, x),
    "prelu:-0.7": lambda x, slope: F.prelu(x, slope.reshape(1)),
    "rrelu:0.2,0.5": lambda x, lower, upper: piecewise(x, 0, (lower + upper) / 2 * x, x),
    "clip:-0.4,2.5": lambda x, low, high: torch.clamp(x, low, high),
    "threshold:-0.6,3": lambda x, theta, value: piecewise(x, theta, value + 0 * theta, x),
    "hard_sigmoid:0.3,0.4": lambda x, slope, offset: torch.clamp(slope * x + offset, 0, 1),
    "hard_shrink:0.8": lambda x, edge: hard(x, edge) + 0 * edge,
    "soft_shrink:0.8": soft_sign_of,
    "srelu:-0.5,0.25,1.2,2": srelu,
    "star_relu:0.9,-0.4": lambda x, scale, bias: scale * F.relu(x) ** 2 + bias,
    "isru:0.5": isru,
    "isrlu:0.5": lambda x, alpha: piecewise(x, 0, isru(x, alpha), x),
    "softplus:0.7": lambda x, beta: torch.logaddexp(0 * x, beta * x) / beta,
    "elu:0.7": lambda x, alpha: piecewise(x, 0, alpha * minus_one(x), x),
    "celu:0.7": lambda x, alpha: piecewise(x, 0, alpha * minus_one(x / alpha), x),
    "swish:0.7": lambda x, beta: x * torch.sigmoid(beta * x),
    "squareplus:3": lambda x, b: (x + torch.sqrt(x ** 2 + b)) / 2,
    "gaussian:0.7": lambda x, eps: torch.exp(-(eps * x) ** 2),
    "multiquadric:0.7": lambda x, eps: torch.sqrt(1 + (eps * x) ** 2),
    "inverse_quadratic:0.7": lambda x, eps: 1 / (1 + (eps * x) ** 2),
    "inverse_multiquadric:0.7": lambda x, eps: 1 / torch.sqrt(1 + (eps * x) ** 2),
}
# The gradient at the output: large inputs count less, and neither odd nor even terms cancel.
OUTPUT_GRADIENT = [(1 if x > 0 else -0.3) * (1 + i / 8) / (1 + x * x)
                   for i, x in enumerate(INPUTS)]


def gradients(name):
    """Of each parameter: the sum of dy df/dparameter, and that of its terms' magnitudes."""
    numbers = [float(number) for number in name.split(":")[1].split(",")]
    sums = [[0.0, 0.0] for _ in numbers]
    for x, dy in zip(INPUTS, OUTPUT_GRADIENT):
        parameters = [torch.tensor(n, dtype=torch.float64, requires_grad=True) for n in numbers]
        y = LEARNED[name](torch.tensor([x], dtype=torch.float64), *parameters)
        (dy * y.sum()).backward()
        for pair, parameter in zip(sums, parameters):
            pair[0] += parameter.grad.item()
            pair[1] += abs(parameter.grad.item())
    return sums


def text(number):
    """As C writes it: the shortest decimal that reads back as the same double."""
    if math.isnan(number):
        return "NAN"
    return "INFINITY" if number == math.inf else repr(number).removesuffix(".0")


def braces(numbers):
    return "{" + ", ".join(map(text, numbers)) + "}"


def lines(words):
    return textwrap.fill(words, 108, break_long_words=False, break_on_hyphens=False)


print("/* SPDX-License-Identifier: MIT */")
print(f"/* Written by pytorch_values.py with PyTorch {torch.__version__}. */")
print(lines(f"static const double inputs[INPUTS] = {braces(INPUTS)};"))
print("static const pytorch_function functions[] = {")
for name, function in FUNCTIONS.items():
    values, slopes = function.numbers()
    print(f'{{"{name}", {function.growth}, {{{braces(function.value)}, {braces(function.slope)}}}, {{')
    print(lines(f"{braces(values)}, {braces(slopes)}}}}},"))
print("};")
print(lines(f"static const double output_gradient[INPUTS] = {braces(OUTPUT_GRADIENT)};"))
print("static const pytorch_gradients learned[] = {")
for name in LEARNED:
    pairs = gradients(name)
    print(lines(f'{{"{name}", {len(pairs)}, {{{", ".join(map(braces, pairs))}}}}},'))
print("};")
