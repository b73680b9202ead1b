# SPDX-License-Identifier: MIT
"""What can influence an objective, found among the operators of a network."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengo_dl import Simulator, TensorNode, configure_settings
from nengodl_train.errors import NoGradientWarning
from nengodl_train.influence import Influence, follow, shown


@pytest.fixture
def influence():
    """Make the influence on probes of a network, in a simulator that is closed later."""
    simulators = []

    def make(network, *probes):
        simulators.append(Simulator(network, device="/cpu:0", progress_bar=False))
        return Influence(simulators[-1], probes)

    yield make
    for simulator in simulators:
        simulator.close()


class Op:
    """An operator with signals that are their own bases."""

    def __init__(self, reads, sets=(), incs=(), updates=()):
        self.reads, self.sets, self.incs, self.updates = reads, sets, incs, updates


class Signal:
    """A signal that is a base, or a view of one."""

    def __init__(self, base=None):
        self.base = self if base is None else base


def test_signals_are_followed():
    """Over all that operators write, and over views; a loop has an end."""
    a, b, c, d, e, other = (Signal() for _ in range(6))
    view = Signal(b)
    operators = [
        Op([d], updates=[b]),  # the next step
        Op([c], incs=[d]),
        Op([view], sets=[c]),
        Op([a], sets=[b]),
        Op([other], sets=[e]),
    ]
    assert follow(operators, [a]) == {a, b, c, d}
    assert follow(operators, [c], backwards=True) == {a, b, c, d}
    assert follow(operators, [e], backwards=True) == {e, other}
    assert follow(operators, []) == set()


def test_names_are_listed_up_to_a_limit():
    """The others are counted."""
    names = [f"n{i}" for i in range(12)]
    assert shown(names[:10]) == ", ".join(names[:10])
    assert shown(names) == ", ".join(names[:10]) + " and 2 more"


def two_ways():
    """Weights to a probed node, and others to one that only a learning rule looks at."""
    with nengo.Network(seed=0) as net:
        node = nengo.Node([0.5])
        net.ensemble = nengo.Ensemble(4, 1)
        end, error = nengo.Node(size_in=1), nengo.Node(size_in=1)
        nengo.Connection(node, net.ensemble, transform=[[1.0]])
        net.learned = nengo.Connection(
            net.ensemble, end, learning_rule_type=nengo.PES()
        )
        nengo.Connection(node, error, transform=[[2.0]])
        net.rule = nengo.Connection(error, net.learned.learning_rule, transform=[[1]])
        net.end, net.activity = nengo.Probe(end), nengo.Probe(net.ensemble.neurons)
    return net


def test_learning_rules_are_a_way(influence):
    """What decides about an error changes weights, and with these what comes behind."""
    net = two_ways()
    everything = influence(net, net.end)
    names = sorted(everything.parameters)
    assert [name for name in names if "connections[2]" in name] != []
    assert everything.untrained == []
    activity = influence(net, net.activity)
    assert sorted(activity.parameters) == names
    assert all(name.startswith("connections[") for name in activity.untrained)
    assert {name.split("/")[0] for name in activity.untrained} == {
        "connections[2]",
        "connections[3]",
    }


class Scaled:
    """A function with two variables, of which one is trained."""

    def __init__(self, name):
        self.name = name

    def pre_build(self, shape_in, shape_out):
        """Make them."""
        for name, trainable in (("scale", True), ("count", False)):
            variable = tf.compat.v1.get_variable(
                *(self.name + name, ()), trainable=trainable, use_resource=True
            )
            setattr(self, name, variable)

    def __call__(self, t, x):
        """Use them."""
        return self.scale * x + self.count


def test_variables_of_tensor_nodes(influence):
    """They count as parameters if they are trained, and influence what reads the node."""
    with nengo.Network() as net:
        configure_settings(trainable=False)
        node = nengo.Node([1.0])
        nodes = [TensorNode(Scaled(name), size_in=1, size_out=1) for name in "ab"]
        for one in nodes:
            nengo.Connection(node, one, synapse=None)
        end = nengo.Node(lambda t, x: x, size_in=1, size_out=1)
        nengo.Connection(nodes[1], end, synapse=None)
        probes = [nengo.Probe(nodes[0]), nengo.Probe(end)]
    names = ["tensor_nodes[0]/variables[0]", "tensor_nodes[1]/variables[0]"]
    first = influence(net, probes[0])
    assert sorted(first.parameters) == names
    assert first.untrained == names[1:]
    first.require([])
    first.warn_of_obstacles()
    second = influence(net, probes[1])
    assert second.untrained == names
    with pytest.warns(NoGradientWarning, match="SimPyFunc.*calls Python"):
        second.warn_of_obstacles()
    with pytest.raises(ValidationError, match=r"tensor_nodes\[1\]"):
        second.require([])
    second.require([object()])  # a variable of the objective is enough


@pytest.mark.skipif(not hasattr(nengo, "Sparse"), reason="nengo 2.8 has no Sparse")
def test_entries_of_sparse_matrices(influence):
    """There is no signal of them alone in nengo, but they are parameters, too."""
    with nengo.Network() as net:
        node, end = nengo.Node([1.0, 2.0]), nengo.Node(size_in=2)
        matrix = nengo.Sparse((2, 2), indices=[[0, 1], [1, 0]], init=np.ones(2))
        nengo.Connection(node, end, transform=matrix, synapse=None)
        probes = [nengo.Probe(end), nengo.Probe(node)]
    found = influence(net, probes[0])
    assert len(found.parameters) == 1 and found.untrained == []
    assert influence(net, probes[1]).untrained == list(found.parameters)


def test_more_names_can_be_told(influence):
    """Each once, with those that are known."""
    net = two_ways()
    activity = influence(net, net.activity)
    told = r"connections\[2\]/weights.*, mine\. Set"
    with pytest.warns(NoGradientWarning, match=told) as record:
        activity.warn_of_untrained([activity.untrained[0], "mine"])
    assert str(record[0].message).count(activity.untrained[0]) == 1
    with pytest.warns(NoGradientWarning, match="not trained: mine"):
        influence(net, net.end).warn_of_untrained(["mine"])
