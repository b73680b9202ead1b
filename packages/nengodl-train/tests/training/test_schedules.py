# SPDX-License-Identifier: MIT
"""Learning rates that follow the number of updates."""

import numpy as np
import pytest
import tensorflow as tf

v1 = tf.compat.v1


def total(outputs):
    """Half of the sum: its gradient by the matrix is the same all the time."""
    return 0.5 * tf.reduce_sum(outputs)


@pytest.fixture
def gradient(linear):
    """Gradient of `total`, here of one minibatch of all items."""
    return 0.5 * np.ones(2)[:, None] * linear.inputs.sum(axis=(0, 1))


def keras_optimizers():
    """Give the module of optimizers of Keras 3, or skip."""
    if not hasattr(tf.keras.optimizers.SGD, "stateless_apply"):
        pytest.skip("Keras 3 needs TensorFlow 2.16 or later")
    return tf.keras.optimizers


def classic_exponential(sim):
    """Gradient descent with 0.5, 0.25, ..."""
    with sim.program.as_default():
        rate = v1.train.exponential_decay(
            tf.constant(0.5, tf.float64), sim.training_step, 1, 0.5
        )
    return v1.train.GradientDescentOptimizer(rate)


def classic_own_formula(sim):
    """The same, with a function that computes the rate."""

    def rate():
        return 0.5 ** tf.cast(sim.training_step + 1, tf.float64)

    return v1.train.GradientDescentOptimizer(rate)


def keras_exponential(sim):
    """The same, with a schedule of Keras."""
    keras = keras_optimizers()
    return keras.SGD(keras.schedules.ExponentialDecay(0.5, 1, 0.5))


@pytest.mark.parametrize(
    "make", [classic_exponential, classic_own_formula, keras_exponential]
)
def test_rate_halves_after_each_update(
    linear, open_simulator, train, gradient, make, assert_close
):
    """Each update has the rate for the number of updates before it, over two calls."""
    sim = open_simulator(linear.net)
    optimizer, objective = make(sim), {linear.probe: total}
    n_updates = 0
    for n_epochs in (1, 2, 3):
        train(
            sim,
            {linear.node: linear.inputs},
            optimizer,
            objective=objective,
            n_epochs=n_epochs,
        )
        n_updates += n_epochs
        rates = 1 - 0.5**n_updates  # 0.5 + 0.25 + ...
        assert_close(linear.weights(sim), linear.start - rates * gradient)


def test_rate_starts_again_after_reset(
    linear, open_simulator, train, gradient, assert_close
):
    """A reset sets the number of updates back, and with it the rate."""
    sim = open_simulator(linear.net)
    optimizer, objective = classic_exponential(sim), {linear.probe: total}
    for _ in range(2):
        train(
            sim,
            {linear.node: linear.inputs},
            optimizer,
            objective=objective,
            n_epochs=2,
        )
        assert_close(linear.weights(sim), linear.start - 0.75 * gradient)
        sim.soft_reset(include_trainable=True)


def test_truncated_pieces_count(make_linear, open_simulator, train, assert_close):
    """Each piece of a minibatch counts as one update."""
    linear = make_linear(n_items=2, n_steps=6)
    sim = open_simulator(linear.net, minibatch_size=2)
    with sim.program.as_default():
        rate = v1.train.piecewise_constant(sim.training_step, [1], [0.25, 0.5])
    optimizer = v1.train.GradientDescentOptimizer(rate)
    train(
        sim,
        {linear.node: linear.inputs},
        optimizer,
        objective={linear.probe: total},
        truncation=2,
    )
    expected = linear.start
    for start, rate in ((0, 0.25), (2, 0.25), (4, 0.5)):
        piece = linear.inputs[:, start : start + 2].sum(axis=(0, 1))
        expected = expected - rate * 0.5 * np.ones(2)[:, None] * piece
    assert_close(linear.weights(sim), expected)


def test_step_inside_the_context(linear, open_simulator, train):
    """The step can be read where the simulator's graph and session are the default."""
    sim = open_simulator(linear.net)
    train(sim, linear.data, v1.train.GradientDescentOptimizer(0.1), n_epochs=3)
    with sim:
        assert v1.train.get_global_step() is sim.training_step
        assert sim.training_step.eval() == 3
