# SPDX-License-Identifier: MIT
"""Exponential and logarithm of arguments that one time step keeps small.

In a step of LIF neurons both arguments lie within ``[-dt/tau_rc, 0]``, ``[-0.05, 0]`` by
default. There a short Taylor series is exact to float32 rounding; XLA's general functions
need about twice the time (TF 2.21, CPU).
"""

import tensorflow as tf

# Largest -x for which the series below are used: the first dropped terms are then less
# than 2**-25 of the result, x**5/720 (expm1) and x**6/7 (log1p).
SMALL = 0.06


def _small(ctx):
    bound = max(ctx.dt / op.neurons.tau_rc for op in ctx.ops)
    return ctx.dtype == tf.float32 and bound <= SMALL


def negative_expm1(x: tf.Tensor, ctx) -> tf.Tensor:
    """Compute ``exp(x) - 1`` for ``-dt / tau_rc <= x <= 0``."""
    if not _small(ctx):
        return tf.math.expm1(x)
    return _horner(x, [1.0, 1 / 2, 1 / 6, 1 / 24, 1 / 120], ctx)


def spike_log1p(x: tf.Tensor, ctx) -> tf.Tensor:
    """
    Compute ``log(1 + x)`` for ``expm1(-dt / tau_rc) <= x <= 0``.

    Elsewhere, where no neuron has spiked and the result is not used, it is any number.
    """
    if not _small(ctx):
        return tf.math.log1p(x)
    return _horner(x, [1.0, -1 / 2, 1 / 3, -1 / 4, 1 / 5, -1 / 6], ctx)


def _horner(x, coefficients, ctx):
    """Evaluate ``x * (c0 + x * (c1 + ...))``."""
    value = ctx.scalar(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        value = ctx.scalar(coefficient) + x * value
    return x * value
