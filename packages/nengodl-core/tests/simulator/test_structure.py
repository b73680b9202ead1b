# SPDX-License-Identifier: MIT
"""Names of signals tell where in the network they belong."""

import nengo
import numpy as np
import pytest
from nengo.builder import Model, Signal
from nengo.builder.operator import Copy
from nengo_dl import configure_settings, graph_optimizer
from nengo_dl.layout import Layout, Place
from nengo_dl.layout.homes import User
from nengo_dl.simulator.structure import signal_names


def nested(seed=0):
    """A network in a network, with equal labels, all kinds of objects and filters."""
    with nengo.Network(seed=seed) as net:
        node = nengo.Node([0.5])
        first = nengo.Ensemble(10, 1, label="same")
        with nengo.Network(label="same") as inner:
            second = nengo.Ensemble(11, 1, label="same")
            third = nengo.Ensemble(12, 1, label="same")
            nengo.Connection(second, third, label="same", synapse=nengo.Alpha(0.01))
        nengo.Connection(node, first)
        learned = nengo.Connection(
            first,
            inner.ensembles[0],
            learning_rule_type={"a": nengo.PES(1e-3), "b": nengo.PES(1e-4)},
        )
        nengo.Connection(third, learned.learning_rule["a"])
        nengo.Connection(first.neurons[:5], inner.ensembles[1].neurons[5:10])
        nengo.Probe(third, synapse=nengo.Alpha(0.03))
    return net


def names_of(sim):
    """Names and shapes of what outlasts a step."""
    layout = sim.program.store.layout
    names = signal_names(sim.model, layout)
    return {names[base]: base.shape for base in layout.place}


def test_names_are_paths(open_simulator):
    """Each object's signals are named by its place among the objects of its network."""
    net = nested()
    sim = open_simulator(net)
    names = signal_names(sim.model, sim.program.store.layout)
    inner = net.networks[0]
    for obj, key, path in (
        (net.ensembles[0], "encoders", "ensembles[0]/encoders"),
        (inner.ensembles[1], "encoders", "networks[0].ensembles[1]/encoders"),
        (inner.ensembles[1].neurons, "bias", "networks[0].ensembles[1].neurons/bias"),
        (inner.connections[0], "weights", "networks[0].connections[0]/weights"),
        (
            net.connections[1].learning_rule["b"],
            "error",
            "connections[1].rules[b]/error",
        ),
    ):
        assert names[sim.model.sig[obj][key]] == path
    (hidden,) = [
        obj
        for obj in sim.model.params
        if isinstance(obj, nengo.Connection) and obj.post_obj is net.probes[0]
    ]
    assert names[sim.model.sig[hidden]["weights"]] == "probes[0].connection/weights"
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize(
    "options",
    [
        {"planner": graph_optimizer.greedy_planner},
        {"planner": graph_optimizer.noop_planner},
        {"sorter": graph_optimizer.noop_order_signals},
        {"dtype": "float64"},
    ],
)
def test_names_do_not_depend_on_plan_and_layout(open_simulator, options):
    """The same network, with another seed, has the same names, hidden state included."""
    expected = names_of(open_simulator(nested()))
    assert any("hidden" in name for name in expected)
    other = nested(seed=1)
    with other:
        configure_settings(**options)
    assert names_of(open_simulator(other, minibatch_size=2)) == expected


def test_rules_in_a_list_are_numbered(open_simulator):
    """Each rule of a connection has a name of its own."""
    with nengo.Network(seed=0) as net:
        pre, post = nengo.Ensemble(10, 1), nengo.Ensemble(10, 1)
        rules = [nengo.Oja(), nengo.BCM()]
        nengo.Connection(
            pre.neurons,
            post.neurons,
            transform=np.ones((10, 10)),
            learning_rule_type=rules,
        )
    model = Model()
    model.build(net)
    names = set(signal_names(model, Layout((), {})).values())
    for i in range(2):
        assert f"connections[0].rules[{i}]/pre_filtered" in names


def test_signals_without_object_are_named_by_their_operator():
    """A model made by hand has names, too."""
    model = Model()
    source, target = Signal(np.zeros(2), name="same"), Signal(np.zeros(2), name="same")
    place = f"operators[{len(model.operators)}]"
    model.add_op(Copy(source, target))
    names = signal_names(model, Layout((), {}))
    assert names[source] == f"{place}/reads[0]"
    assert names[target] == f"{place}/sets[0]"


def test_signals_of_replaced_operators_are_named_by_what_they_write():
    """State of operators that a simplification made can be told apart."""
    model = Model()
    source, target = Signal(np.zeros(2), name="a"), Signal(np.zeros(2), name="b")
    place = f"operators[{len(model.operators)}]"
    model.add_op(Copy(source, target))
    hidden = [Signal(np.zeros(2), name=f"h{i}") for i in range(3)]
    other = Copy(source, target)
    users = {
        hidden[0]: User(other, "states", 0),
        hidden[1]: User(other, "states", 0),
    }
    places = {signal: Place(i, 0, 1) for i, signal in enumerate(hidden)}
    names = signal_names(model, Layout((), places, users))
    assert [names[signal] for signal in hidden] == [
        f"{place}/sets[0]/Copy states[0] 1",
        f"{place}/sets[0]/Copy states[0] 2",
        "probed 1",
    ]
