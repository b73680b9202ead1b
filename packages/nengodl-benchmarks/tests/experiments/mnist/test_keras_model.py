# SPDX-License-Identifier: MIT
"""The Keras model computes what the network does in training."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengodl_benchmarks.experiments.mnist.keras_model import (
    make_keras_model,
    rate_function,
)
from nengodl_benchmarks.experiments.mnist.train import (
    has_keras_3,
    make_optimizer,
    make_simulator,
)
from nengodl_benchmarks.networks import spiking_mnist


def values_and_slopes(function, x):
    """Evaluate a function and its derivative."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        inputs = tf.constant(x)
        outputs = function(inputs)
        return session.run([outputs, tf.gradients(outputs, inputs)[0]])


@pytest.mark.parametrize("neurons", [nengo.LIF(amplitude=0.01), nengo.LIFRate(0.03)])
def test_activation_is_the_rate_of_the_neurons(neurons):
    """Values are those of nengo's rate neurons, with gain and bias of nengo."""
    x = np.linspace(-1, 3, 101)
    gain, bias = neurons.gain_bias([100], [0])
    rate_type = nengo.LIFRate(
        neurons.tau_rc, neurons.tau_ref, amplitude=neurons.amplitude
    )
    expected = rate_type.rates(x, gain, bias).ravel()
    found, _ = values_and_slopes(rate_function(neurons), x)
    assert np.allclose(found, expected)


def test_slopes_are_finite_and_those_of_the_values():
    """Below and at the threshold the slope is 0, above it that of the curve."""
    rates = rate_function(nengo.LIF(amplitude=0.01))
    x = np.array([-1.0, 0.0, 0.1, 1.0, 5.0])
    _, slopes = values_and_slopes(rates, x)
    upper, _ = values_and_slopes(rates, x + 1e-6)
    lower, _ = values_and_slopes(rates, x - 1e-6)
    assert np.array_equal(slopes[:2], [0, 0])
    assert np.allclose(slopes[2:], (upper - lower)[2:] / 2e-6)


@pytest.mark.skipif(not has_keras_3(), reason="compared with Keras 3 only")
def test_model_is_the_network_in_training(digits, make_stack):
    """From the same layers, both have the same outputs."""
    stack = make_stack()
    net = spiking_mnist(stack, digits.shape)
    model = make_keras_model(stack, digits.shape, make_optimizer())
    expected = model.predict(digits.test_images, verbose=0)
    shown = {net.inp: digits.test_images.reshape((20, 1, 144))}
    with make_simulator(net, 20) as sim:
        found = sim.run_batch(shown, {net.p: None}, training=True)[net.p][0, :, 0]
    assert np.abs(expected).max() > 0.1
    assert np.allclose(found, expected, atol=1e-4)
