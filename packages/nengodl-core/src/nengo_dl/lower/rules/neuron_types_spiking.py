# SPDX-License-Identifier: MIT
"""Izhikevich neurons, and spikes that are made from the rates of other neurons."""

import nengo
import tensorflow as tf

from nengo_dl.lower.rules.neuron_types_rate import count_spikes
from nengo_dl.lower.rules.neurons import amplitude, neurons, parameter, rates_only
from nengo_dl.lower.rules.surrogate import spike

# Millivolts. The unit of surrogates is the way from the reset to the threshold; here from
# the reset of most of Izhikevich's neurons, as that of some could be any number.
THRESHOLD, UNIT = 30.0, 95.0


def _izhikevich_training(ctx, *tensors):
    # they have no formula for the rate, and the gradient of a spike is none
    return [tf.stop_gradient(tensor) for tensor in izhikevich(ctx, *tensors)]


@neurons(nengo.Izhikevich, training=_izhikevich_training, surrogate=True)
def izhikevich(ctx, current, voltage, recovery):
    """One step of Euler's method in milliseconds; a spike where 30 mV are reached."""
    scale, zero = ctx.scalar(1000 * ctx.dt), tf.zeros_like(voltage)
    # nengo's limit, below which the method is not stable
    current = tf.maximum(current, ctx.scalar(-30.0))
    slope = 0.04 * voltage * voltage + 5.0 * voltage + 140.0 - recovery + current
    reached = ctx.keep(voltage + slope * scale)
    spiked = reached >= THRESHOLD
    voltage = tf.where(spiked, parameter(ctx, "reset_voltage") + zero, reached)
    slope = parameter(ctx, "coupling") * voltage - recovery
    recovery += parameter(ctx, "tau_recovery") * slope * scale
    jump = tf.where(spiked, parameter(ctx, "reset_recovery") + zero, zero)
    output = tf.where(spiked, zero + ctx.scalar(1 / ctx.dt), zero)
    output = spike(ctx, output, lambda: reached - THRESHOLD, 1 / ctx.dt, UNIT)
    return output, voltage, recovery + jump


def scaled_rate(ctx, rate):
    """``amplitude * rate``: the mean of the spikes that are made from a rate."""
    return amplitude(ctx) * rate


# nengo has it from 3.1 on
if hasattr(nengo, "RegularSpiking"):
    neurons(nengo.RegularSpiking, training=rates_only(scaled_rate), surrogate=True)(
        count_spikes
    )
