# SPDX-License-Identifier: MIT
"""Variables that objectives make, and objectives of parameters."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import configure_settings, objectives

v1 = tf.compat.v1

RATE = 0.25


def descent():
    """Make an optimizer whose steps tell the gradient."""
    return v1.train.GradientDescentOptimizer(RATE)


@pytest.fixture
def scaled():
    """Sum of outputs, times a variable that is trained, plus one that is not."""

    def function(outputs):
        scale = v1.get_variable("scale", initializer=np.array(2.0))
        offset = v1.get_variable("offset", initializer=np.array(3.0), trainable=False)
        return tf.reduce_sum(outputs) * scale + offset

    return function


class Expected:
    """The matrix and the scale in turn, by formulas."""

    def __init__(self, linear):
        self.sums = np.ones(2)[:, None] * linear.inputs.sum(axis=(0, 1))
        self.weights, self.scale = linear.start, 2.0

    @property
    def loss(self):
        """Value of the objective."""
        return self.scale * np.sum(self.weights * self.sums) + 3

    def update(self):
        """Make a step of both."""
        total = np.sum(self.weights * self.sums)
        self.weights = self.weights - RATE * self.scale * self.sums
        self.scale -= RATE * total


def test_trained(linear, open_simulator, train, scaled, assert_close):
    """Variables are initialized once, and trained together with the network."""
    sim, expected, optimizer = open_simulator(linear.net), Expected(linear), descent()
    data, objective = {linear.node: linear.inputs}, {linear.probe: scaled}
    for n_epochs in (1, 2):
        history = train(sim, data, optimizer, objective=objective, n_epochs=n_epochs)
        losses = []
        for _ in range(n_epochs):
            losses.append(expected.loss)
            expected.update()
        assert_close(history["loss"], losses, 1e-11)
        assert_close(linear.weights(sim), expected.weights, 1e-11)


def test_loss_after_training(linear, open_simulator, train, scaled, assert_close):
    """A loss that is computed has the variables that were trained, before and behind it."""
    sim, expected, optimizer = open_simulator(linear.net), Expected(linear), descent()
    data, objective = {linear.node: linear.inputs}, {linear.probe: scaled}
    for _ in range(2):
        found = sim.loss(data, objective, progress_bar=False)
        assert_close(found, expected.loss, 1e-11)
        train(sim, data, optimizer, objective=objective)
        expected.update()


def test_of_two_functions(linear, open_simulator, train, assert_close):
    """Two functions with variables of one name have a variable each."""
    with linear.net:
        other = nengo.Probe(linear.output)

    def make(value):
        def function(outputs):
            scale = v1.get_variable("scale", initializer=np.array(value))
            return tf.reduce_sum(outputs) * scale

        return function

    sim = open_simulator(linear.net)
    objective = {linear.probe: make(1.0), other: make(2.0)}
    train(sim, {linear.node: linear.inputs}, descent(), objective=objective)
    expected = linear.start - RATE * 3 * Expected(linear).sums
    assert_close(linear.weights(sim), expected, 1e-11)


def test_kept_with_parameters(
    linear, open_simulator, train, scaled, tmp_path, assert_close
):
    """Variables of objectives are saved with the parameters, and loaded again."""
    expected, path = Expected(linear), tmp_path / "parameters.npz"
    data, objective = {linear.node: linear.inputs}, {linear.probe: scaled}
    with open_simulator(linear.net) as sim:
        train(sim, data, descent(), objective=objective, n_epochs=2)
        sim.save_params(path)
    sim = open_simulator(linear.net)
    sim.load_params(path)
    history = train(sim, data, descent(), objective=objective)
    for _ in range(2):
        expected.update()
    assert_close(history["loss"], [expected.loss], 1e-10)


def test_reset(linear, open_simulator, train, scaled, assert_close):
    """A reset of the parameters sets the variables back that are trained."""
    sim, optimizer = open_simulator(linear.net), descent()
    data = {linear.node: linear.inputs}
    kwargs = {"objective": {linear.probe: scaled}, "n_epochs": 2, "shuffle": False}
    first = train(sim, data, optimizer, **kwargs)
    sim.soft_reset(include_trainable=True)
    assert train(sim, data, optimizer, **kwargs) == first
    assert_close(first["loss"][:1], [Expected(linear).loss])


def test_regularized_weights(linear, open_simulator, train, assert_close):
    """The norm of a matrix gets smaller by the rate in each update, then stays small."""
    with linear.net:
        configure_settings(keep_history=True)
        probe = nengo.Probe(linear.connection, "weights")
        linear.net.config[probe].keep_history = False
    sim = open_simulator(linear.net)
    objective = {probe: objectives.Regularize()}
    optimizer = v1.train.GradientDescentOptimizer(0.125)
    norm = np.linalg.norm(linear.start)
    n_updates = int(norm / 0.125)
    history = train(sim, 5, optimizer, objective=objective, n_epochs=n_updates)
    remaining = 1 - n_updates * 0.125 / norm
    assert_close(linear.weights(sim), linear.start * remaining)
    assert_close(history["loss"], norm - 0.125 * np.arange(n_updates))
    train(sim, 5, optimizer, objective=objective, n_epochs=4)
    assert np.linalg.norm(linear.weights(sim)) < 0.126


def test_regularized_activity(linear, open_simulator, train, assert_close):
    """A penalty on activity beside another objective adds its gradient."""
    with linear.net:
        activity = nengo.Probe(linear.output)
    sim = open_simulator(linear.net)
    objective = {
        linear.probe: objectives.mse,
        activity: objectives.Regularize(order=1, weight=0.5),
    }
    history = train(sim, linear.data, descent(), objective=objective)
    outputs = linear.inputs @ linear.start.T
    signs = 0.5 * np.sign(outputs) / (4 * 3)
    gradient = linear.gradient(linear.start)
    gradient = gradient + np.einsum("bto,bti->oi", signs, linear.inputs)
    assert_close(linear.weights(sim), linear.start - RATE * gradient)
    penalty = 0.5 * np.abs(outputs).sum(axis=-1).mean()
    assert_close(history[activity], [penalty])
