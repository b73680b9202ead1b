# SPDX-License-Identifier: MIT
"""Building with nengo's builder."""

import nengo
import numpy as np
from nengo_dl.build import build_model


def network():
    """An ensemble with an input."""
    with nengo.Network(seed=4, label="name") as net:
        net.node = nengo.Node([1.0])
        net.ensemble = nengo.Ensemble(10, 1)
        net.connection = nengo.Connection(net.node, net.ensemble)
    return net


def test_parameters_are_those_of_nengo():
    """The same seeds give the same encoders, biases and decoders."""
    net = network()
    model = build_model(net, 0.002)
    with nengo.Simulator(net, dt=0.002, progress_bar=False) as sim:
        expected = sim.model.params[net.ensemble]
        for name in ("encoders", "gain", "bias", "eval_points"):
            found = getattr(model.params[net.ensemble], name)
            np.testing.assert_array_equal(found, getattr(expected, name))
        assert sim.model.seeds[net.ensemble] == model.seeds[net.ensemble]
    assert model.dt == 0.002
    assert model.toplevel is net
    assert "name" in model.label


def test_a_network_can_be_built_into_a_model():
    """A model that is given is filled, and keeps its step length."""
    net = network()
    given = nengo.builder.Model(dt=0.005)
    model = build_model(net, 0.001, given)
    assert model is given
    assert model.dt == 0.005
    assert net.ensemble in model.params


def test_without_network_nothing_is_built():
    """A given model stays as it is; a new one is empty but for the time."""
    given = nengo.builder.Model()
    given.build(network())
    operators = list(given.operators)
    assert build_model(None, 0.001, given) is given
    assert given.operators == operators
    assert build_model(None).params == {}
