# SPDX-License-Identifier: MIT
"""What releases 0.6.0 to 0.6.2 of the original brought to training."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import TensorNode, configure_settings
from nengo_dl.objectives import mse

v1 = tf.compat.v1
quiet = {"progress_bar": False}


class Fed:
    """A function of its input and of a placeholder."""

    def pre_build(self, shape_in, shape_out):
        """Make the placeholder in the graph of the simulator."""
        self.given = v1.placeholder(tf.float64, ())

    def __call__(self, t, x):
        """Multiply."""
        return self.given * x


def test_extra_feeds(open_simulator):
    """History 112: the value of a placeholder is seen in train and loss, step and all."""
    with nengo.Network() as net:
        configure_settings(dtype="float64")
        node, middle, function = nengo.Node([2.0]), nengo.Node(size_in=1), Fed()
        weights = nengo.Connection(node, middle, transform=[[3.0]], synapse=None)
        scaled = TensorNode(function, size_in=1, size_out=1)
        fixed = nengo.Connection(middle, scaled, synapse=None)
        probe = nengo.Probe(scaled)
        configure_settings(trainable=None)
        net.config[fixed].trainable = False
    sim = open_simulator(net)
    objective = {probe: tf.reduce_sum}
    with sim.program.as_default():
        rate = v1.placeholder_with_default(np.float32(1), ())
    feeds = {function.given: 5.0}
    found = sim.loss(4, objective, extra_feeds=feeds, **quiet)
    np.testing.assert_allclose(found, 4 * 5 * 3 * 2)
    feeds[rate] = 0.125
    optimizer = v1.train.GradientDescentOptimizer(rate)
    sim.train(4, optimizer, objective=objective, extra_feeds=feeds, **quiet)
    np.testing.assert_allclose(sim.data[weights].weights, 3 - 0.125 * 4 * 5 * 2)


def test_momentum_goes_on(linear, open_simulator):
    """History 123: in later calls, with the same objective, with another one, and back."""
    sim = open_simulator(linear.network, minibatch_size=4)
    optimizer = v1.train.MomentumOptimizer(0.5, 0.75)
    x, y, data = linear.data()

    def tripled(output, target):
        return 3 * mse(output, target)

    matrix, speed = linear.start, 0
    for function in (mse, mse, tripled, mse):
        objective = {linear.probe: function}
        sim.train(data, optimizer, objective=objective, **quiet)
        factor = 3 if function is tripled else 1
        speed = 0.75 * speed + factor * linear.of_mse(matrix, x, y)
        matrix = matrix - 0.5 * speed
        np.testing.assert_allclose(linear.matrix(sim), matrix, rtol=1e-12)


@pytest.mark.parametrize("n_steps, n_blocks", [(6, 3), (7, 4)])
def test_truncation(linear, open_simulator, n_steps, n_blocks):
    """History 136: each piece of a minibatch has an update, and counts as a step."""
    sim = open_simulator(linear.network, minibatch_size=2)
    x, y, data = linear.data(n_steps=n_steps)
    arguments = {"truncation": 2, "n_epochs": 2, "shuffle": False, **quiet}
    optimizer = v1.train.GradientDescentOptimizer(0.5)
    if n_steps % 2:
        with pytest.warns(UserWarning, match="truncation"):
            sim.train(data, optimizer, **arguments)
    else:
        sim.train(data, optimizer, **arguments)
    assert sim.sess.run(sim.training_step) == 2 * 2 * n_blocks
    blocks = [
        (items, slice(start, start + 2))
        for items in (slice(0, 2), slice(2, 4))
        for start in range(0, n_steps, 2)
    ]
    expected = linear.descend(x, y, 0.5, 2 * blocks)
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-12)


def test_state_flows_from_piece_to_piece(open_simulator):
    """History 136: a piece starts from the state of the one before; gradients don't."""
    with nengo.Network() as net:
        configure_settings(dtype="float64")
        node, total = nengo.Node([1.0]), nengo.Node(size_in=1)
        weight = nengo.Connection(node, total, transform=[[2.0]], synapse=None)
        back = nengo.Connection(total, total, transform=[[1.0]], synapse=0)
        probe = nengo.Probe(total)
        configure_settings(trainable=None)
        net.config[back].trainable = False
    sim = open_simulator(net)
    objective = {probe: tf.reduce_sum}
    optimizer = v1.train.GradientDescentOptimizer(0.125)
    history = sim.train(4, optimizer, truncation=2, objective=objective, **quiet)
    # sums of w are 2 and 4; the gradient is 1 + 2, so w is 2 - 3 / 8 from then on
    second = 2 - 3 / 8
    losses = [2 + 4, (4 + second) + (4 + 2 * second)]
    np.testing.assert_allclose(history["loss"], [np.mean(losses)], rtol=1e-13)
    np.testing.assert_allclose(sim.data[weight].weights, 2 - 6 / 8, rtol=1e-13)
