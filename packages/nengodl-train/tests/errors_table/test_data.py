# SPDX-License-Identifier: MIT
"""Section 4 of the table of errors: data of train and loss."""

import nengo
import numpy as np
import pytest
from nengo_dl.objectives import mse

quiet = {"progress_bar": False}


def ones(*shape):
    """An array of ones."""
    return np.ones(shape)


def foreign():
    """A node of another network, and its probe."""
    with nengo.Network():
        node = nengo.Node([0], label="foreign")
        return node, nengo.Probe(node, label="foreign")


def both(net, first, second):
    """Data for both input nodes, and targets as the first one wants them."""
    target = ones(*first[:2], 2)
    return {net.node: ones(*first), net.other: ones(*second), net.probe: target}


def with_target(net, changes):
    """Data that is right, but for some changes."""
    return {net.node: ones(2, 4, 2), net.probe: ones(2, 4, 2), **changes}


def names(record):
    """Names of the warnings for users; TensorFlow 1 has some of its own."""
    categories = [warning.category for warning in record]
    return [kind.__name__ for kind in categories if issubclass(kind, UserWarning)]


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
        lambda net: both(net, (1, 4, 2), (1, 4, 1)),
        ["minibatch_size=2", "has 1"],
    ),
    "rank != 3": (
        lambda net: with_target(net, {net.node: ones(2, 4)}),
        ["the node", "(batch, steps, size)", "has 2:"],
    ),
    "last axis wrong": (
        lambda net: with_target(net, {net.node: ones(2, 4, 3)}),
        ["the node", "axis 2 (size)", "length 2", "length 3"],
    ),
    "last axis of a target wrong": (
        lambda net: with_target(net, {net.probe: ones(2, 4, 3)}),
        ["the probe", "axis 2 (size)", "length 2", "length 3"],
    ),
    "node not an input node": (
        lambda net: with_target(net, {net.driven: ones(2, 4, 2)}),
        ["the driven", "size_in 0"],
    ),
    "node foreign": (
        lambda net: with_target(net, {foreign()[0]: ones(2, 4, 1)}),
        ["foreign", "network"],
    ),
    "probe foreign": (
        lambda net: with_target(net, {foreign()[1]: ones(2, 4, 1)}),
        ["foreign", "network"],
    ),
    "key neither Node nor Probe": (
        lambda net: with_target(net, {net.ensemble: ones(2, 4, 2)}),
        ["Ensemble", "Nodes or Probes"],
    ),
    "value not an array": (
        lambda net: with_target(net, {net.node: ones(2, 4, 2).tolist()}),
        ["the node", "list", "numpy.asarray"],
    ),
    "empty dict": (lambda net: {}, ["dict", "one entry or more"]),
    "no data at all": (lambda net: None, ["dict", "number of steps", "NoneType"]),
    "steps not multiple of unroll": (
        lambda net: {net.node: ones(2, 5, 2), net.probe: ones(2, 5, 2)},
        ["unroll_simulation=2", "divides", "5"],
    ),
    "number of steps not multiple of unroll": (
        lambda net: 5,
        ["unroll_simulation=2", "divides", "5"],
    ),
    "no step": (lambda net: 0, ["at least 1 step", "is 0"]),
    "target needed but missing": (
        lambda net: {net.node: ones(2, 4, 2)},
        ["target", "the probe", "two arguments"],
    ),
    "target needed, but only a number of steps": (
        lambda net: 4,
        ["target", "the probe", "two arguments"],
    ),
}


@pytest.mark.parametrize("trigger", sorted(DATA))
def test_data(sim, net, optimizer, refused, trigger):
    """Section 4, each trigger in DATA: objects and both numbers are named."""
    make, parts = DATA[trigger]
    objective = {net.probe: lambda x, y: pytest.fail("the objective was called")}
    data = make(net)
    refused(sim.train, data, optimizer, 2, objective, attr="data", parts=parts)
    refused(sim.loss, data, objective, attr="data", parts=parts)


@pytest.mark.parametrize("data", [{}, None, 2.5, "data"])
def test_data_without_objective(sim, optimizer, refused, data):
    """Section 4, value not an array, empty dict: that is told, and no missing objective."""
    parts = ["dict"] if data == {} else ["dict", "number of steps", type(data).__name__]
    refused(sim.train, data, optimizer, attr="data", parts=parts)
    refused(sim.loss, data, attr="data", parts=parts)


def test_loss_takes_no_streams(sim, net, refused):
    """Section 4, value not an array: a stream is for training only."""
    stream = [{net.probe: ones(2, 4, 2)}]
    refused(sim.loss, stream, attr="data", parts=["dict", "number of steps", "list"])


@pytest.mark.parametrize("function", [mse, None])
def test_unused_target(sim, net, optimizer, refused, function):
    """Section 4, target for a probe no objective uses: that it is unused (history 67)."""
    data = with_target(net, {net.node_probe: ones(2, 4, 2)})
    parts, objective = ["the node's probe", "not used in"], {net.probe: function}
    refused(
        *(sim.train, data, optimizer), objective=objective, attr="targets", parts=parts
    )
    refused(sim.loss, data, {net.probe: mse}, attr="targets", parts=parts)


def test_a_direct_gradient_is_needed(sim, net, optimizer, refused):
    """Section 4, target needed but missing: nor may a gradient be missing."""
    data = {net.node: ones(2, 4, 2)}
    refused(
        *(sim.train, data, optimizer),
        objective={net.probe: None},
        attr="data",
        parts=["the probe"],
    )


def test_truncation(sim, net, optimizer, refused):
    """Section 4, truncation not multiple of unroll: both numbers, and what they must be."""
    parts = ["multiple", "unroll_simulation=2", "3"]
    data = with_target(net, {})
    refused(sim.train, data, optimizer, truncation=3, attr="truncation", parts=parts)


def test_uneven_batch(sim, net, optimizer, trained):
    """Section 4, batch not multiple of minibatch: sizes, and how many are left out."""
    data = {net.node: ones(5, 4, 2), net.probe: ones(5, 4, 2)}
    told = "5 items.*minibatch_size=2.*1 of them"
    with pytest.warns(UserWarning, match=told) as record, trained(sim, 2 * 2):
        sim.train(data, optimizer, n_epochs=2, **quiet)
    assert names(record) == ["UnevenMinibatchWarning"]
    with pytest.warns(UserWarning, match=told), trained(sim, 0):
        sim.loss(data, **quiet)


def test_uneven_truncation(sim, net, optimizer, trained):
    """Section 4, steps not multiple of truncation: sizes, and that training may suffer."""
    data = {net.node: ones(2, 6, 2), net.probe: ones(2, 6, 2)}
    told = "6 steps.*truncation=4.*2 steps.*badly"
    with pytest.warns(UserWarning, match=told) as record, trained(sim, 2):
        sim.train(data, optimizer, truncation=4, **quiet)
    assert names(record) == ["UnevenTruncationWarning"]
