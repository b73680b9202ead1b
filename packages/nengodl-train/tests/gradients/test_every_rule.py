# SPDX-License-Identifier: MIT
"""Each rule has the gradient of differences, or there is a reason why it has none."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.builder import Operator, Signal
from nengo.builder.neurons import SimNeurons
from nengo.builder.operator import Copy
from nengo.builder.processes import SimProcess
from nengo_dl.lower import registry
from nengo_dl.lower.registry import RULES, rule_for
from nengo_dl.lower.rules.basic import SimProbe
from nengo_dl.lower.rules.neurons import NEURONS
from nengo_dl.lower.rules.processes import PROCESSES

# Rules without gradient, by the name of the type, and why. All others are tested.
NO_GRADIENT = {
    "TimeUpdate": "the time does not depend on anything",
    "Reset": "a constant does not depend on anything",
    "ResetInc": "a constant does not depend on anything",
    "SimProbe": "it computes nothing",
    "SimPyFunc": "a function of Python: nobody knows its derivative",
    "Izhikevich": "no formula for its rate is known, and the derivative of spikes is 0;"
    " with a surrogate it has one (see the core's test_surrogate_gradients.py)",
}
# A group of so many is computed with the axis of operators last, if it can be.
MANY = 17


def own(types):
    """Names of types of a table, without what tests have registered."""
    names = {kind for kind in types if kind.__module__.split(".")[0] in OWN}
    return sorted(kind.__name__ for kind in names)


OWN = ("nengo", "nengo_dl")
OPERATORS, NEURON_NAMES, PROCESS_NAMES = map(own, (RULES, NEURONS, PROCESSES))
ALL = OPERATORS + NEURON_NAMES + PROCESS_NAMES


def with_gradient(names):
    """Leave out those that have a reason."""
    return [name for name in names if name not in NO_GRADIENT]


def named(types, name):
    """Find a type in a table by its name."""
    (found,) = [kind for kind in types if kind.__name__ == name]
    return found


def check_all(step):
    """Gradients are those of differences, and what the operators read has some."""
    step.check()
    assert step.has_gradient(step.reads)


def operators(examples, name, n):
    """Make operators that become one group."""
    ops = [examples.operators[name](examples.make, 5) for _ in range(n)]
    if hasattr(ops[0], "conv"):  # merged only if they see the same
        ops = [type(op)(op.W, ops[0].X, op.Y, op.conv) for op in ops]
    return ops


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("name", with_gradient(OPERATORS))
def test_operator(trained_step, examples, name, n):
    """Of each rule, alone and in groups, gradients are those of differences."""
    ops = operators(examples, name, n)
    step = trained_step(ops, shared=[op.W for op in ops if hasattr(op, "conv")])
    check_all(step)
    # TensorNodes are never merged
    assert len(step.entries) == (n if name == "SimTensorNode" else 1)


# Operators whose groups can be computed with the axis of operators last.
INTERLEAVED = [
    "Copy",
    "DotInc",
    "ElementwiseInc",
    "HostFeed",
    "NoisyNeurons",
    "SimNeurons",
    "SimProcess",
]


@pytest.mark.parametrize("name", sorted(set(INTERLEAVED) & set(OPERATORS)))
def test_many_operators(trained_step, examples, name):
    """With the axis of operators last gradients are those of differences, too."""
    step = trained_step(operators(examples, name, MANY))
    assert [entry.last for entry in step.entries] == [True]
    check_all(step)


@pytest.mark.parametrize("name", with_gradient(OPERATORS))
def test_the_list_above_is_complete(examples, name):
    """All that can be interleaved is tested interleaved."""
    op = examples.operators[name](examples.make, 5)
    assert rule_for(op).interleaves(op) == (name in INTERLEAVED)


def lessons(examples, name, n):
    """Make learning rules that change the weights which they may read."""
    ops = operators(examples, name, n)
    reads_weights = name in ("SimOja", "SimVoja")
    weights = [op.reads[2] if reads_weights else zeros_like(op.delta) for op in ops]
    changes = [Copy(op.delta, own, inc=True) for op, own in zip(ops, weights)]
    return ops + changes


def zeros_like(signal):
    """Make a signal of the same shape."""
    return Signal(np.zeros(signal.shape), name="weights")


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("name", sorted(k.__name__ for k in RULES if RULES[k].deferred))
def test_deferred_result(trained_step, examples, name, n):
    """Weight changes that are put off to the next step have the same gradients."""
    ops = lessons(examples, name, n)
    step = trained_step(ops, hidden=[op.delta for op in ops[:n]])
    bases = [base for home in step.layout.homes for base in home.bases]
    saved = [base for base in bases if base.name.endswith(".saved")]
    assert not {op.delta for op in ops[:n]}.intersection(bases)
    step.check()
    assert step.has_gradient(saved)


def currents(ops, scale):
    """Draw currents away from 0 and from thresholds, of both signs."""
    rng = np.random.RandomState(2)
    return {
        op.J: scale * rng.uniform(0.3, 1, op.J.shape) * rng.choice([-1, 1], op.J.shape)
        for op in ops
    }


@pytest.mark.parametrize("sizes", [[20], [20, 5, 5]])
@pytest.mark.parametrize("name", with_gradient(NEURON_NAMES))
def test_neuron_type(trained_step, examples, name, sizes):
    """Of each neuron type, below and above threshold, gradients are right in training."""
    kind = named(NEURONS, name)
    ops = examples.neurons_of(examples.make, kind, *sizes)
    values = currents(ops, examples.neuron_types[kind])
    check_all(trained_step(ops, values=values))


@pytest.mark.parametrize("sizes", [[5], [5, 3, 4]])
@pytest.mark.parametrize("name", with_gradient(PROCESS_NAMES))
def test_process_type(trained_step, examples, name, sizes):
    """Of each process with a rule, gradients by input and by its state are right."""
    process = examples.process_types[named(PROCESSES, name)]
    step = trained_step(examples.make.synapses(process, *sizes))
    step.check()
    assert step.has_gradient(step.reads) and step.has_gradient(step.states)


def hosted(examples):
    """Operators that run on the host, since there is no rule for what they run."""

    class Cube(nengo.Process):
        def make_step(self, shape_in, shape_out, dt, rng, *state):
            return lambda t, x: x**3

        def make_state(self, shape_in, shape_out, dt, dtype=None):
            return {}

    class Doubled(nengo.RectifiedLinear):
        """Not the neurons of the rule."""

    with nengo.Network(seed=0) as net:
        node = nengo.Node(Cube(default_size_in=3, default_size_out=3))
        nengo.Connection(nengo.Node(size_in=3), node, synapse=None)
        nengo.Ensemble(5, 1, neuron_type=Doubled())
    make = examples.make
    ops = make.built(net, SimProcess) + make.built(net, SimNeurons)
    return ops + [examples.operators["SimPyFunc"](make, 5)]


@pytest.mark.parametrize("number", range(3))
def test_what_runs_on_the_host_has_no_gradient(trained_step, examples, number):
    """Processes, neurons and functions in Python pass no gradient on."""
    step = trained_step([hosted(examples)[number]])
    assert not step.compiles
    assert not step.has_gradient(step.reads | step.states)


@pytest.mark.parametrize("name", sorted(set(NO_GRADIENT) & set(OPERATORS)))
def test_operators_without_gradient(trained_step, examples, name):
    """Those with a reason have none."""
    step = trained_step(operators(examples, name, 2))
    assert not step.has_gradient(step.reads | step.states)


@pytest.mark.parametrize("name", sorted(set(NO_GRADIENT) & set(NEURON_NAMES)))
def test_neurons_without_gradient(trained_step, examples, name):
    """Those with a reason have none."""
    kind = named(NEURONS, name)
    ops = examples.neurons_of(examples.make, kind, 5)
    step = trained_step(ops, values=currents(ops, examples.neuron_types[kind]))
    assert not step.has_gradient(step.reads | step.states)


def test_no_reason_is_out_of_date():
    """The table names rules of this version of nengo; all others are tested above."""
    newer = {"SimProbe"} if SimProbe is None else set()
    assert set(NO_GRADIENT) - set(ALL) == newer


class Square(Operator):
    """An operator for rules that are wrong."""

    def __init__(self):
        super().__init__()
        self.sets, self.reads = [zeros_like(self)], [zeros_like(self)]
        self.incs, self.updates = [], []

    shape = (3,)

    def make_step(self, signals, dt, rng):
        """No test runs it."""


@pytest.mark.parametrize(
    "rule",
    [
        lambda ctx, x: x * tf.stop_gradient(x),
        lambda ctx, x: x * x + tf.stop_gradient(1e-4 * x),
    ],
)
def test_wrong_gradient(trained_step, monkeypatch, rule):
    """A rule is found out whose gradient is half of what it should be, or almost right."""
    monkeypatch.setattr(registry, "RULES", dict(RULES))
    registry.lowers(Square, merge_key=lambda op: None)(rule)
    with pytest.raises(AssertionError, match="difference"):
        trained_step([Square()]).check()


def test_rule_without_gradient(trained_step, monkeypatch):
    """A rule without gradient is found out even where differences are zero, too."""
    monkeypatch.setattr(registry, "RULES", dict(RULES))
    registry.lowers(Square, merge_key=lambda op: None)(lambda ctx, x: tf.sign(x))
    with pytest.raises(AssertionError):
        check_all(trained_step([Square()]))
