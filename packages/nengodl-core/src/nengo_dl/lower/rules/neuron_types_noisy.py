# SPDX-License-Identifier: MIT
"""Neurons that draw random numbers, which the host feeds."""

import nengo
import tensorflow as tf

from nengo_dl.lower.registry import lowers
from nengo_dl.lower.rules.neuron_types_spiking import scaled_rate
from nengo_dl.lower.rules.neurons import (
    aligned,
    amplitude,
    neurons_merge_key,
    neurons_operands,
)
from nengo_dl.lower.rules.poisson import poisson_quantile
from nengo_dl.operators import NOISY_TYPES, NoisyNeurons


def round_at_random(uniform, mean):
    """Round up with the probability of the fraction."""
    whole = tf.floor(mean)
    return whole + tf.cast(uniform < mean - whole, mean.dtype)


def lower_noisy_neurons(ctx, rate, noise):
    """Spikes that are drawn for a rate; in training the rate itself."""
    if ctx.training:
        return scaled_rate(ctx, rate)
    rate, noise = aligned(rate, noise)
    draw = SPIKES[type(ctx.ops[0].neurons)]
    spikes = draw(noise, tf.abs(rate) * ctx.scalar(ctx.dt))
    # a rate may be negative, as that of Tanh, and so are its spikes
    return amplitude(ctx, spikes=True) * spikes * tf.sign(rate)


if NOISY_TYPES:
    SPIKES = {
        nengo.StochasticSpiking: round_at_random,
        nengo.PoissonSpiking: poisson_quantile,
    }
    lowers(
        NoisyNeurons,
        merge_key=neurons_merge_key,
        operands=neurons_operands,
        elementwise=True,
        interleaves=lambda op: True,
    )(lower_noisy_neurons)
