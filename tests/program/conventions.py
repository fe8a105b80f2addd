#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""conventions.py RAMP: what `ramp explain` says of PyTorch and NumPy, against them.

Each call that the program shows is run as it is shown. Exit code 77, "not run", where NumPy or
PyTorch is missing.
"""
import json
import math
import re
import subprocess
import sys
import warnings

try:
    import numpy as np
    import torch
    import torch.nn.functional as F
except ImportError as missing:
    print(missing)
    sys.exit(77)

warnings.simplefilter("ignore")
np.seterr(all="ignore")
RAMP = sys.argv[1]
TYPES = {"f32": (torch.float32, np.float32), "f64": (torch.float64, np.float64)}
POINTS = ["-inf", "-1e30", "-90", "-40", "-20", "-6", "-5.5", "-3", "-1", "-0.5", "-1e-4", "-1e-20", "-0",
          "0", "1e-20", "1e-4", "0.5", "1", "3", "6", "21", "90", "1e30", "inf", "nan"]
# Another library's exp, tanh or erf may be off by so many units in the last place.
ULPS = 4
# Where such results are nearly 1 and are taken from 1, it is the units of 1 that count; f32 shows
# whether the sums are those of the peer, as nothing but its own roundings can be.
CANCELLED = {"f32": 0, "f64": 2**-51}
# The names of the table, and some with other parameters.
MORE = ["leaky_relu:2", "leaky_relu:-1", "clip:0,1", "softplus:2", "elu:0.5"]


def number(value):
    return float(value) if isinstance(value, str) else value


def explained(name, kind):
    text = subprocess.run([RAMP, "explain", name, *POINTS, "--type", kind, "--json"], check=True,
                          capture_output=True, text=True).stdout
    return [json.loads(line) for line in text.splitlines()]


def place(value, kind):
    """The number's place among those of its type; -0 and 0 differ by nothing."""
    bits = TYPES[kind][1](value).view(np.int32 if kind == "f32" else np.int64).item()
    low = -2**31 if kind == "f32" else -2**63
    return bits if bits >= 0 else low - bits


def units_of_cancelled(function, x, kind):
    """x - tanh(x) and log(cosh(x)) cancel near 0, and 1 + erf and 1 + tanh below it: what another
    library's tanh, cosh or erf is off by then counts in units of those, not of the result. In the tail
    of gelu nothing but the peer's own roundings is left, and they are to be right."""
    real = TYPES[kind][1]
    if function.startswith("gelu") and abs(x) <= 3:
        return float(np.spacing(real(1))) * abs(x)
    if function == "tanh_shrink" and math.isfinite(x):
        return ULPS * float(np.spacing(real(min(abs(x), 1))))
    return ULPS * float(np.spacing(real(1))) if function == "log_cosh" else 0


def agree(a, b, kind, cancelled):
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if a == 0 and b == 0:
        return math.copysign(1, a) == math.copysign(1, b)
    if abs(a - b) <= max(CANCELLED[kind], cancelled):
        return True
    return abs(place(a, kind) - place(b, kind)) <= ULPS


def parameters(name):
    text = subprocess.run([RAMP, "list", name, "--json"], check=True, capture_output=True,
                          text=True).stdout
    return {("lambda_" if row["name"] == "lambda" else row["name"]): row["value"]
            for row in json.loads(text)["parameters"]}


def by_torch(call, x, kind, names):
    call, array = re.sub(r"\(in place\)", "", call), "an array" in call
    call = re.sub(r"^(F\.gelu\(x\)),.*", r"\1", call).replace("lambda", "lambda_")
    values = torch.tensor([x] * (64 if array else 1), dtype=TYPES[kind][0], requires_grad=True)
    if "prelu" in call:
        names = {name: torch.tensor([p], dtype=values.dtype) for name, p in names.items()}
    # An operation in place wants something that is not a leaf.
    inner = values * 1 if "_(" in call else values
    y = eval(call, {"torch": torch, "F": F, "x": inner, **names})
    slope, = torch.autograd.grad(y.sum(), values)
    return y[0].item(), slope[0].item()


def by_numpy(call, x, kind, names):
    real = TYPES[kind][1]
    if call.startswith("x if"):
        return real(x if x > 0 else 0)
    if call.startswith("x[x < 0]"):
        result = np.array([x], dtype=real)
        result[result < 0] = 0
        return result[0]
    call = re.sub(r" \((an integer|destroys.*)\)$", "", call)
    names = {name: real(p) for name, p in names.items()}
    result = eval(call, {"np": np, "abs": abs, "x": np.array([x], dtype=real), **names})
    return float(result[0])


def check(one, other, kind, names):
    x = number(one["x"])
    if other["who"] == "PyTorch":
        found = dict(zip(("value", "derivative"), by_torch(other["call"], x, kind, names)))
    elif other["who"] == "NumPy":
        key = "value" if other["value"] is not None else "derivative"
        found = {key: by_numpy(other["call"], x, kind, names)}
    else:
        return 0, []
    cancelled = units_of_cancelled(one["function"], x, kind)
    wrong = [f"{one['function']} at {one['x']} in {kind}: {other['call']} gives the {key} {value!r}, "
             f"ramp explain says {other[key]!r}"
             for key, value in found.items() if not agree(value, number(other[key]), kind, cancelled)]
    return len(found), wrong


def main():
    table = json.loads(subprocess.run([RAMP, "list", "--json"], check=True, capture_output=True,
                                      text=True).stdout)
    compared, wrong = 0, []
    for name in [row["name"] for row in table if not row["several_inputs"]] + MORE:
        names = parameters(name)
        for kind in TYPES:
            for one in explained(name, kind):
                for other in one["others"]:
                    count, more = check(one, other, kind, names)
                    compared += count
                    wrong += more
    print("\n".join(wrong))
    print(f"{compared} results of PyTorch {torch.__version__} and NumPy {np.__version__} compared, "
          f"{len(wrong)} differ")
    sys.exit(1 if wrong or compared < 1000 else 0)


main()
