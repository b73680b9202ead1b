# SPDX-License-Identifier: MIT
"""Gradients by outputs that the user gives in place of an objective."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengo_dl import objectives
from nengodl_train.callbacks import Callback

v1 = tf.compat.v1

RATE = 0.5


class Losses(Callback):
    """Keep the losses that it is told."""

    def __init__(self):
        self.minibatches, self.epochs = [], []

    def on_minibatch_end(self, training, losses):
        """Keep them."""
        self.minibatches.append(losses)

    def on_epoch_end(self, training, losses):
        """Keep them."""
        self.epochs.append(losses)


def descent():
    """Make an optimizer whose steps tell the gradient."""
    return v1.train.GradientDescentOptimizer(RATE)


def test_gradient_of_mse(linear, open_simulator, train, assert_close):
    """The gradient of the mean squared error, given by hand, is that of the objective."""
    sim = open_simulator(linear.net)
    errors = linear.errors(linear.start)
    data = {linear.node: linear.inputs, linear.probe: 2 * errors / errors.size}
    losses = Losses()
    history = train(
        sim, data, descent(), objective={linear.probe: None}, callbacks=[losses]
    )
    expected = linear.start - RATE * linear.gradient(linear.start)
    assert_close(linear.weights(sim), expected)
    assert history == {}
    assert losses.minibatches == losses.epochs == [{}]


def test_any_gradient_in_time(make_linear, open_simulator, train, assert_close):
    """The gradient by a filtered output is carried back through the filter."""
    linear = make_linear(n_items=2, n_steps=5)
    with linear.net:
        probe = nengo.Probe(linear.output, synapse=0.005)
    given = np.random.RandomState(1).uniform(-1, 1, (2, 5, 2))
    sim = open_simulator(linear.net, minibatch_size=2)
    train(
        sim,
        {linear.node: linear.inputs, probe: given},
        descent(),
        objective={probe: None},
    )
    # output i of a lowpass filter is the sum over j < i of a ** (i - 1 - j) * (1 - a) * x_j
    a = np.exp(-0.001 / 0.005)
    steps = np.arange(5)[:, None] - np.arange(5) - 1
    response = np.where(steps >= 0, (1 - a) * a ** np.maximum(steps, 0), 0)
    filtered = np.einsum("ij,bjx->bix", response, linear.inputs)
    gradient = np.einsum("bio,bix->ox", given, filtered)
    assert_close(linear.weights(sim), linear.start - RATE * gradient)


def test_mixed_with_functions(linear, open_simulator, train, assert_close):
    """Gradients of functions and those that are given are added; the loss has functions."""
    with linear.net:
        second = nengo.Probe(linear.output)
    errors = linear.errors(linear.start)
    sim = open_simulator(linear.net)
    history = train(
        sim,
        {**linear.data, second: 2 * errors / errors.size},
        descent(),
        objective={linear.probe: objectives.mse, second: None},
    )
    expected = linear.start - 2 * RATE * linear.gradient(linear.start)
    assert_close(linear.weights(sim), expected)
    loss = linear.loss(linear.start)
    assert history == {
        "loss": [pytest.approx(loss)],
        linear.probe: [pytest.approx(loss)],
    }


def test_tuple_of_gradients(linear, open_simulator, train, assert_close):
    """A tuple with None takes one array of gradients for each of its probes."""
    with linear.net:
        second = nengo.Probe(linear.output)
    errors = linear.errors(linear.start)
    given = 2 * errors / errors.size
    sim = open_simulator(linear.net)
    data = {linear.node: linear.inputs, linear.probe: given, second: 0.5 * given}
    train(sim, data, descent(), objective={(linear.probe, second): None})
    expected = linear.start - 1.5 * RATE * linear.gradient(linear.start)
    assert_close(linear.weights(sim), expected)


def test_missing_gradient(linear, open_simulator, train, saved, assert_same):
    """An array that is missing is named before anything changes."""
    sim = open_simulator(linear.net)
    before = linear.weights(sim)
    with pytest.raises(ValidationError, match="output"):
        train(
            sim,
            {linear.node: linear.inputs},
            descent(),
            objective={linear.probe: None},
        )
    np.testing.assert_array_equal(linear.weights(sim), before)


def test_truncated(make_linear, open_simulator, train, assert_close):
    """Given gradients are cut into pieces as targets are."""
    linear = make_linear(n_items=2, n_steps=4)
    given = np.random.RandomState(1).uniform(-1, 1, (2, 4, 2))
    sim = open_simulator(linear.net, minibatch_size=2)
    train(
        sim,
        {linear.node: linear.inputs, linear.probe: given},
        descent(),
        objective={linear.probe: None},
        truncation=2,
    )
    gradient = np.einsum("bto,bti->oi", given, linear.inputs)
    assert_close(linear.weights(sim), linear.start - RATE * gradient)
