# SPDX-License-Identifier: MIT
"""Networks with and without kernels."""

import nengo
import numpy as np
import pytest
from nengo_dl.lower.rules import neurons
from nengodl_benchmarks.experiments.kernels import compare_kernels, networks
from nengodl_benchmarks.experiments.kernels.measure import memory_limit

SMALL = {
    "group": lambda: networks.spiking_group(100),
    "rectified": lambda: networks.spiking_group(100, networks.SPIKING_RELU, 30),
    "nodes": lambda: networks.python_nodes(2, 20),
}
if hasattr(nengo, "Sparse"):
    SMALL["sparse"] = lambda: networks.sparse_transform(50, 0.1)


@pytest.mark.parametrize("name", sorted(SMALL))
@pytest.mark.parametrize("items", [None, 3])
def test_both_ways_give_the_same(name, items, monkeypatch):
    """Values with and without kernels differ by rounding of float32."""
    monkeypatch.setattr(neurons, "MIN_COMPILED", 1)
    found = compare_kernels(SMALL[name], items, steps=20, rounds=1)
    assert found.largest > 0
    assert found.difference <= 1e-5 * found.largest
    assert found.nengo is None
    assert found.low <= found.ratio <= found.high


def test_nengo_takes_its_turn():
    """With Nengo its time is given, too."""
    found = compare_kernels(SMALL["nodes"], steps=5, rounds=2, with_nengo=True)
    assert found.nengo > 0


def test_the_networks_are_what_they_say():
    """Sizes, and a product that NumPy gives as well."""
    assert networks.spiking_group(30).all_ensembles[0].n_neurons == 30
    assert len(networks.python_nodes(3, 10).all_nodes) == 4
    if hasattr(nengo, "Sparse"):
        net = networks.sparse_transform(20, 0.2)
        matrix = net.all_connections[0].transform.sample().toarray()
        with nengo.Simulator(net, progress_bar=False) as sim:
            sim.run_steps(1)
        expected = matrix.sum(axis=1)[:4]
        np.testing.assert_allclose(sim.data[net.probes[0]][0], expected, atol=1e-12)


def test_memory_limit_grows_with_the_array():
    """A hundred times the bytes take longer."""
    small, large = (memory_limit(n, 1, rounds=3) for n in (400_000, 40_000_000))
    assert 0 < small < large
