# SPDX-License-Identifier: MIT
"""What optimizers keep: over calls, objectives and resets, each for itself."""

import numpy as np
import pytest
import tensorflow as tf

v1 = tf.compat.v1

RATE, MOMENTUM = 0.25, 0.75


class Momentum:
    """Gradient descent with momentum, as formulas."""

    def __init__(self, weights):
        self.weights = weights
        self.velocity = np.zeros_like(weights)

    def update(self, gradient):
        """Change the weights."""
        self.velocity = MOMENTUM * self.velocity + gradient
        self.weights = self.weights - RATE * self.velocity


@pytest.fixture(params=["classic", "keras"])
def momentum(request):
    """Make optimizers with momentum; powers of two have no rounding in float32."""
    if request.param == "classic":
        return lambda: v1.train.MomentumOptimizer(RATE, MOMENTUM)
    if not hasattr(tf.keras.optimizers.SGD, "stateless_apply"):
        pytest.skip("Keras 3 needs TensorFlow 2.16 or later")
    return lambda: tf.keras.optimizers.SGD(RATE, momentum=MOMENTUM)


def test_several_calls(linear, open_simulator, train, momentum, assert_close):
    """Momentum goes on from one call to the next."""
    sim, optimizer, expected = (
        open_simulator(linear.net),
        momentum(),
        Momentum(linear.start),
    )
    for n_epochs in (2, 1, 3):
        train(sim, linear.data, optimizer, n_epochs=n_epochs)
        for _ in range(n_epochs):
            expected.update(linear.gradient(expected.weights))
        assert_close(linear.weights(sim), expected.weights)


def test_other_objectives(linear, open_simulator, train, momentum, assert_close):
    """Momentum goes on where the objective changes, and when it changes back."""
    sim, optimizer, expected = (
        open_simulator(linear.net),
        momentum(),
        Momentum(linear.start),
    )
    objective = {linear.probe: lambda outputs: 0.5 * tf.reduce_sum(outputs)}
    inputs = {linear.node: linear.inputs}
    ones = np.ones(2)[:, None]
    for _ in range(2):
        train(sim, linear.data, optimizer)
        expected.update(linear.gradient(expected.weights))
        train(sim, inputs, optimizer, objective=objective)
        expected.update(0.5 * ones * linear.inputs.sum(axis=(0, 1)))
        assert_close(linear.weights(sim), expected.weights)


def test_objective_with_variables(
    linear, open_simulator, train, momentum, assert_close
):
    """Momentum goes on where an objective brings variables that are trained, too."""
    sim, optimizer, expected = (
        open_simulator(linear.net),
        momentum(),
        Momentum(linear.start),
    )

    def scaled(outputs):
        scale = v1.get_variable("scale", initializer=np.array(0.5))
        return tf.reduce_sum(outputs) * scale

    inputs = {linear.node: linear.inputs}
    sums = np.ones(2)[:, None] * linear.inputs.sum(axis=(0, 1))
    scale = Momentum(np.array(0.5))
    train(sim, linear.data, optimizer)
    expected.update(linear.gradient(expected.weights))
    for _ in range(2):
        train(sim, inputs, optimizer, objective={linear.probe: scaled})
        total = np.sum(sums * expected.weights)
        expected.update(scale.weights * sums)
        scale.update(total)
        assert_close(linear.weights(sim), expected.weights, 1e-12)
    train(sim, linear.data, optimizer)
    expected.update(linear.gradient(expected.weights))
    assert_close(linear.weights(sim), expected.weights, 1e-12)


def test_same_class_twice(linear, open_simulator, train, momentum, assert_close):
    """Two optimizers of one class in one simulator have a state each."""
    sim, optimizers = open_simulator(linear.net), [momentum(), momentum()]
    expected = Momentum(linear.start)
    velocities = [np.zeros((2, 3)), np.zeros((2, 3))]
    for number in (0, 1, 1, 0):
        train(sim, linear.data, optimizers[number])
        expected.velocity = velocities[number]
        expected.update(linear.gradient(expected.weights))
        velocities[number] = expected.velocity
        assert_close(linear.weights(sim), expected.weights)


