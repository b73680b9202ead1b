# SPDX-License-Identifier: MIT
"""Which items make an update, and in which order."""

import numpy as np
import pytest
import tensorflow as tf

v1 = tf.compat.v1

RATE = 0.25


def descent():
    """Make an optimizer whose steps tell the gradient."""
    return v1.train.GradientDescentOptimizer(RATE)


def test_in_order(make_linear, open_simulator, train, assert_close):
    """Without shuffling, each minibatch in its turn makes an update; losses are means."""
    linear = make_linear(n_items=6)
    sim = open_simulator(linear.net, minibatch_size=2)
    history = train(sim, linear.data, descent(), n_epochs=2, shuffle=False)
    weights, losses = linear.start, []
    for _ in range(2):
        for first in (0, 2, 4):
            items = slice(first, first + 2)
            losses.append(linear.loss(weights, items))
            weights = weights - RATE * linear.gradient(weights, items)
    assert_close(linear.weights(sim), weights)
    assert_close(history["loss"], [np.mean(losses[:3]), np.mean(losses[3:])])


def test_truncated(make_linear, open_simulator, train, assert_close):
    """Each piece of a minibatch makes an update in its turn."""
    linear = make_linear(n_items=2, n_steps=6)
    sim = open_simulator(linear.net, minibatch_size=2)
    history = train(sim, linear.data, descent(), truncation=2)
    weights, losses, whole = linear.start, [], (linear.inputs, linear.targets)
    for first in (0, 2, 4):
        linear.inputs, linear.targets = (x[:, first : first + 2] for x in whole)
        losses.append(linear.loss(weights))
        weights = weights - RATE * linear.gradient(weights)
    assert_close(linear.weights(sim), weights)
    assert_close(history["loss"], [np.mean(losses)])


def items_of_updates(sim, linear, train, n_epochs, **kwargs):
    """Say which items each update had: item i changes the first weight by 2 ** i."""
    n_items = len(linear.inputs)
    inputs = np.zeros((n_items, 1, 3))
    inputs[:, 0, 0] = 2 ** np.arange(n_items)
    history = []
    optimizer = v1.train.GradientDescentOptimizer(1.0)
    for _ in range(n_epochs):
        before = linear.weights(sim)[0, 0]
        train(
            sim,
            {linear.node: inputs},
            optimizer,
            objective={linear.probe: total},
            **kwargs,
        )
        history.append(int(round(before - linear.weights(sim)[0, 0])))
    return [[i for i in range(n_items) if code >> i & 1] for code in history]


def total(outputs):
    """Sum of outputs."""
    return tf.reduce_sum(outputs)


def test_each_item_once(make_linear, open_simulator, train):
    """Shuffled or not, each item is in one minibatch of an epoch."""
    linear = make_linear(n_items=6, n_steps=1)
    for shuffle in (False, True):
        sim = open_simulator(linear.net, minibatch_size=2)
        epochs = items_of_updates(sim, linear, train, 3, shuffle=shuffle)
        assert epochs == [list(range(6))] * 3


def test_rest_is_left_out(make_linear, open_simulator, train):
    """Items that do not fill a minibatch are left out: the last, or any if shuffled."""
    linear = make_linear(n_items=7, n_steps=1)
    for shuffle in (False, True):
        sim = open_simulator(linear.net, minibatch_size=3, seed=0)
        with pytest.warns(UserWarning, match="minibatch"):
            epochs = items_of_updates(sim, linear, train, 8, shuffle=shuffle)
        assert [len(items) for items in epochs] == [6] * 8
        left_out = {6}.union(*(set(range(7)).difference(items) for items in epochs))
        assert (left_out == {6}) is not shuffle


def test_minibatch_of_one_and_none(make_linear, open_simulator, train, assert_close):
    """Without a minibatch size each item is an update, as with the size 1."""
    linear = make_linear(n_items=3)
    for size in (None, 1):
        sim = open_simulator(linear.net, minibatch_size=size)
        train(sim, linear.data, descent(), shuffle=False)
        weights = linear.start
        for first in range(3):
            items = slice(first, first + 1)
            weights = weights - RATE * linear.gradient(weights, items)
        assert_close(linear.weights(sim), weights)
