# SPDX-License-Identifier: MIT
"""The random network is the one that its seed names."""

import random

import nengo
import numpy as np
from nengodl_benchmarks import random_network


def edges(net):
    """Return the connections among ensembles as pairs of positions."""
    position = {ensemble: i for i, ensemble in enumerate(net.ensembles)}
    return [
        (position[conn.pre_obj], position[conn.post_obj])
        for conn in net.connections
        if conn.pre_obj in position and conn.post_obj in position
    ]


def test_random_network_size():
    """There are two connections of each ensemble to the nodes, and the random ones."""
    net = random_network(3, 4, nengo.LIF(), 6, 5)
    assert [ensemble.n_neurons for ensemble in net.ensembles] == [12] * 6
    assert len(net.connections) == 6 * (2 + 5)
    assert len(edges(net)) == 6 * 5
    assert len(set(edges(net))) == 6 * 5


def test_random_network_draws_as_python_random_does():
    """Targets are those that `random` draws after being seeded with the same number."""
    net = random_network(1, 2, nengo.LIF(), 7, 3, seed=5)
    random.seed(5)
    expected = [(i, j) for i in range(7) for j in random.sample(range(7), 3)]
    assert edges(net) == expected
    assert net.seed == 5


def test_random_network_leaves_global_random_alone():
    """Building the network draws nothing from Python's global generator."""
    random.seed(1)
    state = random.getstate()
    random_network(1, 2, nengo.LIF(), 4, 2)
    assert random.getstate() == state


def test_random_network_has_fixed_decoders():
    """Connections out of ensembles have decoders of 1, without solving."""
    net = random_network(2, 3, nengo.LIF(), 2, 1)
    solved = [conn for conn in net.connections if conn.pre_obj in net.ensembles]
    assert len(solved) == 4
    for connection in solved:
        assert np.array_equal(connection.solver.values, np.ones((6, 2)))
