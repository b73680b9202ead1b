# SPDX-License-Identifier: MIT
"""Neuron types with a formula of their own; chosen by exact type."""

from typing import Callable, Dict

import nengo
import tensorflow as tf
from nengo.builder.neurons import SimNeurons

from nengo_dl.errors import LoweringError
from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.registry import Operands, lowers
from nengo_dl.lower.rules.basic import size_class
from nengo_dl.lower.rules.series import negative_expm1, spike_log1p

NEURONS: Dict[type, Callable] = {}


def neurons(kind: type) -> Callable:
    """Decorate the step of a neuron type: ``step(ctx, current, *state)``."""

    def decorate(step):
        NEURONS[kind] = step
        return step

    return decorate


def _neuron_step(op):
    # A subclass may compute something else, so the type must be the very one.
    if type(op.neurons) not in NEURONS:
        raise LoweringError(op, op.neurons)
    return NEURONS[type(op.neurons)]


def _merge_key(op):
    _neuron_step(op)
    return type(op.neurons), size_class(op.J.size)


def _operands(op):
    return Operands(
        (ref_of(op.J),),
        tuple(ref_of(sig) for sig in op.sets[1:]),
        ((ref_of(op.output), "set"),),
    )


@lowers(
    SimNeurons,
    merge_key=_merge_key,
    operands=_operands,
    elementwise=True,
    interleaves=lambda op: True,
)
def lower_neurons(ctx, current, *state):
    """Output and new state of neurons, by the step of their type."""
    if state and current.shape[0] != state[0].shape[0]:
        # nothing that differs between items reaches these neurons; TensorFlow 1.14's
        # tf.where does not broadcast
        current += tf.zeros_like(state[0])
    return _neuron_step(ctx.ops[0])(ctx, current, *state)


def _param(ctx, name):
    return ctx.per_op(lambda op: getattr(op.neurons, name))


def _amplitude(ctx):
    # nengo 2.8's Sigmoid and older types have none
    return ctx.per_op(lambda op: getattr(op.neurons, "amplitude", 1.0))


@neurons(nengo.RectifiedLinear)
def rectified_linear(ctx, current):
    """``amplitude * max(J, 0)``."""
    return _amplitude(ctx) * tf.nn.relu(current)


@neurons(nengo.SpikingRectifiedLinear)
def spiking_rectified_linear(ctx, current, voltage):
    """Integrate the rectified current; each whole unit reached is a spike."""
    dt = ctx.scalar(ctx.dt)
    charged = voltage + tf.nn.relu(current) * dt
    spikes = tf.floor(charged)
    return _amplitude(ctx) * spikes / dt, charged - spikes


@neurons(nengo.Sigmoid)
def sigmoid(ctx, current):
    """``1 / (tau_ref * (1 + exp(-J)))``."""
    return tf.nn.sigmoid(current) / _param(ctx, "tau_ref")


@neurons(nengo.LIFRate)
def lif_rate(ctx, current):
    """``amplitude / (tau_ref + tau_rc * log1p(1 / (J - 1)))`` above threshold, else 0."""
    above = current - ctx.scalar(1.0)
    # the clamp keeps 1/j finite where the result is not used
    clamped = tf.maximum(above, ctx.scalar(1e-15))
    period = _param(ctx, "tau_ref") + _param(ctx, "tau_rc") * tf.math.log1p(
        1.0 / clamped
    )
    rate = _amplitude(ctx) / period
    return tf.where(above > 0, rate, tf.zeros_like(rate))


@neurons(nengo.LIF)
def lif(ctx, current, voltage, refractory):
    """
    One step of leaky integrate-and-fire neurons, as in `nengo.LIF`.

    The voltage before the reset is kept: output, voltage and refractory time follow from
    it, and the exponential is not computed again for each of them.
    """
    dt, one, zero = ctx.scalar(ctx.dt), ctx.scalar(1.0), tf.zeros_like(voltage)
    tau_rc = _param(ctx, "tau_rc")
    remaining = refractory - dt
    # clip(dt - remaining, 0, dt) without the NaN checks of XLA's minimum and maximum
    active = dt - remaining
    active = tf.where(active > dt, zero + dt, active)
    active = tf.where(active < 0, zero, active)
    decay = negative_expm1(-active / tau_rc, ctx)
    reached = ctx.keep(voltage - (current - voltage) * decay)
    spiked = reached > one
    excess = (one - reached) / tf.where(spiked, current - one, tf.ones_like(current))
    spike_time = dt + tau_rc * spike_log1p(excess, ctx)
    output = tf.where(spiked, _amplitude(ctx) / dt + zero, zero)
    floor = _param(ctx, "min_voltage") + zero
    bounded = tf.where(reached < floor, floor, reached)
    return (
        output,
        tf.where(spiked, zero, bounded),
        tf.where(spiked, _param(ctx, "tau_ref") + spike_time, remaining),
    )
