# SPDX-License-Identifier: MIT
"""Neurons without memory, and rectified ones that count up to a spike."""

import nengo
import tensorflow as tf

from nengo_dl.lower.rules.neurons import amplitude, neurons, parameter, rates_only


@neurons(nengo.RectifiedLinear)
def rectified_linear(ctx, current):
    """``amplitude * max(J, 0)``."""
    return amplitude(ctx) * tf.nn.relu(current)


@neurons(nengo.SpikingRectifiedLinear, training=rates_only(rectified_linear))
def spiking_rectified_linear(ctx, current, voltage):
    """Integrate the rectified current; each whole unit reached is a spike."""
    return count_spikes(ctx, tf.nn.relu(current), voltage)


def count_spikes(ctx, rate, voltage):
    """Integrate a rate; each whole unit reached is a spike."""
    charged = voltage + rate * ctx.scalar(ctx.dt)
    spikes = tf.floor(charged)
    return amplitude(ctx, spikes=True) * spikes, charged - spikes


@neurons(nengo.Sigmoid)
def sigmoid(ctx, current):
    """``1 / (tau_ref * (1 + exp(-J)))``."""
    return tf.nn.sigmoid(current) / parameter(ctx, "tau_ref")


# nengo has it from 3.0 on
if hasattr(nengo, "Tanh"):

    @neurons(nengo.Tanh)
    def tanh(ctx, current):
        """``tanh(J) / tau_ref``."""
        return tf.tanh(current) / parameter(ctx, "tau_ref")
