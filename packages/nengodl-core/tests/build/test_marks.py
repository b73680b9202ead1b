# SPDX-License-Identifier: MIT
"""Signals that are parameters."""

import nengo
from nengo_dl.build import build_model, mark_trainable


def test_parameters_are_marked_as_told():
    """Encoders, biases and weights get what is said of their objects."""
    with nengo.Network(seed=0) as net:
        node = nengo.Node([1.0])
        first, second = nengo.Ensemble(5, 1), nengo.Ensemble(5, 1)
        connections = [nengo.Connection(node, first), nengo.Connection(first, second)]
    model = build_model(net)
    yes = {first, second.neurons, connections[1]}
    mark_trainable(model, lambda obj: obj in yes)
    marks = {
        first: model.sig[first]["encoders"].trainable,
        first.neurons: model.sig[first.neurons]["bias"].trainable,
        second: model.sig[second]["encoders"].trainable,
        second.neurons: model.sig[second.neurons]["bias"].trainable,
        connections[1]: model.sig[connections[1]]["weights"].trainable,
    }
    assert {obj for obj, mark in marks.items() if mark} == yes


def test_objects_without_parameters_are_left_alone():
    """Direct ensembles have no biases, plain connections maybe no weights."""
    with nengo.Network(seed=0) as net:
        node = nengo.Node([1.0])
        ensemble = nengo.Ensemble(5, 1, neuron_type=nengo.Direct())
        nengo.Connection(node, ensemble)
        nengo.Probe(ensemble)
    model = build_model(net)
    mark_trainable(model, lambda obj: True)
    assert model.sig[ensemble]["encoders"].trainable
