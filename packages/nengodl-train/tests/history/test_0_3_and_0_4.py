# SPDX-License-Identifier: MIT
"""What releases 0.3.0 to 0.4.0 of the original brought to training."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import configure_settings
from nengo_dl.objectives import mse

v1 = tf.compat.v1
quiet = {"progress_bar": False}


def descent(rate=0.5):
    """Plain gradient descent."""
    return v1.train.GradientDescentOptimizer(rate)


@pytest.mark.parametrize("unroll", [1, 2])
def test_any_number_of_steps(linear, open_simulator, unroll):
    """History 194 and 206: data tells the number of steps, with unrolling and without."""
    sim = open_simulator(linear.network, minibatch_size=4, unroll_simulation=unroll)
    matrix = linear.start
    for n_steps in (2, 6, 4):
        x, y, data = linear.data(n_steps=n_steps)
        sim.train(data, descent(), **quiet)
        matrix = linear.descend(x, y, 0.5, [slice(0, 4)], matrix)
        np.testing.assert_allclose(linear.matrix(sim), matrix, rtol=1e-12)


def test_nothing_is_built_twice(linear, open_simulator):
    """History 218: equal calls add nothing to the graph; another objective does."""
    sim = open_simulator(linear.network, minibatch_size=2)
    _, _, data = linear.data()
    optimizer = descent()

    def size():
        return len(sim.program.graph.get_operations())

    sizes = []
    for objective in (None, {linear.probe: mse}, {linear.probe: mse}):
        sim.train(data, optimizer, objective=objective, n_epochs=2, **quiet)
        sim.loss(data, objective, **quiet)
        sizes.append(size())
    assert len(set(sizes)) == 1
    sim.train(
        data, optimizer, objective={linear.probe: lambda x, y: mse(x, y)}, **quiet
    )
    assert size() > sizes[0]


def test_loss_starts_from_the_reset_state(open_simulator):
    """History 221: whatever ran before, the loss is that of a simulator of nengo's."""
    with nengo.Network(seed=0) as net:
        configure_settings(dtype="float64")
        node = nengo.Node([0.7])
        ensemble = nengo.Ensemble(20, 1)
        nengo.Connection(node, ensemble, synapse=0.02)
        probe = nengo.Probe(ensemble, synapse=0.005)
    with nengo.Simulator(net, progress_bar=False, optimize=False) as reference:
        reference.run_steps(15)
        expected = np.mean((reference.data[probe] - 0.5) ** 2)
    sim = open_simulator(net)
    data = {node: np.full((1, 15, 1), 0.7), probe: np.full((1, 15, 1), 0.5)}
    for n_steps in (4, 9):
        np.testing.assert_allclose(sim.loss(data, **quiet), expected, rtol=1e-9)
        sim.run_steps(n_steps, **quiet)
    assert len(sim.data[probe]) == 13


def test_uneven_batches(linear, open_simulator):
    """History 222: items that do not fill a minibatch are left out, with a warning."""
    sim = open_simulator(linear.network, minibatch_size=2)
    x, y, data = linear.data(n_items=5)
    with pytest.warns(UserWarning, match="5 items"):
        loss = sim.loss(data, **quiet)
    errors = (x @ linear.start.T - y)[:4]
    np.testing.assert_allclose(loss, np.mean(errors**2), rtol=1e-13)
    with pytest.warns(UserWarning, match="5 items"):
        sim.train(data, descent(), shuffle=False, **quiet)
    expected = linear.descend(x, y, 0.5, [slice(0, 2), slice(2, 4)])
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-13)
    assert sim.sess.run(sim.training_step) == 2
