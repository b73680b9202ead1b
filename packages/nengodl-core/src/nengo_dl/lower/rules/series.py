# SPDX-License-Identifier: MIT
"""Exponential and logarithm of arguments that one time step keeps small.

In a step of LIF neurons both arguments lie within ``[-dt/tau_rc, 0]``, ``[-0.05, 0]`` by
default. There a cubic through Chebyshev nodes is exact to float32 rounding; XLA's general
functions need about twice the time (TF 2.21, CPU).
"""

from typing import Callable

import numpy as np
import tensorflow as tf

# With four terms the error of expm1(x)/x is at most bound**4 / (120 * 2**7), that of
# log1p(x)/x bound**4 / (5 * 2**7): for this bound less than 2**-25.
SMALL = 0.06
TERMS = 4


def negative_expm1(x: tf.Tensor, ctx) -> tf.Tensor:
    """Compute ``exp(x) - 1`` for ``-dt / tau_rc <= x <= 0``."""
    return _evaluate(x, ctx, np.expm1, tf.math.expm1)


def spike_log1p(x: tf.Tensor, ctx) -> tf.Tensor:
    """
    Compute ``log(1 + x)`` for ``expm1(-dt / tau_rc) <= x <= 0``.

    Elsewhere, where no neuron has spiked and the result is not used, it is any number.
    """
    return _evaluate(x, ctx, np.log1p, tf.math.log1p)


def _evaluate(x, ctx, exact: Callable, general: Callable):
    bound = max(ctx.dt / op.neurons.tau_rc for op in ctx.ops)
    if ctx.dtype != tf.float32 or bound > SMALL:
        return general(x)
    value = None
    for coefficient in _ratio_coefficients(exact, bound)[::-1]:
        term = ctx.scalar(coefficient)
        value = term if value is None else term + x * value
    return x * value


def _ratio_coefficients(function, bound):
    """Coefficients of a polynomial for ``function(x) / x`` on ``[-bound, 0]``."""
    nodes = np.cos(np.pi * (np.arange(TERMS) + 0.5) / TERMS)
    x = bound * (nodes - 1) / 2
    return np.linalg.solve(np.vander(x, increasing=True), function(x) / x)
