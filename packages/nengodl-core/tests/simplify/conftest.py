# SPDX-License-Identifier: MIT
"""Run lists of operators in NumPy, as nengo does, to compare them with each other."""

import nengo
import numpy as np
import pytest
from nengo.builder import Model
from nengo.builder.signal import SignalDict
from nengo.utils.graphs import toposort
from nengo.utils.simulator import operator_dependency_graph
from nengo_dl.operators import split_initial


def run(op_list, observed, n_steps=5):
    """
    Execute operators step by step and record signals after each step.

    Returns an array (steps, all elements of the observed signals in order).
    """
    steps, initials = split_initial(op_list)
    signals = SignalDict()
    for op in steps + initials:  # initial values last, as views are checked before
        op.init_signals(signals)
    rng = np.random.RandomState(0)
    order = toposort(operator_dependency_graph(steps))
    functions = [op.make_step(signals, 0.001, rng) for op in order]
    rows = []
    for _ in range(n_steps):
        for function in functions:
            function()
        rows.append(
            np.concatenate([np.ravel(_value(signals, signal)) for signal in observed])
        )
    return np.array(rows)


def _value(signals, signal):
    # what no operator uses keeps its initial value
    used = signal in signals or signal.base in signals
    return np.array(signals[signal] if used else signal.initial_value)


def assert_same(before, after, observed, n_steps=5):
    """Check that two lists of operators do the same to some signals, bit for bit."""
    np.testing.assert_array_equal(
        run(before, observed, n_steps), run(after, observed, n_steps)
    )


def chain():
    """Make nodes, slices, identity and zero transforms, biases, and all kinds of probes."""
    with nengo.Network(seed=1) as net:
        inp = nengo.Node(lambda t: [np.sin(40 * t), t])
        ens = nengo.Ensemble(20, 2, neuron_type=nengo.LIFRate())
        out = nengo.Node(size_in=2)
        nengo.Connection(inp, ens, synapse=None)
        nengo.Connection(ens, out, transform=np.eye(2), synapse=0.005)
        nengo.Connection(ens[0], out[1], transform=0, synapse=None)
        nengo.Connection(inp, out, transform=np.zeros((2, 2)), synapse=None)
        nengo.Connection(nengo.Node([1, 0.5]), out[[0, 0]], synapse=None)
        nengo.Connection(ens, ens[[1, 0]], transform=0.5, synapse=0.1)
        nengo.Probe(out)
        nengo.Probe(ens, synapse=0.01)
        nengo.Probe(ens.neurons)
        nengo.Probe(ens.neurons, "input")
    return net


def learning():
    """Make a connection whose weights change."""
    with nengo.Network(seed=2) as net:
        inp, out = nengo.Node(lambda t: np.cos(60 * t)), nengo.Node(size_in=1)
        ens = nengo.Ensemble(15, 1)
        nengo.Connection(inp, ens)
        conn = nengo.Connection(
            ens, out, learning_rule_type=nengo.PES(1e-3), function=lambda x: 0 * x
        )
        nengo.Connection(out, conn.learning_rule, transform=-1)
        nengo.Connection(inp, conn.learning_rule)
        nengo.Probe(out)
        nengo.Probe(conn, "weights")
    return net


def array():
    """Make an ensemble array with a recurrent connection, as in the integrator."""
    with nengo.Network(seed=3) as net:
        integrator = nengo.networks.EnsembleArray(10, 3)
        nengo.Connection(integrator.output, integrator.input, synapse=0.01)
        nengo.Connection(nengo.Node([1, 0, -1]), integrator.input, transform=0.3)
        nengo.Probe(integrator.output, synapse=0.003)
    return net


@pytest.fixture(params=[chain, learning, array], ids=lambda f: f.__name__)
def built(request):
    """Operators of a network built by nengo, and the signals that its probes show."""
    net = request.param()
    model = Model()
    model.build(net)
    return model.operators, [model.sig[probe]["in"] for probe in net.all_probes]


@pytest.fixture(name="assert_same", scope="session")
def assert_same_fixture():
    """The comparison; a fixture, as test folders are not importable."""
    return assert_same
