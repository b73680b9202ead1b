# SPDX-License-Identifier: MIT
"""Section 3 of the table of errors: a closed simulator."""

import pytest
import tensorflow as tf
from nengo.exceptions import SimulatorClosed
from nengo_dl import objectives

OPTIMIZER = tf.compat.v1.train.GradientDescentOptimizer(0.1)


@pytest.fixture
def closed(network, open_simulator):
    """A simulator that has run and is closed."""
    simulator = open_simulator(network)
    simulator.run_steps(2, progress_bar=False)
    simulator.close()
    return simulator


@pytest.mark.parametrize(
    "call, action",
    [
        (lambda sim, p: sim.train(2, OPTIMIZER, objective={p: tf.abs}), "be trained"),
        (lambda sim, p: sim.loss(2, {p: objectives.mse}), "compute a loss"),
        (lambda sim, p: sim.check_gradients(), "check gradients"),
        (lambda sim, p: sim.training_step, "give its training step"),
    ],
)
def test_closed(closed, unchanged, call, action):
    """Section 3, train, loss, check_gradients after close: closed, and what is refused."""
    probe = closed.model.toplevel.probe
    with unchanged(closed):
        with pytest.raises(SimulatorClosed, match=f"closed and cannot {action}"):
            call(closed, probe)
