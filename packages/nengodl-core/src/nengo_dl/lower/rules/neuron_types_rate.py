# SPDX-License-Identifier: MIT
"""Neurons without memory, and rectified ones that count up to a spike."""

import nengo
import tensorflow as tf

from nengo_dl.lower.rules.neurons import (
    amplitude,
    amplitudes,
    kernel_parameters,
    kernel_pays,
    neurons,
    parameter,
    rates_only,
)
from nengo_dl.lower.rules.surrogate import spike


@neurons(nengo.RectifiedLinear)
def rectified_linear(ctx, current):
    """``amplitude * max(J, 0)``."""
    return amplitude(ctx) * tf.nn.relu(current)


@neurons(
    nengo.SpikingRectifiedLinear,
    training=rates_only(rectified_linear),
    surrogate=True,
)
def spiking_rectified_linear(ctx, current, voltage):
    """Integrate the rectified current; each whole unit reached is a spike."""
    return count_spikes(ctx, tf.nn.relu(current), voltage)


def count_spikes(ctx, rate, voltage):
    """Integrate a rate; each whole unit reached is a spike."""
    charge = rate * ctx.scalar(ctx.dt)
    if ctx.kernels.count_spikes is not None and kernel_pays(ctx, charge, voltage):
        heights = {"height": amplitudes(ctx, spikes=True)}
        parameters = kernel_parameters(ctx, charge, heights)
        return ctx.kernels.count_spikes(charge, voltage, **parameters)
    charged = voltage + charge
    spikes, height = tf.floor(charged), amplitude(ctx, spikes=True)

    def distance():
        # to the threshold passed last, or to the first; a negative rate passes 0 first
        return charged - tf.where(spikes > 0, spikes, spikes + 1.0)

    return spike(ctx, height * spikes, distance, height), charged - spikes


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
