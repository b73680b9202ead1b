# SPDX-License-Identifier: MIT
"""BCM's weights learn."""

import nengo
import numpy as np
from nengodl_benchmarks import bcm
from nengodl_benchmarks.networks import expected_warnings


def test_weights_are_moderately_many_and_learn():
    """There are (8 * neurons_per_d) squared weights, and LIF neurons change them."""
    net = bcm(3, 5, nengo.LIF())
    with net:
        weights = nengo.Probe(net.conn, "weights")
    with expected_warnings(), nengo.Simulator(net, progress_bar=False) as sim:
        sim.run(0.2)
    assert sim.data[weights].shape[1:] == (40, 40)
    assert net.conn.learning_rule_type == nengo.BCM()
    assert np.abs(sim.data[weights][-1] - sim.data[weights][0]).max() > 1e-6
    assert np.abs(sim.data[net.p]).max() > 0
