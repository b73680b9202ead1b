# SPDX-License-Identifier: MIT
"""The polynomials of the LIF kernel, whose coefficients stand in its source."""

import re
from fractions import Fraction
from pathlib import Path

import nengodl_ops
import pytest


def coefficients():
    """The polynomials in the source, by type and name."""
    path = Path(nengodl_ops.__file__).parent / "cc" / "lif" / "compute.cc"
    text, found = path.read_text(), {}
    for kind, body in re.findall(
        r"struct Coefficients<(float|double)> \{(.*?)\n\};", text, re.DOTALL
    ):
        for name, numbers in re.findall(r"(\w+)\[\] = \{(.*?)\};", body, re.DOTALL):
            numbers = [Fraction(n.strip().rstrip("f")) for n in numbers.split(",")]
            found[kind, name] = numbers
    return found


def polynomial(numbers, x):
    """Their polynomial, exactly."""
    return sum(number * x**power for power, number in enumerate(numbers))


def rise(y):
    """``(1 - exp(-y)) / y`` to more than 40 digits where y is at most 0.06."""
    term, total = Fraction(1), Fraction(0)
    for k in range(1, 25):
        total += term / k
        term *= -y / k
    return total


def logarithm(square):
    """``log1p(x) / s`` with ``s = x / (2 + x)``, which is ``2 atanh(s) / s``."""
    return sum(2 * square**k / (2 * k + 1) for k in range(20))


@pytest.mark.parametrize(
    "kind, name, exact, end, error",
    [
        ("float", "rise", rise, Fraction(6, 100), 8.5e-10),
        ("double", "rise", rise, Fraction(6, 100), 8.5e-18),
        ("float", "log", logarithm, Fraction(6, 194) ** 2, 2.4e-8),
        ("double", "log", logarithm, Fraction(6, 194) ** 2, 1.5e-19),
    ],
)
def test_coefficients(kind, name, exact, end, error):
    """The polynomials have the errors that the source says, less than a rounding."""
    numbers = coefficients()[kind, name]
    worst = 0
    for step in range(301):
        x = end * step / 300
        value = exact(x)
        worst = max(worst, abs(polynomial(numbers, x) - value) / value)
    # said with two digits
    assert worst <= error * 1.06
    assert worst <= {"float": 2.0**-24, "double": 2.0**-53}[kind]
