# SPDX-License-Identifier: MIT
"""Processes get the step of their type, with states of nengo's or of their own."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.builder import Model
from nengo.builder.processes import SimProcess
from nengo.params import NumberParam
from nengo_dl.errors import DuplicateRuleError
from nengo_dl.extend import check_rule
from nengo_dl.lower.hosted import HOSTED
from nengo_dl.lower.registry import merge_key, rule_for
from nengo_dl.lower.rules import processes as module
from nengo_dl.lower.rules.processes import PROCESSES, processes

HAS_STATE = hasattr(nengo.Process, "make_state")


class Envelope(nengo.Process):
    """The largest value so far, which decays: ``y = max(keep * y, x)``, from 0.5."""

    keep = NumberParam("keep")

    def __init__(self, keep=0.9):
        super().__init__()
        self.keep = keep

    def make_state(self, shape_in, shape_out, dt, dtype=None):
        """Start from 0.5."""
        return {"largest": np.full(shape_out, 0.5)}

    def make_step(self, shape_in, shape_out, dt, rng, state=None):
        """Return the NumPy step."""
        state = self.make_state(shape_in, shape_out, dt) if state is None else state
        largest, keep = state["largest"], self.keep

        def step(t, x):
            largest[...] = np.maximum(keep * largest, x)
            return largest

        return step


class Mixing(Envelope):
    """Each element of the output depends on all of the input, and there are fewer."""

    def make_step(self, shape_in, shape_out, dt, rng, state=None):
        """Return the NumPy step."""
        state = self.make_state(shape_in, shape_out, dt) if state is None else state
        total = state["largest"]

        def step(t, x):
            total[...] += self.keep * x.sum()
            return total

        return step


@pytest.fixture(autouse=True)
def table(monkeypatch):
    """Steps registered in a test are gone after it."""
    monkeypatch.setattr(module, "PROCESSES", dict(PROCESSES))


def operators(*processes, sizes=(3,), size_out=None):
    """Build nodes with processes; give their operators."""
    with nengo.Network() as net:
        for process in processes:
            for n in sizes:
                nengo.Node(process, size_in=n, size_out=size_out or n)
    model = Model()
    model.build(net)
    return [op for op in model.operators if type(op) is SimProcess]


def first_values(op):
    """What `make_state` gives, where nengo does not ask for it."""
    return [np.full(op.output.shape, 0.5)]


def lower_envelope(ctx, x, largest):
    """Compute the largest value."""
    largest = tf.maximum(ctx.per_op(lambda op: op.process.keep) * largest, x)
    return largest, largest


def lower_mixing(ctx, x, total):
    """Add the sum of the input up."""
    keep = ctx.per_op(lambda op: op.process.keep)
    total += keep * tf.reduce_sum(x, axis=-1, keepdims=True)
    return total, total


STATES = [
    pytest.param(
        None,
        marks=pytest.mark.skipif(not HAS_STATE, reason="nengo 2 has no make_state"),
    ),
    first_values,
]


@pytest.mark.parametrize("states", STATES)
@pytest.mark.parametrize("n", [1, 2, 17])
def test_elementwise(states, n):
    """Processes of any width are one group, with parameters of their own."""
    processes(Envelope, states=states, elementwise=True)(lower_envelope)
    made = [Envelope(0.5 + 0.02 * i) for i in range(n)]
    for sizes in ((3,), (3, 4)):
        ops = operators(*made, sizes=sizes)
        assert len({merge_key(op) for op in ops}) == 1
        check_rule(ops, minibatch=2, steps=4, jit=n == 2)


@pytest.mark.parametrize("states", STATES)
def test_others_are_grouped_by_shape(states):
    """A step that mixes elements gets processes of equal shapes, which may differ."""
    processes(Mixing, states=states)(lower_mixing)
    ops = operators(Mixing(0.5), Mixing(2), sizes=(3, 4), size_out=2)
    assert len({merge_key(op) for op in ops}) == 2
    check_rule(ops, minibatch=2, steps=4)


def test_merge_key():
    """Unequal values of the given key keep processes apart."""
    processes(
        Envelope, states=first_values, merge_key=lambda op: op.process.keep > 0.5
    )(lower_envelope)
    keys = [merge_key(op) for op in operators(*map(Envelope, (0.2, 0.3, 0.7)))]
    assert keys[0] == keys[1] != keys[2]


def test_types_with_one_function_are_one_group():
    """A group depends on what is computed, not on the type."""

    class Other(Envelope):
        """The same computation."""

    processes(Envelope, Other, states=first_values)(lower_envelope)
    assert len({merge_key(op) for op in operators(Envelope(), Other())}) == 1


def test_a_subclass_has_the_step_of_its_base():
    """Unless it has a NumPy step of its own, with which it runs on the host."""

    class Renamed(Envelope):
        """The same computation."""

    processes(Envelope, states=first_values)(lower_envelope)
    rules = [rule_for(op) for op in operators(Renamed(), Mixing())]
    assert rules[0] is not HOSTED
    assert rules[1] is HOSTED


def test_processes_without_input_are_not_covered():
    """They are computed ahead of a run, whatever is registered."""
    processes(Envelope)(lower_envelope)
    with nengo.Network() as net:
        nengo.Node(Envelope(), size_out=2)
    model = Model()
    model.build(net)
    (op,) = [op for op in model.operators if type(op) is SimProcess]
    assert rule_for(op) is HOSTED


def test_second_step_is_an_error():
    """The error names the type, and of several types none is registered."""
    processes(Envelope)(lower_envelope)
    with pytest.raises(DuplicateRuleError, match="Envelope"):
        processes(Mixing, Envelope)(lower_mixing)
    assert Mixing not in module.PROCESSES


def test_wrong_steps_are_found_out():
    """The check compares what a process gives with its NumPy step."""
    processes(Envelope, states=first_values)(lambda ctx, x, y: (x, x))
    with pytest.raises(AssertionError, match="differs"):
        check_rule(operators(Envelope()), jit=False)


def test_in_a_network(same_as_nengo):
    """States start at their first values, and go on from run to run."""
    processes(Envelope, states=first_values, elementwise=True)(lower_envelope)
    with nengo.Network(seed=0) as net:
        wave = nengo.Node(lambda t: [np.sin(300 * t), t])
        node = nengo.Node(Envelope(0.95), size_in=2, size_out=2)
        nengo.Connection(wave, node, synapse=None)
        nengo.Probe(node)
    for options in ({}, {"minibatch_size": 3, "unroll_simulation": 4}):
        same_as_nengo(net, **options)
