# SPDX-License-Identifier: MIT
"""What releases 1.0.0 to 1.2.1 of the original brought to training."""

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


def filtered_network(where):
    """A matrix, and a filter on the connection or on the probe."""
    with nengo.Network() as net:
        net.node, output = nengo.Node([0.5, 0.5]), nengo.Node(size_in=2)
        net.connection = nengo.Connection(
            *(net.node, output),
            transform=[[1, 2], [3, 4]],
            synapse=0.01 if where == "connection" else None,
        )
        net.probe = nengo.Probe(output, synapse=0.01 if where == "probe" else None)
    return net


@pytest.mark.parametrize("where", ["connection", "probe"])
def test_filters_over_two_steps(open_simulator, where):
    """History 53: what a filter delays has come through in two steps, without a warning."""
    net = filtered_network(where)
    sim = open_simulator(net)
    data = {net.node: np.ones((1, 2, 2)), net.probe: np.ones((1, 2, 2))}
    before = sim.data[net.connection].weights.copy()
    sim.train(data, descent(), **quiet)
    assert (sim.data[net.connection].weights != before).all()


def threshold_network(neuron_type, dtype):
    """Neurons whose current is 1, the threshold, exactly, and one above."""
    with nengo.Network(seed=0) as net:
        configure_settings(dtype=dtype)
        net.node = nengo.Node([0.0])
        net.ensemble = nengo.Ensemble(
            *(3, 1),
            neuron_type=neuron_type,
            gain=[1, 1, 1],
            bias=[1, 1, 2],
            encoders=[[1], [-1], [1]],
        )
        net.connection = nengo.Connection(net.node, net.ensemble, synapse=None)
        net.probe = nengo.Probe(net.ensemble.neurons)
    return net


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("neuron_type", [nengo.LIF(), nengo.LIFRate()])
def test_neurons_at_the_threshold(open_simulator, neuron_type, dtype):
    """History 57 and 146: at J = 1 parameters stay finite; above it they are trained."""
    net = threshold_network(neuron_type, dtype)
    sim = open_simulator(net)
    before = sim.data[net.ensemble].bias.copy()
    data = {net.node: np.zeros((1, 4, 1)), net.probe: np.zeros((1, 4, 3))}
    sim.train(data, descent(2.0**-20), n_epochs=3, **quiet)
    found = sim.data[net.ensemble]
    assert np.isfinite(found.bias).all() and np.isfinite(found.encoders).all()
    assert found.bias[2] < before[2]
    np.testing.assert_array_equal(found.bias[:2], before[:2])


def test_connections_between_nodes(linear, open_simulator):
    """History 60: a connection from node to node is trained, epoch after epoch."""
    sim = open_simulator(linear.network, minibatch_size=2)
    x, y, data = linear.data()
    sim.train(data, descent(), n_epochs=3, shuffle=False, **quiet)
    expected = linear.descend(x, y, 0.5, 3 * [slice(0, 2), slice(2, 4)])
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-13)


def test_schedules(linear, open_simulator):
    """History 61: a rate that follows the step changes behind each update, not in it."""
    rates = [0.5, 0.125, 2.0, 0.25]
    x, y, data = linear.data(n_items=8)
    minibatches = [slice(i, i + 2) for i in range(0, 8, 2)]
    with open_simulator(linear.network, minibatch_size=2) as sim:
        rate = tf.gather(tf.constant(rates), sim.training_step)
        sim.train(data, descent(rate), shuffle=False, **quiet)
        found = linear.matrix(sim).copy()
    expected = linear.start
    for rate, items in zip(rates, minibatches):
        expected = linear.descend(x, y, rate, [items], expected)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_rates_stand_in_for_spikes(open_simulator):
    """History 62: spiking neurons are trained as their rates, and run as they did."""
    trained, networks = [], []
    for neuron_type in (nengo.LIF(), nengo.LIFRate()):
        with nengo.Network(seed=0) as net:
            configure_settings(dtype="float64")
            node = nengo.Node([0.5])
            ensemble = nengo.Ensemble(20, 1, neuron_type=neuron_type)
            nengo.Connection(node, ensemble, synapse=None)
            output = nengo.Node(size_in=1)
            decoders = nengo.Connection(ensemble, output, synapse=0.005)
            net.probe = nengo.Probe(output)
            net.spikes = nengo.Probe(ensemble.neurons)
        networks.append(net)
        sim = open_simulator(net)
        data = {node: np.full((1, 8, 1), 0.7), net.probe: np.full((1, 8, 1), -0.3)}
        sim.train(data, descent(2.0**-6), **quiet)
        found = sim.data[ensemble], sim.data[decoders]
        trained.append([found[0].bias, found[0].encoders, found[1].weights])
    for spiking, rate in zip(*trained):
        np.testing.assert_array_equal(spiking, rate)
    # a network that learned nothing from its training runs as nengo's
    net = networks[0]
    sim = open_simulator(net)
    sim.train(4, descent(0.0), objective={net.probe: tf.reduce_sum}, **quiet)
    sim.run_steps(30, **quiet)
    with nengo.Simulator(net, progress_bar=False, optimize=False) as reference:
        reference.run_steps(30)
    for probe in (net.probe, net.spikes):
        np.testing.assert_allclose(sim.data[probe], reference.data[probe], atol=1e-11)
    assert set(np.unique(sim.data[net.spikes])) == {0.0, 1000.0}


@pytest.mark.parametrize("checkpoint_steps", [None, 1, 3, 7, 10])
def test_gradients_add_up_over_time(linear, open_simulator, checkpoint_steps):
    """History 68: one sum over all steps, whatever of them is kept in memory."""
    sim = open_simulator(linear.network, minibatch_size=2)
    x, y, data = linear.data(n_items=2, n_steps=7)
    sim.train(data, descent(), checkpoint_steps=checkpoint_steps, **quiet)
    expected = linear.descend(x, y, 0.5, [slice(0, 2)])
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-13)


def test_direct_gradients(linear, open_simulator):
    """History 103: 2 (output - target) / size is the step of mse; both add up to double."""
    x, y, data = linear.data()
    rows = x @ linear.start.T
    direct = 2 * (rows - y) / y.size
    sim = open_simulator(linear.network, minibatch_size=4)
    history = sim.train(
        {linear.input: x, linear.probe: direct},
        descent(),
        objective={linear.probe: None},
        **quiet,
    )
    assert history == {}  # there is no value whose gradient that is
    once = linear.descend(x, y, 0.5, [slice(0, 4)])
    np.testing.assert_allclose(linear.matrix(sim), once, rtol=1e-13)
    sim.soft_reset(include_trainable=True)
    data = {linear.input: x, linear.probe: direct, linear.twin: y}
    objective = {linear.probe: None, linear.twin: mse}
    history = sim.train(data, descent(), objective=objective, **quiet)
    assert set(history) == {"loss", linear.twin}
    np.testing.assert_allclose(history["loss"], [np.mean((rows - y) ** 2)], rtol=1e-13)
    twice = linear.start + 2 * (once - linear.start)
    np.testing.assert_allclose(linear.matrix(sim), twice, rtol=1e-13)
