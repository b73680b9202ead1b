# SPDX-License-Identifier: MIT
"""Objectives of all forms in training, and data to go with them."""

import functools

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import configure_settings, objectives

v1 = tf.compat.v1

RATE = 0.5


def descent():
    """Make an optimizer whose steps tell the gradient."""
    return v1.train.GradientDescentOptimizer(RATE)


def summed(inputs):
    """Gradient of the sum of all outputs."""
    return np.ones(2)[:, None] * inputs.sum(axis=tuple(range(inputs.ndim - 1)))


class Half:
    """Callable, and with a method; both are half of the sum of squares."""

    def __call__(self, outputs):
        """Half of the sum of squares."""
        return self.method(outputs)

    def method(self, outputs):
        """Half of the sum of squares."""
        return 0.5 * tf.reduce_sum(tf.square(outputs))


def half(factor, outputs, power=2):
    """Give the same, given a factor."""
    return factor * tf.reduce_sum(outputs**power)


@pytest.mark.parametrize(
    "function",
    [Half(), Half().method, functools.partial(half, 0.5), lambda x: 0.5 * x**2],
    ids=["object", "method", "partial", "array"],
)
def test_callables(linear, open_simulator, train, function, assert_close):
    """Anything that can be called is an objective; arrays of results are summed."""
    sim = open_simulator(linear.net)
    data = {linear.node: linear.inputs}
    history = train(sim, data, descent(), objective={linear.probe: function})
    outputs = linear.inputs @ linear.start.T
    gradient = np.einsum("bto,bti->oi", outputs, linear.inputs)
    assert_close(linear.weights(sim), linear.start - RATE * gradient)
    assert history["loss"] == [pytest.approx(0.5 * np.sum(outputs**2))]


def test_array_of_losses(linear, open_simulator, train):
    """Results of several elements are summed in training, and averaged by `loss`."""

    def by_item(outputs, targets):
        return tf.reduce_sum(tf.square(outputs - targets), axis=(1, 2))

    sim, objective = open_simulator(linear.net), {linear.probe: by_item}
    expected = np.sum(linear.errors(linear.start) ** 2)
    found = sim.loss(linear.data, objective=objective, progress_bar=False)
    assert found == pytest.approx(expected / 4)
    optimizer = v1.train.GradientDescentOptimizer(0.0)
    history = train(sim, linear.data, optimizer, objective=objective)
    assert history["loss"] == [pytest.approx(expected)]


def test_tuple_of_probes(linear, open_simulator, train, assert_close):
    """The function of a tuple gets tuples of outputs and targets, ordered as the key."""
    with linear.net:
        other = nengo.Probe(linear.output[1])
    key = (other, linear.probe)

    def product(outputs, targets):
        assert [tuple(x.shape[2:]) for x in outputs] == [(1,), (2,)]
        first = tf.reduce_sum(outputs[0] * targets[1][..., :1])
        return [first, targets[0] * outputs[1]]

    data = {**linear.data, other: linear.targets[..., :1] + 1}
    sim = open_simulator(linear.net)
    history = train(sim, data, descent(), objective={key: product})
    first = np.einsum("bt,bti->i", linear.targets[..., 0], linear.inputs)
    both = np.einsum("bt,bti->i", linear.targets[..., 0] + 1, linear.inputs)
    gradient = np.stack([both, both + first])
    assert_close(linear.weights(sim), linear.start - RATE * gradient)
    assert list(history) == [key, "loss"]
    assert (
        history[key]
        == history["loss"]
        == [pytest.approx(np.sum(gradient * linear.start))]
    )


