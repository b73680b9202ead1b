# SPDX-License-Identifier: MIT
"""Operator lists to plan: benchmark networks, random networks and random graphs."""

import random
import types

import nengo
import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from nengo.builder import Model, Operator, Signal
from nengo.builder.neurons import SimNeurons
from nengo.builder.operator import DotInc, ElementwiseInc, TimeUpdate
from nengo.builder.processes import SimProcess
from nengo_dl.plan import dependencies

# a busy machine makes single examples slow, which says nothing about the code
settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")


class Step(Operator):
    """An operator whose merge key is given, with any sets, incs, reads and updates."""

    def __init__(self, key=None, sets=(), incs=(), reads=(), updates=()):
        super().__init__(tag=str(key))
        self.key = key
        self.sets, self.incs = list(sets), list(incs)
        self.reads, self.updates = list(reads), list(updates)


def merge_key(op):
    """Say what operators of one group have in common (core.md 24)."""
    if isinstance(op, Step):
        return op.key
    if isinstance(op, TimeUpdate):
        return None
    signals = (op.sets, op.incs, op.reads, op.updates)
    layout = tuple(
        tuple((s.dtype.str, _role(s), s.base.shape[1:], s.shape[1:]) for s in part)
        for part in signals
    )
    return type(op).__name__, layout, _extra_key(op)


def _role(signal):
    """Say whether a signal is a parameter and whether training changes it."""
    return getattr(signal.base, "role", "state")


def _extra_key(op):
    if type(op) is ElementwiseInc:
        return tuple(s.shape[:1] or (1,) for s in op.all_signals)
    if type(op) is DotInc:
        return op.A.shape[:1] if _role(op.A) == "state" else None
    if type(op) is SimNeurons:
        return type(op.neurons)
    if type(op) is SimProcess:
        process = op.process
        if type(process) is nengo.Lowpass:
            return "lowpass"
        size = None if op.input is None else op.input.shape
        return type(process).__name__, size, op.mode
    return None


def _ensemble_config(net, neuron_type):
    net.config[nengo.Ensemble].neuron_type = neuron_type
    net.config[nengo.Ensemble].gain = nengo.dists.Choice([1, -1])
    net.config[nengo.Ensemble].bias = nengo.dists.Uniform(-1, 1)


def cconv(dimensions, neurons_per_d, neuron_type):
    """Make the circular convolution of benchmarks.md 1."""
    with nengo.Network(label="cconv", seed=0) as net:
        _ensemble_config(net, neuron_type)
        conv = nengo.networks.CircularConvolution(neurons_per_d, dimensions)
        nengo.Connection(nengo.Node([0] * dimensions), conv.input_a)
        nengo.Connection(nengo.Node([1] * dimensions), conv.input_b)
        nengo.Probe(conv.output)
    return net


def integrator(dimensions, neurons_per_d, neuron_type):
    """Make the integrator of benchmarks.md 1."""
    with nengo.Network(label="integrator", seed=0) as net:
        _ensemble_config(net, neuron_type)
        integ = nengo.networks.EnsembleArray(neurons_per_d, dimensions)
        nengo.Connection(integ.output, integ.input, synapse=0.01)
        nengo.Connection(nengo.Node([0] * dimensions), integ.input, transform=0.01)
        nengo.Probe(integ.output)
    return net


def pes(dimensions, neurons_per_d, neuron_type):
    """Make the learned communication channel of benchmarks.md 1."""
    with nengo.Network(label="pes", seed=0) as net:
        _ensemble_config(net, neuron_type)
        inp = nengo.Node([1] * dimensions)
        pre = nengo.Ensemble(neurons_per_d * dimensions, dimensions)
        post = nengo.Node(size_in=dimensions)
        nengo.Connection(inp, pre)
        learned = nengo.Connection(pre, post, learning_rule_type=nengo.PES())
        nengo.Connection(post, learned.learning_rule, transform=-1)
        nengo.Connection(inp, learned.learning_rule)
        nengo.Probe(post)
    return net


