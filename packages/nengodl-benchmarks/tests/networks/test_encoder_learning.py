# SPDX-License-Identifier: MIT
"""Voja's encoders learn."""

import nengo
import numpy as np
import pytest
from nengodl_benchmarks import voja
from nengodl_benchmarks.networks import expected_warnings


@pytest.mark.parametrize("neuron_type", [nengo.LIF(), nengo.RectifiedLinear()])
def test_encoders_of_active_neurons_move_to_the_input(neuron_type):
    """The longer the network runs, the better its encoders fit the input of ones."""
    net = voja(3, 20, neuron_type)
    with net:
        encoders = nengo.Probe(net.conn.learning_rule, "scaled_encoders")
    with expected_warnings(), nengo.Simulator(net, progress_bar=False) as sim:
        sim.run(0.5)
        gain = sim.data[net.post].gain
    # from when the filtered input has come close to its end
    first, last = sim.data[encoders][[200, -1]] * np.sign(gain)[:, None]
    change = last - first
    assert net.conn.learning_rule_type == nengo.Voja()
    assert change.max() > 1e-4
    # each wants to become (1, 1, 1), of which no element is less than it has
    assert change.min() >= -1e-12
