#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes pytorch_losses.h: PyTorch's loss, step after step, on small fixed networks.

Data and first weights are the formula scattered() of support.c, so that both sides start
from the same numbers. PyTorch computes in 64 bits. Run in this folder:

    /usr/bin/python3 pytorch_losses.py > pytorch_losses.h
"""
import torch

EXAMPLES, INPUTS, OUTPUTS, STEPS = 40, 6, 4, 25


def scattered(i):
    return i * 7919 % 10007 * 4001 % 10007 / 5003.5 - 1


def float_tensor(first, *shape):
    """scattered(first), scattered(first + 1), ..., as floats: so Ramp stores them."""
    numbers = [scattered(first + i) for i in range(torch.Size(shape).numel())]
    values = torch.tensor(numbers, dtype=torch.float64)
    return values.float().double().reshape(shape)


class Maxout(torch.nn.Module):
    def forward(self, x):
        return x.unflatten(-1, (-1, 2)).max(-1).values


class SwiGLU(torch.nn.Module):
    def forward(self, x):
        value, gate = x.chunk(2, -1)
        return value * torch.nn.functional.silu(gate)


def network(function, scale):
    layers, at, inputs = [], 1, INPUTS
    for units in (10, 8, OUTPUTS):
        layer = torch.nn.Linear(inputs, units).double()
        last = units == OUTPUTS
        activation = function(units).double() if function is torch.nn.PReLU else function()
        learned = [] if last else activation.parameters()
        for parameter in (layer.weight, layer.bias, *learned):
            values = [scale * scattered(at + i) for i in range(parameter.numel())]
            values = torch.tensor(values, dtype=torch.float64).float().double()
            parameter.data = values.reshape(parameter.shape)
            at += parameter.numel()
        layers += [layer, activation]
        inputs = units // 2 if function in (Maxout, SwiGLU) else units
    return torch.nn.Sequential(*layers[:-1])


def losses(function, optimiser, classes):
    model = network(function, 0.8)
    x = float_tensor(5000, EXAMPLES, INPUTS)
    if classes:
        wanted, loss_of = torch.arange(EXAMPLES) % OUTPUTS, torch.nn.CrossEntropyLoss()
    else:
        wanted, loss_of = float_tensor(9000, EXAMPLES, OUTPUTS), torch.nn.MSELoss()
    step = optimiser(model.parameters())
    for _ in range(STEPS):
        step.zero_grad()
        loss = loss_of(model(x), wanted)
        loss.backward()
        step.step()
        yield loss.item()


def adam(parameters):
    return torch.optim.Adam(parameters, lr=0.02)


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.05, momentum=0.9)


FUNCTIONS = {
    "relu": torch.nn.ReLU, "leaky_relu:0.1": lambda: torch.nn.LeakyReLU(0.1),
    "relu6": torch.nn.ReLU6, "hard_tanh": torch.nn.Hardtanh, "sigmoid": torch.nn.Sigmoid,
    "tanh": torch.nn.Tanh, "softplus": torch.nn.Softplus, "elu": torch.nn.ELU,
    "silu": torch.nn.SiLU, "prelu": torch.nn.PReLU, "maxout 2": Maxout, "swiglu": SwiGLU,
}

print("/* SPDX-License-Identifier: MIT */")
print(f"/* Written by pytorch_losses.py with PyTorch {torch.__version__}. */")
print(f"enum {{ EXAMPLES = {EXAMPLES}, INPUTS = {INPUTS} }};")
print(f"enum {{ OUTPUTS = {OUTPUTS}, STEPS = {STEPS} }};")
print("static const sequence sequences[] = {")
for name, function in FUNCTIONS.items():
    for optimiser in (adam, sgd):
        for task in ("RAMP_CLASSIFICATION", "RAMP_REGRESSION"):
            values = losses(function, optimiser, task == "RAMP_CLASSIFICATION")
            numbers = [f"{value:.10g}" for value in values]
            print(f'    {{"{name}", RAMP_{optimiser.__name__.upper()}, {task}, {{')
            for i in range(0, STEPS, 5):
                print(f'        {", ".join(numbers[i:i + 5])},')
            print("    }},")
print("};")