def test_several_objectives(linear, open_simulator, train, assert_close):
    """Objectives are added up, and the history has each of them."""
    with linear.net:
        other = nengo.Probe(linear.output)
    sim = open_simulator(linear.net)
    objective = {
        linear.probe: objectives.mse,
        other: lambda outputs: 0.25 * tf.reduce_sum(outputs),
    }
    history = train(sim, linear.data, descent(), objective=objective)
    gradient = linear.gradient(linear.start) + 0.25 * summed(linear.inputs)
    assert_close(linear.weights(sim), linear.start - RATE * gradient)
    losses = [
        linear.loss(linear.start),
        0.25 * np.sum(summed(linear.inputs) * linear.start),
    ]
    assert history[linear.probe] == [pytest.approx(losses[0])]
    assert history[other] == [pytest.approx(losses[1])]
    assert history["loss"] == [pytest.approx(sum(losses))]


def test_default_is_mse(linear, open_simulator, train, assert_close):
    """Without an objective, and with its old name, it is the mean squared error."""
    for kwargs in ({}, {"objective": {linear.probe: "mse"}}):
        sim = open_simulator(linear.net)
        if kwargs:
            with pytest.warns(DeprecationWarning, match="objectives.mse"):
                train(sim, linear.data, descent(), **kwargs)
            assert kwargs["objective"] == {linear.probe: objectives.mse}
        else:
            train(sim, linear.data, descent())
        expected = linear.start - RATE * linear.gradient(linear.start)
        assert_close(linear.weights(sim), expected)


def test_nan_targets(linear, open_simulator, train, assert_close):
    """Where a target is NaN there is no error and no gradient."""
    unknown = np.random.RandomState(1).uniform(size=linear.targets.shape) < 0.5
    targets = np.where(unknown, np.nan, linear.targets)
    sim = open_simulator(linear.net)
    history = train(sim, {linear.node: linear.inputs, linear.probe: targets}, descent())
    errors = np.where(unknown, 0, linear.errors(linear.start))
    gradient = np.einsum("bto,bti->oi", 2 * errors / errors.size, linear.inputs)
    assert_close(linear.weights(sim), linear.start - RATE * gradient)
    assert history["loss"] == [pytest.approx(np.mean(errors**2))]


def test_number_of_steps(open_simulator, train, assert_close):
    """With a number of steps as data, nodes give their own output to each item."""
    start = np.array([[1.0, 2], [3, 4]])
    with nengo.Network() as net:
        configure_settings(dtype="float64")
        node, output = nengo.Node(lambda t: [1000 * t, 1]), nengo.Node(size_in=2)
        connection = nengo.Connection(node, output, transform=start, synapse=None)
        probe = nengo.Probe(output)
    sim = open_simulator(net, minibatch_size=3)
    n_calls = []

    def total(outputs):
        n_calls.append(outputs.shape)
        return tf.reduce_sum(outputs)

    history = train(sim, 4, descent(), objective={probe: total}, n_epochs=2)
    gradient = 3 * summed(np.array([[1.0, 1], [2, 1], [3, 1], [4, 1]]))
    assert_close(sim.data[connection].weights, start - 2 * RATE * gradient)
    losses = [np.sum(start * gradient), np.sum((start - RATE * gradient) * gradient)]
    assert history["loss"] == [pytest.approx(loss) for loss in losses]
    assert tuple(n_calls[-1]) == (3, 4, 2)


def test_extra_feeds(linear, open_simulator, train, assert_close):
    """Tensors of the user's get their values in training and in losses."""
    with open_simulator(linear.net) as sim:
        factor = v1.placeholder(tf.float64, ())

        def scaled(outputs):
            return factor * tf.reduce_sum(outputs)

        data, objective = {linear.node: linear.inputs}, {linear.probe: scaled}
        expected = linear.start
        for value in (1.0, -0.5):
            feeds = {factor: value}
            total = np.sum(expected * summed(linear.inputs))
            loss = sim.loss(
                data, objective=objective, extra_feeds=feeds, progress_bar=False
            )
            assert loss == pytest.approx(value * total)
            history = train(
                sim, data, descent(), objective=objective, extra_feeds=feeds
            )
            assert history["loss"] == [pytest.approx(value * total)]
            expected = expected - RATE * value * summed(linear.inputs)
            assert_close(linear.weights(sim), expected)