def basal_ganglia(dimensions, neurons_per_d, neuron_type):
    """Make the basal ganglia of benchmarks.md 1."""
    with nengo.Network(label="basal_ganglia", seed=0) as net:
        net.config[nengo.Ensemble].neuron_type = neuron_type
        inp = nengo.Node([1] * dimensions)
        bg = nengo.networks.BasalGanglia(dimensions, neurons_per_d)
        nengo.Connection(inp, bg.input)
        nengo.Probe(bg.output)
    return net


def random_network(dimensions, neurons_per_d, neuron_type, n_ensembles, connections):
    """Make a network like random_network of benchmarks.md 1."""
    rng = random.Random(0)
    weights = nengo.solvers.NoSolver(np.ones((neurons_per_d * dimensions, dimensions)))
    with nengo.Network(label="random", seed=0) as net:
        inp, out = nengo.Node([0] * dimensions), nengo.Node(size_in=dimensions)
        nengo.Probe(out)
        ensembles = [
            nengo.Ensemble(
                neurons_per_d * dimensions,
                dimensions,
                neuron_type=neuron_type,
                gain=np.ones(neurons_per_d * dimensions),
                bias=np.ones(neurons_per_d * dimensions),
            )
            for _ in range(n_ensembles)
        ]
        for ens in ensembles:
            nengo.Connection(inp, ens)
            nengo.Connection(ens, out, solver=weights)
            for target in rng.sample(ensembles, connections):
                nengo.Connection(ens, target, solver=weights)
    return net


def operators(network, time_update=True):
    """Build a network with nengo's own builder; mark its parameters by ``role``."""
    model = Model()
    model.build(network)
    learned = {c for c in network.all_connections if c.learning_rule_type is not None}
    for obj, parts in model.sig.items():
        for part in ("encoders", "bias", "weights"):
            signal = parts.get(part)
            if signal is not None and obj not in learned:
                probing = isinstance(getattr(obj, "post_obj", None), nengo.Probe)
                signal.base.role = "fixed" if probing else "trained"
    return [op for op in model.operators if time_update or type(op) is not TimeUpdate]


def layered(n_operators, n_keys=20, seed=0):
    """Make operators that each set one signal and read up to three of earlier ones."""
    rng = random.Random(seed)
    signals = [Signal(np.zeros(1), name=str(i)) for i in range(n_operators)]
    steps = []
    for i, signal in enumerate(signals):
        reads = {rng.randrange(max(0, i - 200), i) for _ in range(3)} if i > 50 else ()
        steps.append(
            Step(
                rng.randrange(n_keys),
                [signal],
                reads=[signals[j] for j in sorted(reads)],
            )
        )
    rng.shuffle(steps)
    return steps


def small_graphs(max_operators=9):
    """Draw lists of a few operators, with three merge keys and any dependencies."""

    def steps(plan):
        signals = [Signal(np.zeros(1), name=str(i)) for i in range(len(plan))]
        return [
            Step(
                key,
                [signal],
                reads=[s for j, s in enumerate(signals[:i]) if j in reads],
            )
            for i, (signal, (key, reads)) in enumerate(zip(signals, plan))
        ]

    numbers = st.integers(0, max_operators - 1)
    entry = st.tuples(st.integers(0, 2), st.sets(numbers, max_size=3))
    return st.lists(entry, max_size=max_operators).map(steps)


def shortest_length(op_list):
    """Find the length of the shortest plan by trying out all of them."""
    graph = dependencies(op_list)
    before = [graph.operators_before(i) for i in range(len(op_list))]
    states, length = {frozenset()}, 0
    while frozenset(range(len(op_list))) not in states:
        following = set()
        for done in states:
            ready = {}
            for i in set(range(len(op_list))) - done:
                if before[i] <= done:
                    ready.setdefault(op_list[i].key, set()).add(i)
            following.update(done | group for group in ready.values())
        states, length = following, length + 1
    return length


HELPERS = types.SimpleNamespace(
    Step=Step,
    merge_key=merge_key,
    operators=operators,
    layered=layered,
    small_graphs=small_graphs,
    shortest_length=shortest_length,
    cconv=cconv,
    integrator=integrator,
    pes=pes,
    basal_ganglia=basal_ganglia,
    random_network=random_network,
)


@pytest.fixture(scope="session")
def make():
    """Functions that make operators; a fixture, as test folders are not importable."""
    return HELPERS
