# SPDX-License-Identifier: MIT
"""Derives the constants of src/functions/normal.h: run `/usr/bin/python3 tools/normal_tail.py`.

q(a) = e^(a^2/2) Phi(-a), with Phi the normal distribution, falls from 1/2 like 1/a.  It is close to
a quotient n(a)/d(a) of polynomials, d of one degree more than n: the one that equals q in as many
points as it has coefficients, placed like Chebyshev's after mapping [0, infinity) to [-1, 1) by
(a - 4)/(a + 4).  All coefficients come out positive, so nothing cancels.  Needs python3-mpmath.
"""
from mpmath import cos, erfc, exp, log, lu_solve, matrix, mp, mpf, pi, sqrt

mp.dps = 80
CENTRE = 4


def tail(a):
    return exp(a * a / 2) * erfc(a / sqrt(2)) / 2


def points(count, end):
    right = (end - CENTRE) / (end + CENTRE)
    mapped = [-1 + (right + 1) * (1 + cos(pi * (2 * i + 1) / (2 * count))) / 2
              for i in range(count)]
    return [CENTRE * (1 + s) / (1 - s) for s in mapped]


def interpolate(degree, end):
    """n of `degree` and d of `degree + 1`, d(0) = 1, with n = q d in every point."""
    count = 2 * degree + 2
    system, right = matrix(count, count), matrix(count, 1)
    for i, a in enumerate(points(count, end)):
        q = tail(a)
        for j in range(degree + 1):
            system[i, j] = a**j
            system[i, degree + 1 + j] = -q * a**(j + 1)
        right[i] = q
    solution = list(lu_solve(system, right))
    return solution[:degree + 1], [mpf(1)] + solution[degree + 1:]


def value(coefficients, a):
    return sum(c * a**j for j, c in enumerate(coefficients))


def double(number):
    """The nearest double: mpmath's own conversion to float may round twice."""
    mantissa, exponent = mp.frexp(number)
    return float(int(mp.nint(mantissa * 2**53))) * 2.0**(int(exponent) - 53)


def show(name, degree, end, parts):
    n, d = interpolate(degree, end)
    assert all(c > 0 for c in n + d)
    grid = [end * (mpf(i) / 2000)**2 for i in range(2001)]
    worst = max(abs(value(n, a) / (value(d, a) * tail(a)) - 1) for a in grid)
    print(f"{name}: degrees {degree} and {degree + 1} on [0, {end}], {float(-log(worst, 2)):.1f} bits")
    for letter, coefficients in (("n", n), ("d", d)):
        for j, c in enumerate(coefficients):
            high = double(c)
            low = f" {double(c - mpf(high)).hex()}" if parts == 2 else ""
            print(f"  {letter}{j} {high.hex()}{low}")


if __name__ == "__main__":
    show("working", 9, mpf("14.7"), 1)
    show("extended", 13, mpf(39), 2)
