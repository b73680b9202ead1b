# SPDX-License-Identifier: MIT
"""Accuracy is the part of images whose digit has the largest output."""

import nengo
import numpy as np
import pytest
from nengodl_benchmarks.experiments.mnist.evaluate import (
    accuracy,
    rate_accuracy,
    spiking_accuracy,
)
from nengodl_benchmarks.experiments.mnist.train import make_simulator

N_ITEMS = 6


@pytest.fixture(scope="module", name="images")
def fixture_images():
    """Images of four pixels, of which the second is brightest in two thirds of them."""
    images = np.random.RandomState(0).uniform(-0.5, 0, size=(N_ITEMS, 2, 2, 1))
    images[:4, 0, 1] = 1
    images[4:, 1, 0] = 1
    return images.astype(np.float32)


def test_images_are_counted_behind_each_step(images):
    """An output that turns its sign after two steps is right from the third on."""
    with nengo.Network() as net:
        net.inp = nengo.Node(np.zeros(4))
        turning = nengo.Node(lambda t, x: x if t > 0.0025 else -x, size_in=4)
        nengo.Connection(net.inp, turning, synapse=None)
        p = nengo.Probe(turning)
    with make_simulator(net, 3) as sim:
        found = accuracy(sim, net.inp, p, images, np.ones(N_ITEMS, dtype=int), 4)
    assert np.allclose(found, [0, 0, 4 / 6, 4 / 6])


def test_rates_and_spikes_are_told_apart(images):
    """Neurons that have not fired yet count for the rates, and not for the spikes."""
    with nengo.Network(seed=0) as net:
        net.inp = nengo.Node(np.zeros(4))
        neurons = nengo.Ensemble(
            4, 1, neuron_type=nengo.LIF(), gain=np.ones(4), bias=np.ones(4)
        ).neurons
        nengo.Connection(net.inp, neurons, synapse=None)
        net.p = nengo.Probe(neurons)
        net.p_filtered = nengo.Probe(neurons, synapse=0.1)
    labels = np.array([1, 1, 1, 1, 2, 2])
    with make_simulator(net, 3) as sim:
        assert rate_accuracy(sim, net, images, labels) == 1
        spikes = spiking_accuracy(sim, net, images, labels, 30)
    assert spikes.shape == (30,)
    # the first step is too short for most neurons to fire
    assert spikes[0] < 0.5
    # the brightest neuron, and only that, fires within tau_rc * log(2) = 14 ms
    assert np.all(spikes[15:] == 1)
