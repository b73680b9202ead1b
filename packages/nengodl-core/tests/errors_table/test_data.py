# SPDX-License-Identifier: MIT
"""Section 4 of the table of errors: data of run_batch (that of runs: test_feeds.py)."""

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError


def ones(*shape):
    """An array of ones."""
    return np.ones(shape)


def foreign():
    """A node of another network."""
    with nengo.Network():
        return nengo.Node([0], label="foreign")


def both(net, first, second):
    """Data for both input nodes."""
    return {net.node: ones(*first), net.other: ones(*second)}


DATA = {
    "different batch sizes": (
        lambda net: both(net, (2, 4, 2), (6, 4, 1)),
        ["the other", "axis 0 (batch)", "length 2", "length 6"],
    ),
    "different step counts": (
        lambda net: both(net, (2, 4, 2), (2, 6, 1)),
        ["the other", "axis 1 (steps)", "length 4", "length 6"],
    ),
    "batch < minibatch_size": (
        lambda net: {net.node: ones(1, 4, 2)},
        ["minibatch_size=2", "has 1"],
    ),
    "rank != 3": (
        lambda net: {net.node: ones(2, 4)},
        ["the node", "(batch, steps, size)", "has 2:"],
    ),
    "last axis wrong": (
        lambda net: {net.node: ones(2, 4, 3)},
        ["the node", "axis 2 (size)", "length 2", "length 3"],
    ),
    "last axis of a target wrong": (
        lambda net: {net.node: ones(2, 4, 2), net.probe: ones(2, 4, 3)},
        ["the probe", "axis 2 (size)", "length 2", "length 3"],
    ),
    "node not an input node": (
        lambda net: {net.driven: ones(2, 4, 2)},
        ["the driven", "size_in 0"],
    ),
    "node foreign": (lambda net: {foreign(): ones(2, 4, 1)}, ["foreign", "network"]),
    "key neither Node nor Probe": (
        lambda net: {net.ensemble: ones(2, 4, 2)},
        ["Ensemble", "Nodes or Probes"],
    ),
    "value not an array": (
        lambda net: {net.node: ones(2, 4, 2).tolist()},
        ["the node", "list", "numpy.asarray"],
    ),
    "empty dict": (lambda net: {}, ["dict", "one entry or more"]),
    "steps not multiple of unroll": (
        lambda net: {net.node: ones(2, 5, 2)},
        ["unroll_simulation=2", "divides", "5"],
    ),
    "number of steps not multiple of unroll": (
        lambda net: 5,
        ["unroll_simulation=2", "divides", "5"],
    ),
    "target needed but missing": (
        lambda net: {net.node: ones(2, 4, 2)},
        ["target", "the probe", "two arguments"],
    ),
}


@pytest.mark.parametrize("trigger", sorted(DATA))
def test_data(sim, net, unchanged, trigger):
    """Section 4, each trigger in DATA: objects and both numbers are named."""
    make, parts = DATA[trigger]
    called = []
    with unchanged(sim), pytest.raises(ValidationError) as error:
        sim.run_batch(make(net), {net.probe: lambda x, y: called.append(x)})
    assert error.value.attr == "data"
    for part in parts:
        assert part in str(error.value)
    assert not called


def test_unused_target(sim, net, unchanged):
    """Section 4, target for a probe no objective uses: the probe, and that it is unused."""
    data = {net.node: ones(2, 4, 2), net.node_probe: ones(2, 4, 2)}
    with unchanged(sim), pytest.raises(ValidationError, match="not used in") as error:
        sim.run_batch(data, {net.probe: None})
    assert error.value.attr == "targets"
    assert "the node's probe" in str(error.value)


def test_truncation(sim, net, unchanged):
    """Section 4, truncation not multiple of unroll: both numbers, and what they must be."""
    with unchanged(sim), pytest.raises(ValidationError, match="multiple") as error:
        sim.run_batch(8, {net.probe: None}, truncation=3)
    assert error.value.attr == "truncation"
    for part in ("unroll_simulation=2", "3"):
        assert part in str(error.value)


def test_uneven_batch(sim, net, unchanged):
    """Section 4, batch not multiple of minibatch: sizes, and how many are left out."""
    with pytest.warns(UserWarning, match="5 items.*minibatch_size=2.*1 of them") as w:
        found = sim.run_batch({net.node: ones(5, 4, 2)}, {net.probe: None})
    assert w[0].category.__name__ == "UnevenMinibatchWarning"
    assert found[net.probe].shape == (2, 2, 4, 2)


def test_uneven_truncation(sim, net):
    """Section 4, steps not multiple of truncation: sizes, and that training may suffer."""
    with pytest.warns(UserWarning, match="6 steps.*truncation=4.*2 steps.*badly"):
        found = sim.run_batch(6, {net.probe: None}, truncation=4, combine=list)
    assert [part.shape for part in found[net.probe]] == [(2, 4, 2), (2, 2, 2)]
