# SPDX-License-Identifier: MIT
"""What release 2.0.0 of the original brought."""

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf

quiet = {"progress_bar": False}


def test_run_batch(open_simulator):
    """History 39: minibatches are stacked, and elements of a tuple stay separate."""
    with nengo.Network() as net:
        nengo_dl.configure_settings(dtype="float64")
        node = nengo.Node(np.zeros(2))
        double = nengo.Node(size_in=2)
        nengo.Connection(node, double, transform=2, synapse=None)
        probe, other = nengo.Probe(node), nengo.Probe(double)
    data = np.random.RandomState(0).uniform(size=(10, 4, 2))
    sim = open_simulator(net, minibatch_size=2)
    both = (probe, other)
    results = sim.run_batch(
        {node: data},
        {
            probe: lambda x: (tf.reduce_sum(x, axis=(1, 2)), x[:, 0]),
            other: None,
            both: lambda x: x[1] - x[0],
        },
    )
    items = data.reshape(5, 2, 4, 2)
    assert set(results) == {probe, other, both}
    sums, firsts = results[probe]
    np.testing.assert_allclose(sums, items.sum(axis=(2, 3)), rtol=1e-14)
    np.testing.assert_array_equal(firsts, items[:, :, 0])
    np.testing.assert_array_equal(results[other], 2 * items)
    np.testing.assert_array_equal(results[both], items)


@pytest.mark.slow
def test_large_constants_build_in_seconds(open_simulator, nengo_data):
    """History 48: 100 MB of weights take seconds, and are no part of the graph."""
    size = 5000
    weights = np.random.RandomState(0).uniform(-1, 1, (size, size)).astype("float32")
    with nengo.Network() as net:
        node = nengo.Node(np.ones(size))
        through = nengo.Node(size_in=size)
        nengo.Connection(node, through, transform=weights, synapse=None)
        probe = nengo.Probe(through)
    sim = open_simulator(net)
    assert sim.program.graph.as_graph_def().ByteSize() < 2**20
    sim.run_steps(1, **quiet)
    expected = nengo_data(net, 1)[probe]
    np.testing.assert_allclose(sim.data[probe], expected, atol=1e-3)
