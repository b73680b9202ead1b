# SPDX-License-Identifier: MIT
"""Spiking networks that are trained as they spike, with surrogate gradients."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import configure_settings

v1 = tf.compat.v1


@pytest.mark.parametrize("surrogate", ["arctan", "fast_sigmoid"])
@pytest.mark.parametrize(
    "neuron_type", [nengo.LIF(), nengo.SpikingRectifiedLinear()], ids=str
)
def test_spiking_network_learns(open_simulator, train, surrogate, neuron_type):
    """The loss of the spiking network itself gets much smaller."""
    with nengo.Network(seed=0) as net:
        configure_settings(surrogate=surrogate, trainable=None, keep_history=True)
        net.config[nengo.Connection].synapse = None
        node, output = nengo.Node([0, 0]), nengo.Node(size_in=1)
        ensemble = nengo.Ensemble(
            40,
            2,
            neuron_type=neuron_type,
            max_rates=nengo.dists.Uniform(100, 200),
        )
        nengo.Connection(node, ensemble)
        nengo.Connection(
            ensemble.neurons, output, transform=np.zeros((1, 40)), synapse=0.02
        )
        probe = nengo.Probe(output)
    rng = np.random.RandomState(0)
    inputs = rng.uniform(-1, 1, (8, 1, 2))
    n_steps = 40
    data = {
        node: np.tile(inputs, (1, n_steps, 1)),
        probe: np.tile(inputs[..., :1] * inputs[..., 1:], (1, n_steps, 1)),
    }

    def late(outputs, targets):
        return tf.reduce_mean(tf.square(outputs[:, -10:] - targets[:, -10:]))

    objective = {probe: late}
    sim = open_simulator(net, minibatch_size=8)
    before = sim.loss(data, objective=objective, progress_bar=False)
    optimizer = v1.train.AdamOptimizer(1e-4)
    train(sim, data, optimizer, n_epochs=100, objective=objective)
    after = sim.loss(data, objective=objective, progress_bar=False)
    in_training = sim.loss(data, objective=objective, training=True, progress_bar=False)
    assert before > 0.02
    assert after < 0.3 * before
    assert in_training == pytest.approx(after, rel=1e-4)
