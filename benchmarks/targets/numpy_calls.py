# SPDX-License-Identifier: MIT
"""NumPy, where one call of its own computes the function; forward alone."""
import numpy as np

UFUNCS = {
    "relu": lambda x, y: np.maximum(x, 0, out=y),
    "relu6": lambda x, y: np.clip(x, 0, 6, out=y),
    "hard_tanh": lambda x, y: np.clip(x, -1, 1, out=y),
    "tanh": lambda x, y: np.tanh(x, out=y),
    "arctan": lambda x, y: np.arctan(x, out=y),
    "exp": lambda x, y: np.exp(x, out=y),
    "softplus": lambda x, y: np.logaddexp(x, 0, out=y),
}


def open_call(function, a):
    """A call that writes a.out, or None."""
    ufunc = UFUNCS.get(function)
    if not ufunc:
        return None
    x, y = a.x.numpy(), a.out.numpy()

    def run():
        ufunc(x, y)
    return run
