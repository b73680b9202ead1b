# SPDX-License-Identifier: MIT
"""Leaky integrate-and-fire neurons, and their rates."""

import nengo
import numpy as np
import tensorflow as tf

from nengo_dl.lower.rules.neurons import (
    amplitude,
    amplitudes,
    kernel_parameters,
    kernel_pays,
    neurons,
    neurons_operands,
    parameter,
)
from nengo_dl.lower.rules.series import negative_expm1, spike_log1p
from nengo_dl.lower.rules.surrogate import detached, spike
from nengo_dl.neurons import SMALLEST, SoftLIFRate

# The first term that is left out is less than a rounding of the first.
SERIES_TERMS = {"float32": 6, "float64": 12}


@neurons(nengo.LIFRate)
def lif_rate(ctx, current):
    """``amplitude / (tau_ref + tau_rc * log1p(1 / (J - 1)))`` above threshold, else 0."""
    above = current - ctx.scalar(1.0)
    # the clamp keeps 1/j, and so the gradient, finite where the result is not used
    clamped = tf.maximum(above, ctx.scalar(1e-15))
    rate = _rate(ctx, tf.math.log1p(1.0 / clamped))
    return tf.where(above > 0, rate, tf.zeros_like(rate))


def _rate(ctx, charging):
    """Rate of neurons that reach threshold in a time of `charging`, relative to tau_rc."""
    period = parameter(ctx, "tau_ref") + parameter(ctx, "tau_rc") * charging
    return amplitude(ctx) / period


@neurons(SoftLIFRate)
def soft_lif_rate(ctx, current):
    """Rates with a softplus in place of the threshold, see `nengo_dl.SoftLIFRate`."""
    return _soft_rate(ctx, current, [op.neurons.sigma for op in ctx.ops])


def _soft_rate(ctx, current, sigmas):
    sigma, log_sigma = ctx.values(sigmas), ctx.values(np.log(sigmas))
    x = (current - ctx.scalar(1.0)) / sigma
    # clamped, or its reciprocal and the gradient of that overflow
    clamped = tf.maximum(x, ctx.scalar(SMALLEST))
    direct = tf.math.log1p(1.0 / (sigma * _softplus(clamped, ctx)))
    return _rate(ctx, tf.where(x > SMALLEST, direct, -x - log_sigma))


def _softplus(x, ctx):
    """
    Softplus, by the series of the logarithm where the exponential is less than 0.05.

    XLA in TensorFlow 1.14 adds it to 1 there, which loses half of the digits of float32.
    """
    small = tf.exp(tf.minimum(x, ctx.scalar(-3.0)))
    terms = SERIES_TERMS[ctx.dtype.name]
    series = tf.zeros_like(x)
    for k in range(terms, 0, -1):
        series = small * (ctx.scalar((-1.0) ** (k - 1) / k) + series)
    return tf.where(x < -3.0, series, tf.nn.softplus(x))


def _lif_training(ctx, current, voltage, refractory):
    if ctx.lif_smoothing:
        rate = _soft_rate(ctx, current, [ctx.lif_smoothing] * len(ctx.ops))
    else:
        rate = lif_rate(ctx, current)
    return rate, voltage, refractory


@neurons(nengo.LIF, training=_lif_training, surrogate=True)
def lif(ctx, current, voltage, refractory):
    """
    One step of leaky integrate-and-fire neurons, as in `nengo.LIF`.

    The voltage before the reset is kept: output, voltage and refractory time follow from
    it, and the exponential is not computed again for each of them. The refractory time is
    a part of the reset, and has no gradient.
    """
    if _is_compiled(ctx, current, voltage):
        return _compiled(ctx, current, voltage, refractory)
    dt, one, zero = ctx.scalar(ctx.dt), ctx.scalar(1.0), tf.zeros_like(voltage)
    tau_rc = parameter(ctx, "tau_rc")
    remaining = detached(ctx, refractory) - dt
    # clip(dt - remaining, 0, dt) without the NaN checks of XLA's minimum and maximum
    active = dt - remaining
    active = tf.where(active > dt, zero + dt, active)
    active = tf.where(active < 0, zero, active)
    decay = negative_expm1(-active / tau_rc, ctx)
    reached = ctx.keep(voltage - (current - voltage) * decay)
    spiked = reached > one
    excess = (one - reached) / tf.where(spiked, current - one, tf.ones_like(current))
    spike_time = dt + tau_rc * spike_log1p(detached(ctx, excess), ctx)
    height = amplitude(ctx, spikes=True)
    output = tf.where(spiked, height + zero, zero)
    floor = parameter(ctx, "min_voltage") + zero
    bounded = tf.where(reached < floor, floor, reached)
    return (
        spike(ctx, output, lambda: reached - one, height),
        tf.where(spiked, zero, bounded),
        tf.where(spiked, parameter(ctx, "tau_ref") + spike_time, remaining),
    )


def _is_compiled(ctx, current, voltage):
    return (
        ctx.kernels.lif_step is not None
        and kernel_pays(ctx, current, voltage)
        and all(_starts_below(op) for op in ctx.ops)
    )


def _starts_below(op):
    """Whether voltages start at 1 or less, which the kernel expects; then they stay so."""
    voltage = neurons_operands(op).states[0]
    return bool(np.all(np.asarray(voltage.base.initial_value) <= 1))


def _compiled(ctx, current, voltage, refractory, adaptation=None):
    """Have the compiled kernel compute a step."""
    names = ["tau_rc", "tau_ref", "min_voltage"]
    names += [] if adaptation is None else ["tau_n", "inc_n"]
    given = {name: [getattr(op.neurons, name) for op in ctx.ops] for name in names}
    given["height"] = amplitudes(ctx, spikes=True)
    return ctx.kernels.lif_step(
        current,
        voltage,
        refractory,
        adaptation,
        dt=ctx.dt,
        **kernel_parameters(ctx, current, given),
    )


def _adapt(ctx, output, adaptation):
    """Let adaptation decay, and grow with the output."""
    share = ctx.per_op(lambda op: ctx.dt / op.neurons.tau_n)
    return adaptation + share * (parameter(ctx, "inc_n") * output - adaptation)


@neurons(nengo.AdaptiveLIFRate)
def adaptive_lif_rate(ctx, current, adaptation):
    """Rates of the current less an adaptation, which grows with the rate."""
    rate = lif_rate(ctx, current - adaptation)
    return rate, _adapt(ctx, rate, adaptation)


def _adaptive_lif_training(ctx, current, voltage, refractory, adaptation):
    # adaptation means the same for rates and spikes, so it goes on in training
    rate, adaptation = adaptive_lif_rate(ctx, current, adaptation)
    return rate, voltage, refractory, adaptation


@neurons(nengo.AdaptiveLIF, training=_adaptive_lif_training, surrogate=True)
def adaptive_lif(ctx, current, voltage, refractory, adaptation):
    """Spikes of the current less an adaptation, which grows with each spike."""
    if _is_compiled(ctx, current, voltage):
        return _compiled(ctx, current, voltage, refractory, adaptation)
    output, voltage, refractory = lif(ctx, current - adaptation, voltage, refractory)
    return output, voltage, refractory, _adapt(ctx, output, adaptation)
