# SPDX-License-Identifier: MIT
"""Keras layers and models, and networks of them."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import configure_settings, tensor_layer


@pytest.fixture(scope="session")
def image_model():
    """Make a model that is built when it gets its input, with averages that count."""

    def make():
        layers = tf.keras.layers  # which TensorFlow loads on first use
        return tf.keras.Sequential(
            [
                layers.Conv2D(3, 3, activation="relu"),
                layers.BatchNormalization(),
                layers.Dropout(0.5),
                layers.Flatten(),
                layers.Dense(4),
            ]
        )

    return make


@pytest.fixture(scope="session")
def randomised():
    """Give a built layer values of its own, averages included."""

    def randomise(layer, seed=3):
        rng = np.random.RandomState(seed)
        # averages of squares are positive; of the seed that Dropout of Keras 3 keeps there
        # is no trace in get_weights
        layer.set_weights([rng.uniform(0.1, 1, w.shape) for w in layer.get_weights()])
        return layer

    return randomise


@pytest.fixture(scope="session")
def keras_network():
    """Make a node that feeds layers, which all are the same Keras object."""

    def make(layer, values, n_layers=1, dtype="float32", **kwargs):
        with nengo.Network(seed=0) as net:
            configure_settings(dtype=dtype)
            source = nengo.Node(values)
            net.layers = [
                tensor_layer(source, layer, **kwargs) for _ in range(n_layers)
            ]
            net.rows = [nengo.Probe(node) for node in net.layers]
        return net

    return make


@pytest.fixture
def values():
    """One image, flat."""
    return np.random.RandomState(1).uniform(-1, 1, 36).astype(np.float32)
