# SPDX-License-Identifier: MIT
"""Callbacks within real trainings of a matrix, which NumPy computes beside."""

import numpy as np
import pytest
import tensorflow as tf
from nengodl_train.callbacks import BestParameters, Callback, EarlyStopping

v1 = tf.compat.v1

RATES = [0.5, 0.5, 0.5, -0.5, -0.5, -0.5]


def changing_rate(sim):
    """Make an optimizer that goes down for three updates, and up again."""
    with sim.program.as_default():
        rate = v1.train.piecewise_constant(sim.training_step - 1, [1], [0.5, -0.5])
    return v1.train.GradientDescentOptimizer(rate)


@pytest.fixture
def path_of_weights(linear):
    """Weights before the training and after each update of `changing_rate`."""
    weights = [linear.start]
    for rate in RATES:
        weights.append(weights[-1] - rate * linear.gradient(weights[-1]))
    return weights


class Events(Callback):
    """Take down all that a training tells, and stop it if wanted."""

    def __init__(self, stop_at=None):
        self.told, self.stop_at = [], stop_at

    def _take_down(self, name, training, losses=None):
        event = (name, training.epoch, training.minibatch)
        self.told.append(event)
        if losses is not None:
            assert losses["loss"] > 0
        if event == self.stop_at:
            training.stop("enough")

    def on_train_begin(self, training):
        """Take it down."""
        self._take_down("train begin", training)

    def on_epoch_begin(self, training):
        """Take it down."""
        self._take_down("epoch begin", training)

    def on_minibatch_end(self, training, losses):
        """Take it down."""
        self._take_down("minibatch end", training, losses)

    def on_epoch_end(self, training, losses):
        """Take it down."""
        self._take_down("epoch end", training, losses)

    def on_train_end(self, training):
        """Take it down."""
        self._take_down("train end", training)


def test_order_of_events(linear, open_simulator, train):
    """Callbacks are told what happens in the order in which it does."""
    sim, events = open_simulator(linear.net, minibatch_size=2), Events()
    optimizer = v1.train.GradientDescentOptimizer(0.125)
    train(sim, linear.data, optimizer, n_epochs=2, callbacks=[events])
    assert events.told == [
        ("train begin", 0, 0),
        ("epoch begin", 0, 0),
        ("minibatch end", 0, 1),
        ("minibatch end", 0, 2),
        ("epoch end", 1, 2),
        ("epoch begin", 1, 0),
        ("minibatch end", 1, 1),
        ("minibatch end", 1, 2),
        ("epoch end", 2, 2),
        ("train end", 2, 2),
    ]


@pytest.mark.parametrize(
    "stop_at, n_updates, n_epochs",
    [
        (("train begin", 0, 0), 0, 0),
        (("minibatch end", 0, 1), 1, 0),
        (("minibatch end", 1, 1), 3, 1),
        (("epoch end", 1, 2), 2, 1),
    ],
)
def test_stop(linear, open_simulator, train, saved, stop_at, n_updates, n_epochs):
    """A training stops behind the present minibatch; history has whole epochs only."""
    sim, events = open_simulator(linear.net, minibatch_size=2), Events(stop_at)
    optimizer = v1.train.GradientDescentOptimizer(0.125)
    history = train(sim, linear.data, optimizer, n_epochs=9, callbacks=[events])
    assert saved(sim)["variables/training_step"] == n_updates
    assert len(history.get("loss", [])) == n_epochs
    assert events.told[-1][0] == "train end"


@pytest.mark.parametrize("restore_best", [False, True])
def test_early_stopping(
    linear, path_of_weights, open_simulator, train, saved, restore_best, assert_close
):
    """It ends after the epochs that it was to wait, with the last or the best weights."""
    losses = [linear.loss(weights) for weights in path_of_weights]
    best = int(np.argmin(losses[1:])) + 1
    assert best == 3
    sim = open_simulator(linear.net)
    stopping = EarlyStopping(
        monitor=lambda sim: sim.loss(linear.data, progress_bar=False),
        patience=1,
        restore_best=restore_best,
    )
    history = train(
        sim, linear.data, changing_rate(sim), n_epochs=6, callbacks=[stopping]
    )
    last = best + 2
    assert_close(history["loss"], losses[:last])  # of the weights before each update
    assert stopping.best_epoch == best
    assert stopping.best == pytest.approx(losses[best])
    kept = best if restore_best else last
    assert_close(linear.weights(sim), path_of_weights[kept])
    assert saved(sim)["variables/training_step"] == kept


def test_early_stopping_by_the_loss(linear, path_of_weights, open_simulator, train):
    """The loss of an epoch is that of the weights before its update."""
    losses = [linear.loss(weights) for weights in path_of_weights]
    sim, stopping = open_simulator(linear.net), EarlyStopping()
    history = train(
        sim, linear.data, changing_rate(sim), n_epochs=6, callbacks=[stopping]
    )
    assert stopping.best_epoch == int(np.argmin(losses)) + 1
    assert len(history["loss"]) == stopping.best_epoch + 1


def test_best_parameters(
    linear, path_of_weights, open_simulator, train, tmp_path, assert_close
):
    """The file has the best weights, and the step, of all epochs."""
    losses = [linear.loss(weights) for weights in path_of_weights]
    path = tmp_path / "best.npz"
    best = BestParameters(
        path, monitor=lambda sim: sim.loss(linear.data, progress_bar=False)
    )
    sim = open_simulator(linear.net)
    train(sim, linear.data, changing_rate(sim), n_epochs=6, callbacks=[best])
    assert_close(linear.weights(sim), path_of_weights[6])
    other = open_simulator(linear.net)
    other.load_params(path)
    number = int(np.argmin(losses[1:])) + 1
    assert best.best_epoch == number
    assert_close(linear.weights(other), path_of_weights[number])
    with np.load(str(path)) as file:
        assert file["variables/training_step"] == number


def test_failing_callback(linear, open_simulator, train, assert_close):
    """An error in a callback ends the training, of which the updates are kept."""

    class Failing(Callback):
        def on_minibatch_end(self, training, losses):
            raise OSError("no space left")

    sim, events = open_simulator(linear.net), Events()
    optimizer = v1.train.GradientDescentOptimizer(0.125)
    with pytest.raises(OSError, match="no space left"):
        train(sim, linear.data, optimizer, n_epochs=3, callbacks=[Failing(), events])
    assert events.told[-1] == ("train end", 0, 1)
    expected = linear.start - 0.125 * linear.gradient(linear.start)
    assert_close(linear.weights(sim), expected)
