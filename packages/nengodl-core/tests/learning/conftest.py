# SPDX-License-Identifier: MIT
"""Networks with online learning rules, for each item of a minibatch another drive."""

import types

import nengo
import numpy as np
import pytest
from nengo_dl import configure_settings

quiet = {"progress_bar": False}
N_STEPS = 20
FULL = nengo.solvers.LstsqL2(weights=True)
WEIGHTS = np.random.RandomState(2).uniform(-1e-3, 1e-3, (9, 12))


class Drive:
    """Output of a node that differs between items, and says which one nengo runs."""

    def __init__(self, size):
        self.data = np.random.RandomState(1).uniform(-1, 1, (3, N_STEPS, size))
        self.item = 0
        self.node = nengo.Node(self, size_out=size)

    def __call__(self, t):
        """Output of the current item at time t."""
        return self.data[self.item, int(round(t / 0.001)) - 1]


def probe_rule(rule):
    """Probe whatever this version of nengo lets one probe."""
    for attribute in rule.probeable:
        nengo.Probe(rule, attribute)


@pytest.fixture
def same_items(open_simulator, nengo_data):
    """Run three items with data of their own; each equals its own run of nengo."""

    def check(net, drive, dtype="float64", relative=1e-10, **kwargs):
        with net:
            configure_settings(dtype=dtype)
        sim = open_simulator(net, minibatch_size=3, **kwargs)
        sim.run_steps(8, data={drive.node: drive.data[:, :8]}, **quiet)
        sim.run_steps(N_STEPS - 8, data={drive.node: drive.data[:, 8:]}, **quiet)
        assert net.all_probes
        for drive.item in range(3):
            expected = nengo_data(net, N_STEPS)
            for probe in net.all_probes:
                rows, found = expected[probe], sim.data[probe][drive.item]
                assert found.shape == rows.shape
                limit = relative * max(1, np.abs(rows).max(initial=0))
                difference = np.abs(found - rows).max(initial=0)
                assert difference <= limit, f"{probe}: {difference} > {limit}"
        return sim

    return check


def network(jit=False):
    """An empty network that is quick to compile."""
    net = nengo.Network(seed=0)
    with net:
        configure_settings(jit_compile=jit)
    return net


def last(sim, probe):
    """What the probe saw in the last step, for each item."""
    return sim.data[probe][:, -1]


def groups(sim, name):
    """Sizes of the groups of operators of a type."""
    return [len(ops) for ops in sim.program.plan if type(ops[0]).__name__ == name]


def ensembles(drive, n_pre=12, n_post=9, **kwargs):
    """Two ensembles, the first one driven."""
    pre = nengo.Ensemble(n_pre, drive.node.size_out, **kwargs)
    nengo.Connection(drive.node, pre)
    return pre, nengo.Ensemble(n_post, drive.node.size_out, radius=1.5, **kwargs)


def connect_pes(drive, kind, rule):
    """Connect ensembles by a connection of the given kind that PES changes."""
    pre, post = ensembles(drive)
    zero = {"function": lambda x: [0.1, 0.2]}
    small = np.full((9, 12), 1e-3)
    ends = {
        "decoded": (pre, post, zero),
        "sliced post": (pre, post[1], {"function": lambda x: x[0]}),
        "sliced pre": (pre[1], post, zero),
        "full weights": (pre, post, {"solver": FULL}),
        "full weights to a slice": (pre[0], post[1:], {"solver": FULL}),
        "full weights from a slice": (pre[::-1], post, {"solver": FULL}),
        "decoded to neurons": (pre, post.neurons, {"transform": small[:, :2]}),
        "neurons to ensemble": (pre.neurons, post, {"transform": small[:2]}),
        "neurons to neurons": (pre.neurons, post.neurons, {"transform": small}),
        "to a node": (pre, nengo.Node(size_in=2), zero),
    }
    source, target, options = ends[kind]
    learned = nengo.Connection(source, target, learning_rule_type=rule, **options)
    size = learned.learning_rule.size_in
    nengo.Connection(drive.node[:size], learned.learning_rule, transform=-1)
    probe_rule(learned.learning_rule)
    nengo.Probe(learned, "weights")
    nengo.Probe(getattr(target, "obj", getattr(target, "ensemble", target)))
    return learned


def connect_voja(drive, rule, signal=False, pre=None, **kwargs):
    """Drive an ensemble whose encoders Voja changes."""
    post = nengo.Ensemble(9, drive.node.size_out, radius=1.5, **kwargs)
    source = drive.node if pre is None else pre
    learned = nengo.Connection(source, post, synapse=0.002, learning_rule_type=rule)
    if signal:
        nengo.Connection(drive.node[0], learned.learning_rule, synapse=None)
    probe_rule(learned.learning_rule)
    nengo.Probe(post.neurons)
    return post, learned


def rules_of(connection):
    """List the rules of a connection."""
    rules = connection.learning_rule
    if isinstance(rules, dict):
        return [rules[key] for key in rules]
    return rules if isinstance(rules, list) else [rules]


def connect_weights(drive, rule, kind, rectified=False):
    """Connect ensembles by weights that the rule changes."""
    kwargs = {"neuron_type": nengo.RectifiedLinear()} if rectified else {}
    pre, post = ensembles(drive, **kwargs)
    if kind == "full weights":
        learned = nengo.Connection(pre, post, solver=FULL, learning_rule_type=rule)
    else:
        learned = nengo.Connection(
            pre.neurons, post.neurons, transform=WEIGHTS, learning_rule_type=rule
        )
    nengo.Connection(drive.node, post)
    for rule in rules_of(learned):
        probe_rule(rule)
    nengo.Probe(learned, "weights")
    nengo.Probe(post.neurons)
    return learned


def all_rules(drive):
    """One connection for each rule of this nengo, in neurons without thresholds in time."""
    rate = {"neuron_type": nengo.RectifiedLinear()}
    connections = {}
    pre, post = ensembles(drive, **rate)
    for rule in [nengo.PES(1e-3)] + (
        [nengo.RLS(0.01)] if hasattr(nengo, "RLS") else []
    ):
        learned = nengo.Connection(
            pre, post, function=lambda x: [0, 0], learning_rule_type=rule
        )
        nengo.Connection(drive.node, learned.learning_rule)
        connections[type(rule).__name__] = learned
    for rule in (nengo.BCM(1e-8), nengo.Oja(1e-6)):
        kind = "neurons to neurons"
        connections[type(rule).__name__] = connect_weights(drive, rule, kind, True)
    connections["Voja"] = connect_voja(drive, nengo.Voja(0.1), pre=pre, **rate)[1]
    for name in set(connections) - {"Voja"}:
        nengo.Probe(connections[name], "weights")
    return connections


NETS = types.SimpleNamespace(
    network=network,
    Drive=Drive,
    ensembles=ensembles,
    connect_pes=connect_pes,
    connect_voja=connect_voja,
    connect_weights=connect_weights,
    probe_rule=probe_rule,
    rules_of=rules_of,
    all_rules=all_rules,
    groups=groups,
    last=last,
)


@pytest.fixture(scope="session")
def nets():
    """Functions that make networks; a fixture, as test folders are not importable."""
    return NETS
