# SPDX-License-Identifier: MIT
"""What the network is trained with."""

import numpy as np
import tensorflow as tf
from nengodl_benchmarks.experiments.mnist.train import (
    cross_entropy,
    has_keras_3,
    make_optimizer,
    make_simulator,
    training_data,
)
from nengodl_benchmarks.networks import spiking_mnist


def test_cross_entropy_is_that_of_the_last_step():
    """It is the mean of the negative logarithm of the wanted digit's softmax."""
    rng = np.random.RandomState(0)
    outputs = rng.normal(size=(4, 3, 5))
    labels = np.array([0, 4, 2, 2])
    targets = np.eye(5)[labels][:, None].repeat(3, axis=1)
    last = outputs[:, -1]
    softmax = np.exp(last) / np.exp(last).sum(axis=1, keepdims=True)
    expected = -np.log(softmax[np.arange(4), labels]).mean()
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        found = session.run(cross_entropy(tf.constant(outputs), tf.constant(targets)))
    assert np.allclose(found, expected)


def test_training_data_are_one_step(digits, make_stack):
    """Images are flattened row by row, and labels become wanted outputs of 0 and 1."""
    net = spiking_mnist(make_stack(), digits.shape)
    data = training_data(net, digits.train_images, digits.train_labels)
    assert data[net.inp].shape == (40, 1, 144)
    assert data[net.inp][3, 0, 12 * 2 + 5] == digits.train_images[3, 2, 5, 0]
    assert np.array_equal(data[net.p][:, 0, 1], digits.train_labels)
    assert np.array_equal(data[net.p].sum(axis=(1, 2)), np.ones(40))


def test_optimizer_is_of_keras_where_that_is_new_enough():
    """RMSProp comes from Keras 3, or from TensorFlow 1."""
    assert has_keras_3() == hasattr(tf.keras, "ops")
    kind = tf.compat.v1.train.RMSPropOptimizer
    if has_keras_3():
        kind = tf.keras.optimizers.RMSprop
    assert isinstance(make_optimizer(), kind)


def test_simulator_has_minibatches(digits, make_stack):
    """The simulator is made without a warning, for as many images as asked for."""
    net = spiking_mnist(make_stack(), digits.shape)
    with make_simulator(net, 5) as sim:
        assert sim.minibatch_size == 5
