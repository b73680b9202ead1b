# SPDX-License-Identifier: MIT
"""Sparse matrices are trained as dense ones with zeros that stay."""

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf

pytestmark = pytest.mark.skipif(
    not hasattr(nengo, "Sparse"), reason="nengo has sparse transforms from 3.0 on"
)

INDICES = np.array([[0, 1], [0, 4], [1, 0], [2, 3], [2, 2]])
VALUES = np.array([0.5, -1.0, 0.7, 1.2, -0.3])
QUIET = {"progress_bar": False}


def network(kind):
    """Make a network of one matrix, sparse or dense."""
    transform = np.zeros((3, 5))
    transform[tuple(INDICES.T)] = VALUES
    if kind == "sparse":
        transform = nengo.Sparse((3, 5), indices=INDICES, init=VALUES)
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(dtype="float64", trainable=False)
        source = nengo.Node(np.zeros(5))
        ensemble = nengo.Ensemble(
            8,
            3,
            neuron_type=nengo.Sigmoid(tau_ref=0.5),
            gain=np.linspace(0.5, 2, 8),
            bias=np.linspace(-1, 1, 8),
        )
        net.connection = nengo.Connection(
            source, ensemble, transform=transform, synapse=0
        )
        net.config[net.connection].trainable = True
        nengo.Probe(ensemble.neurons, synapse=0.002)
    net.inputs = [source]
    return net


def test_the_same_weights(trained):
    """After some updates the entries are those of a dense matrix, whose zeros are kept."""
    sparse, dense = trained(network("sparse")), trained(network("dense"))
    (entries,), (matrix,) = sparse.signals, dense.signals
    optimizers = [tf.compat.v1.train.GradientDescentOptimizer(2.0) for _ in range(2)]
    others = np.ones((3, 5), bool)
    others[tuple(INDICES.T)] = False
    for _ in range(4):
        for one, optimizer in zip((sparse, dense), optimizers):
            one.sim.train(one.data, optimizer, **QUIET)
        values = dense.values()[matrix]
        values[:, others] = 0
        dense.put({matrix: values})
    found = sparse.values()[entries][0]
    assert np.abs(found - VALUES).max() > 1e-3
    np.testing.assert_allclose(found, values[0][tuple(INDICES.T)], rtol=1e-12)


def test_live_weights(trained):
    """The trained matrix is given out where users look for it."""
    one = trained(network("sparse"))
    optimizer = tf.compat.v1.train.GradientDescentOptimizer(2.0)
    one.sim.train(one.data, optimizer, **QUIET)
    (found,) = one.values().values()
    weights = one.sim.data[one.sim.model.toplevel.connection].weights
    rows = np.zeros((3, 5))
    rows[tuple(INDICES.T)] = found[0]
    np.testing.assert_array_equal(weights.toarray(), rows)
