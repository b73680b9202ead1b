# SPDX-License-Identifier: MIT
"""The networks have the sizes that the tables of the benchmarks state."""

import nengo
import pytest
from nengodl_benchmarks import (
    basal_ganglia,
    bcm,
    cconv,
    integrator,
    pes,
    python_node,
    tensor_node,
    voja,
)


@pytest.mark.parametrize(
    "function, dimensions, neurons, n_ensembles, size, n_connections, n_nodes",
    [
        (cconv, 16, 10, 72, 5, 227, 14),
        (cconv, 128, 64, 520, 32, 1571, 14),
        (integrator, 16, 10, 16, 10, 34, 3),
        (integrator, 128, 64, 128, 64, 258, 3),
        (pes, 16, 10, 1, 160, 4, 2),
        (voja, 64, 50, 1, 3200, 1, 1),
        (bcm, 64, 50, 2, 400, 2, 1),
        (python_node, 64, 50, 64, 50, 131, 4),
        (tensor_node, 64, 50, 128, 50, 261, 7),
        (basal_ganglia, 16, 10, 80, 10, 251, 18),
        (basal_ganglia, 128, 64, 640, 64, 1931, 18),
    ],
)
def test_sizes(
    function, dimensions, neurons, n_ensembles, size, n_connections, n_nodes
):
    """Ensembles, their neurons, connections and nodes are as many as stated."""
    neuron_type = nengo.LIFRate()
    net = function(dimensions, neurons, neuron_type)

    assert len(net.all_ensembles) == n_ensembles
    assert {ensemble.n_neurons for ensemble in net.all_ensembles} == {size}
    assert {ensemble.neuron_type for ensemble in net.all_ensembles} == {neuron_type}
    assert len(net.all_connections) == n_connections
    assert len(net.all_nodes) == n_nodes
    assert net.p.size_in == dimensions
    assert net.seed == 0
    assert net.label == function.__name__