def test_two_simulators(linear, open_simulator, train, momentum, assert_close):
    """One optimizer in two simulators has a state in each."""
    optimizer, sims = momentum(), [open_simulator(linear.net) for _ in range(2)]
    expected = [Momentum(linear.start) for _ in range(2)]
    for number in (0, 1, 1, 0):
        train(sims[number], linear.data, optimizer)
        expected[number].update(linear.gradient(expected[number].weights))
        assert_close(linear.weights(sims[number]), expected[number].weights)


@pytest.mark.parametrize("first", ["GradientDescent", "RMSProp"])
def test_other_class_and_then_adam(linear, open_simulator, train, first, assert_close):
    """Adam starts anew after another optimizer: its first step has its rate's length."""
    sim = open_simulator(linear.net)
    train(sim, linear.data, getattr(v1.train, f"{first}Optimizer")(0.05), n_epochs=2)
    before = linear.weights(sim)
    assert np.abs(before - linear.start).max() > 1e-3
    train(sim, linear.data, v1.train.AdamOptimizer(0.01))
    gradient = linear.gradient(before)
    step = 0.01 * gradient / (np.abs(gradient) + 1e-8 / np.sqrt(0.001))
    # powers of Adam's betas are float32
    assert_close(linear.weights(sim), before - step, 1e-8)


def _reset(sim):
    sim.reset()


def _soft_reset(sim):
    sim.soft_reset(include_trainable=True)


@pytest.mark.parametrize("reset", [_reset, _soft_reset])
def test_reset(linear, open_simulator, train, saved, momentum, reset, assert_close):
    """Resets set parameters and step back, and leave what optimizers keep."""
    sim, optimizer, expected = (
        open_simulator(linear.net),
        momentum(),
        Momentum(linear.start),
    )
    train(sim, linear.data, optimizer, n_epochs=2)
    for _ in range(2):
        expected.update(linear.gradient(expected.weights))
    assert saved(sim)["variables/training_step"] == 2

    reset(sim)
    assert_close(linear.weights(sim), linear.start, 0)
    assert saved(sim)["variables/training_step"] == 0
    expected.weights = linear.start
    train(sim, linear.data, optimizer)
    expected.update(linear.gradient(expected.weights))
    assert_close(linear.weights(sim), expected.weights)
    assert saved(sim)["variables/training_step"] == 1


def test_soft_reset_of_state(linear, open_simulator, train, saved, assert_same):
    """Without `include_trainable` a soft reset leaves all that training changed."""
    sim = open_simulator(linear.net)
    train(sim, linear.data, v1.train.AdamOptimizer(0.1))
    before = saved(sim)
    sim.soft_reset(include_probes=True)
    assert_same(saved(sim), before)
    assert before["variables/training_step"] == 1


def written_out(outputs, targets):
    """Mean squared error."""
    return tf.reduce_mean(tf.square(outputs - targets))


def test_equal_objectives_build_once(linear, open_simulator, train):
    """Calls with the same optimizer and functions add nothing to the graph."""
    sim, optimizer = open_simulator(linear.net), v1.train.AdamOptimizer(0.1)
    objective = {linear.probe: written_out}
    train(sim, linear.data, optimizer, objective=objective)
    with sim:
        n_operations = len(v1.get_default_graph().get_operations())
        for _ in range(3):
            train(sim, linear.data, optimizer, objective=dict(objective), n_epochs=2)
        assert len(v1.get_default_graph().get_operations()) == n_operations > 0


def test_step_counts_updates(make_linear, open_simulator, train):
    """The step is the graph's global step, and counts the updates of all optimizers."""
    linear = make_linear(n_items=8, n_steps=6)
    sim = open_simulator(linear.net)
    for i in range(2):
        optimizer = v1.train.AdamOptimizer(0.01)
        train(sim, linear.data, optimizer, n_epochs=3, truncation=2)
        with sim.program.as_default():
            step = v1.train.get_or_create_global_step()
            assert step is sim.training_step
            assert step.dtype.base_dtype == tf.int64
            assert sim.sess.run(step) == (i + 1) * 3 * 2 * 3
