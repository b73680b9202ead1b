# SPDX-License-Identifier: MIT
"""Tasks that training has to solve within so many epochs."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import dists

v1 = tf.compat.v1

# initial weights and the order of items; more of them in the nightly run
SEEDS = [0] + [pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3)]


@pytest.fixture
def random_network():
    """Make a network of neurons with random weights, zero bias and no filters."""

    def make(seed, neuron_type):
        net = nengo.Network(seed=seed)
        net.config[nengo.Ensemble].neuron_type = neuron_type
        net.config[nengo.Ensemble].gain = nengo.dists.Choice([1])
        net.config[nengo.Ensemble].bias = nengo.dists.Choice([0])
        net.config[nengo.Connection].synapse = None
        net.config[nengo.Connection].transform = dists.Glorot()
        return net

    return make


@pytest.mark.parametrize("seed", SEEDS)
def test_exclusive_or(random_network, open_simulator, train, seed):
    """Two layers of sigmoids learn exclusive or to 2e-3 in 500 epochs of Adam."""
    with random_network(seed, nengo.Sigmoid(tau_ref=1)) as net:
        node = nengo.Node([0, 0])
        hidden, output = nengo.Ensemble(20, 1), nengo.Ensemble(1, 1)
        nengo.Connection(node, hidden.neurons)
        nengo.Connection(hidden.neurons, output.neurons)
        probe = nengo.Probe(output.neurons)
    inputs = np.array([[[-1, -1]], [[-1, 1]], [[1, -1]], [[1, 1]]], dtype=float)
    data = {node: inputs, probe: np.array([[[0.1]], [[0.9]], [[0.9]], [[0.1]]])}

    sim = open_simulator(net, seed=seed)
    before = sim.loss(data, progress_bar=False)
    train(sim, data, v1.train.AdamOptimizer(0.01), n_epochs=500)
    assert sim.loss(data, progress_bar=False) < 2e-3 < 0.1 < before


@pytest.mark.parametrize("truncation, limit", [(None, 0.055), (5, 0.1)])
@pytest.mark.parametrize("seed", SEEDS)
def test_ramp(random_network, open_simulator, train, truncation, limit, seed):
    """A recurrent network learns to rise to its input within 10 steps."""
    with random_network(seed, nengo.RectifiedLinear()) as net:
        node, output = nengo.Node([0]), nengo.Node(size_in=1)
        ensemble = nengo.Ensemble(20, 1)
        nengo.Connection(node, ensemble.neurons)
        nengo.Connection(ensemble.neurons, ensemble.neurons, synapse=0)
        nengo.Connection(ensemble.neurons, output)
        probe = nengo.Probe(output)
    heights = np.linspace(0.1, 1, 8)[:, None, None]
    rising = np.linspace(0.1, 1, 10)[:, None]
    data = {node: np.tile(heights, (1, 10, 1)), probe: heights * rising}

    sim = open_simulator(net, seed=seed)
    before = sim.loss(data, progress_bar=False)
    optimizer = v1.train.RMSPropOptimizer(1e-3)
    train(sim, data, optimizer, n_epochs=200, truncation=truncation)
    after = sim.loss(data, progress_bar=False)
    assert np.sqrt(after) < limit < 0.2 < np.sqrt(before)


@pytest.mark.parametrize("seed", SEEDS)
def test_sliced_input(random_network, open_simulator, train, seed):
    """Functions of parts of an input are learned to 1e-3 with Nesterov momentum."""
    with random_network(seed, nengo.RectifiedLinear()) as net:
        node, output = nengo.Node([0, 0, 0, 0]), nengo.Node(size_in=2)
        ensemble = nengo.Ensemble(20, 1)
        nengo.Connection(node[[3, 1]], ensemble.neurons[::2])
        nengo.Connection(node[::3], ensemble.neurons[1::2])
        nengo.Connection(ensemble.neurons[:10], output[::-1])
        nengo.Connection(ensemble.neurons[10:], output[0])
        probe = nengo.Probe(output)
    inputs = np.random.RandomState(seed).uniform(-1, 1, (8, 1, 4))
    first, second, last = inputs[..., 0], inputs[..., 1], inputs[..., 3]
    data = {node: inputs, probe: np.stack([np.abs(second), last - first], axis=-1)}

    sim = open_simulator(net, seed=seed)
    before = sim.loss(data, progress_bar=False)
    optimizer = v1.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True)
    train(sim, data, optimizer, n_epochs=500)
    assert sim.loss(data, progress_bar=False) < 1e-3 < 0.1 < before
