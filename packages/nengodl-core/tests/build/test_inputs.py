# SPDX-License-Identifier: MIT
"""What the host computes ahead."""

import nengo
import pytest
from nengo.builder.operator import SimPyFunc
from nengo.builder.processes import SimProcess
from nengo_dl import TensorNode
from nengo_dl.build import build_model, feed_operators, is_input_node
from nengo_dl.operators import HostFeed
from nengo_dl.tensor_node import SimTensorNode


def silent(t):
    """Do nothing."""


@pytest.fixture
def network():
    """One node of each kind, and ensemble noise."""
    with nengo.Network(seed=0) as net:
        net.constant = nengo.Node([1.0, 2.0])
        net.function = nengo.Node(lambda t: t)
        net.process = nengo.Node(nengo.processes.WhiteNoise(), size_out=3)
        net.silent = nengo.Node(silent, size_out=0)
        net.relay = nengo.Node(size_in=2)
        net.ensemble = nengo.Ensemble(5, 1, noise=nengo.processes.WhiteNoise())
        nengo.Connection(net.constant, net.relay)
    return net


def test_input_nodes_have_no_input(network):
    """Nodes that can be given data."""
    inputs = [obj for obj in network.all_objects if is_input_node(obj)]
    assert inputs == [
        network.constant,
        network.function,
        network.process,
        network.silent,
    ]


def test_all_that_depends_on_time_alone_is_fed(network):
    """Nodes and noise without input are fed; all other operators stay, in order."""
    model = build_model(network)
    before = list(model.operators)
    operators, hosted = feed_operators(model)
    assert model.operators == before
    fed = {op.output: op for op in operators if isinstance(op, HostFeed)}
    out = {node: model.sig[node]["out"] for node in network.nodes if node.size_out}
    assert fed[out[network.constant]].source is network.constant
    assert isinstance(fed[out[network.function]].source, SimPyFunc)
    assert isinstance(fed[out[network.process]].source, SimProcess)
    assert out[network.relay] not in fed
    assert [op.fn for op in hosted] == [silent]
    kept = [op for op in operators if not isinstance(op, HostFeed)]
    assert kept == [op for op in before if op in kept]
    taken = {op.source for op in fed.values()} | set(hosted)
    assert set(before) == set(kept) | (taken - {network.constant})


def test_noise_is_added(network):
    """Noise of ensembles increments, nodes set."""
    model = build_model(network)
    operators, _ = feed_operators(model)
    modes = {op.output: op.mode for op in operators if isinstance(op, HostFeed)}
    assert modes[model.sig[network.ensemble.neurons]["in"]] == "inc"
    assert modes[model.sig[network.process]["out"]] == "set"


def test_functions_with_input_stay():
    """They need values that only the simulation has."""
    with nengo.Network() as net:
        nengo.Node(lambda t, x: x, size_in=1)
    model = build_model(net)
    operators, hosted = feed_operators(model)
    assert any(isinstance(op, SimPyFunc) for op in operators)
    assert hosted == []


@pytest.mark.parametrize("size_in", [0, 2])
def test_tensor_nodes_are_no_input_nodes(size_in):
    """TensorFlow computes them, so nothing of them is fed or runs on the host."""

    def function(t, x=None):
        raise AssertionError("called before there is a program")

    with nengo.Network() as net:
        node = TensorNode(function, size_in=size_in, size_out=3)
    assert not is_input_node(node)
    model = build_model(net)
    before = list(model.operators)
    operators, hosted = feed_operators(model)
    assert model.operators == before
    assert hosted == []
    assert not any(isinstance(op, (HostFeed, SimPyFunc)) for op in operators)
    (op,) = [op for op in operators if isinstance(op, SimTensorNode)]
    assert (op.node, op.function) == (node, function)
    assert op.output is model.sig[node]["out"]
    inputs = [model.sig[node]["in"]] if size_in else []
    assert op.reads == [model.time] + inputs
