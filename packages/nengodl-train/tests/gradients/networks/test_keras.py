# SPDX-License-Identifier: MIT
"""Keras layers in networks are trained with the right gradients."""

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf

pytestmark = pytest.mark.skipif(
    int(tf.__version__.split(".")[0]) < 2,
    reason="training of Keras layers is tested with Keras 3, which needs TensorFlow 2",
)


def network(jit):
    """A filter, a convolution and a dense layer, neurons, and a layer behind them."""
    layers = tf.keras.layers
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(dtype="float64", jit_compile=jit)
        source = nengo.Node(np.zeros(6))
        filtered = nengo.Node(size_in=6)
        nengo.Connection(source, filtered, synapse=0.002)
        # a Sequential model would compute in float32, whatever its layers do
        first = layers.Conv1D(2, 2, activation="tanh", dtype="float64")
        seen = nengo_dl.tensor_layer(filtered, first, shape_in=(3, 2))
        hidden = nengo_dl.tensor_layer(seen, layers.Dense(3, dtype="float64"))
        neurons = {"neuron_type": nengo.Sigmoid(tau_ref=0.5), "gain": [1, 2, -1]}
        rates = nengo.Ensemble(3, 1, bias=[0, 0.5, 1], **neurons).neurons
        nengo.Connection(hidden, rates, synapse=None)
        last = layers.Dense(2, activation="sigmoid", dtype="float64")
        out = nengo_dl.tensor_layer(rates, last, synapse=0.001)
        nengo.Probe(out)
        nengo.Probe(rates)
    net.inputs = [source]
    return net


def randomise(one):
    """Give all variables values that do not depend on Keras."""
    rng = np.random.RandomState(0)
    values = {n: rng.uniform(-1, 1, h.shape) for n, h in one.variables.items()}
    one.put(values)


def test_gradients(trained, check):
    """All ways agree with differences, and with each other."""
    found = []
    for jit, way in ((False, {}), ("auto", {"checkpoint_steps": 3})):
        one = trained(network(jit))
        randomise(one)
        assert len(one.variables) == 6
        found.append(one.gradients(**way))
        if not jit:
            check.differences(found[0], one.differences(one.loss))
    check.agree(*found)
