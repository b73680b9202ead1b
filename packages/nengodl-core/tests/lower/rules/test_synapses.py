# SPDX-License-Identifier: MIT
"""Linear synapses equal nengo's, and the recurrences that they stand for."""

import nengo
import nengo_dl
import numpy as np
import pytest
from nengo.builder.processes import SimProcess
from nengo_dl.extend import check_rule
from nengo_dl.lower.registry import merge_key, rule_for
from nengo_dl.lower.rules import synapses
from nengo_dl.lower.rules.synapses import discretise

SYNAPSES = {
    "lowpass": nengo.Lowpass(0.1),
    "lowpass without effect": nengo.Lowpass(0.0),
    "lowpass of a short time": nengo.Lowpass(0.0005),
    "alpha": nengo.Alpha(0.01),
    "one state": nengo.LinearFilter([2], [0.1, 1]),
    "two states": nengo.LinearFilter([1, 2], [0.001, 0.03, 1]),
    "two states and a direct term": nengo.LinearFilter([1, 0, 2], [1, 3, 5]),
    "one state and a direct term": nengo.LinearFilter([1, 2], [0.5, 1]),
    "no state": nengo.LinearFilter([3], [1], analog=False),
    "digital": nengo.LinearFilter([0.5, 0.1], [1, -0.3, 0.2], analog=False),
}


@pytest.mark.parametrize("name", list(SYNAPSES))
@pytest.mark.parametrize("n", [2, 16])
def test_synapse(make, name, n):
    """Outputs over several steps, for each element and item on its own."""
    ops = make.synapses(SYNAPSES[name], *[3] * n)
    check_rule(ops, minibatch=2, steps=5, jit=n == 2)


def test_unequal_sizes_in_float32(make):
    """Connections of any width are filtered in one row."""
    ops = make.synapses(SYNAPSES["alpha"], 1, 5, 3)
    assert len({merge_key(op) for op in ops}) == 1
    check_rule(ops, minibatch=3, dtype="float32", steps=5)


@pytest.mark.parametrize("n", [3, 17])
@pytest.mark.parametrize("order", [1, 2])
def test_each_operator_has_its_own_filter(make, n, order):
    """Filters of one order are one group whatever their time constants."""
    made = [
        nengo.Lowpass(0.01 * (1 + i)) if order == 1 else nengo.Alpha(0.01 * (1 + i))
        for i in range(n)
    ]
    if order == 1:
        made[1] = nengo.Lowpass(0.0)
    ops = [op for synapse in made for op in make.synapses(synapse, 2)]
    assert len({merge_key(op) for op in ops}) == 1
    check_rule(ops, minibatch=2, steps=4, jit=False)


@pytest.mark.parametrize("mode", ["set", "inc"])
@pytest.mark.parametrize("name", ["lowpass", "alpha", "no state"])
def test_modes(make, mode, name):
    """A filter may set or increment its output in the step itself."""
    (op,) = make.synapses(SYNAPSES[name], 3)
    states = op.updates[1:]
    state = {"state": dict(zip(["X"], states))} if states else {}
    twins = [SimProcess(op.process, op.input, op.output, op.t, mode=mode, **state)]
    check_rule(twins, minibatch=2, steps=4, jit=False)


def test_matrix_signals(make):
    """Filters of whole matrices, as of weights, treat each element alike."""
    (op,) = make.synapses(nengo.Lowpass(0.02), 6)
    output = make.signal(2, 3)
    state = {}
    if op.updates[1:]:
        state = {"state": {"X": make.signal(1, 2, 3)}}
    twin = SimProcess(
        op.process, make.signal(2, 3), output, op.t, mode="update", **state
    )
    check_rule([twin], minibatch=2, jit=False)


def recur(system, inputs):
    """Run the recurrences of a filter (ops.md 6), written out."""
    x = np.zeros(len(system.A))
    outputs = []
    for u in inputs:
        if system.D == 0:
            x = system.A.dot(x) + system.B * u
            outputs.append(system.C.dot(x))
        else:
            outputs.append(system.C.dot(x) + system.D * u)
            x = system.A.dot(x) + system.B * u
    return outputs


# Outputs for a unit step, dt 0.001, behind the step in which they are computed.
VALUES = [
    (nengo.Lowpass(0.0), [1, 1, 1, 1, 1]),
    (
        nengo.Lowpass(0.1),
        [0.00995017, 0.01980133, 0.02955447, 0.03921056, 0.04877058],
    ),
    (nengo.Alpha(0.01), [0.00467884, 0.0175231, 0.03693631, 0.06155194, 0.09020402]),
    (nengo.LinearFilter([2], [0.1, 1]), [0.01990033, 0.03960265]),
]


@pytest.mark.parametrize("synapse, expected", VALUES, ids=lambda v: str(v)[:20])
def test_unit_step(synapse, expected):
    """Discretised filters answer a unit step with the known values."""
    found = recur(discretise(synapse, 0.001), np.ones(len(expected)))
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_short_time_constants_are_stable():
    """Between 0.03 and 0.15 steps nengo 2.8 diverges; the closed form does not."""
    for tau in (3.1e-5, 1e-4, 1.4e-4):
        system = discretise(nengo.Lowpass(tau), 0.001)
        np.testing.assert_allclose(system.A, [[np.exp(-0.001 / tau)]])
        np.testing.assert_allclose(recur(system, np.ones(20))[-1], 1.0)


def test_limit_below_which_a_lowpass_is_none():
    """Up to 0.03 steps the output is the input."""
    limit = synapses.NO_FILTER * 0.001
    assert discretise(nengo.Lowpass(limit), 0.001).A == 0
    assert discretise(nengo.Lowpass(limit * 1.01), 0.001).A > 0


def test_general_form_of_a_lowpass():
    """``LinearFilter([1], [tau, 1])`` is the same filter."""
    lowpass = discretise(nengo.Lowpass(0.1), 0.001)
    general = discretise(nengo.LinearFilter([1], [0.1, 1]), 0.001)
    inputs = np.random.RandomState(0).standard_normal(10)
    np.testing.assert_allclose(
        recur(lowpass, inputs), recur(general, inputs), rtol=1e-9
    )


def test_digital_filters_are_as_given():
    """A digital filter is not discretised for any step length."""
    digital = SYNAPSES["digital"]
    assert str(discretise(digital, 0.001)) == str(discretise(digital, 0.5))


@pytest.mark.parametrize(
    "name, states", [("lowpass", 0), ("alpha", 2), ("one state and a direct term", 1)]
)
def test_output_doubles_as_state(make, name, states):
    """A filter of one state and no direct term needs no state beside its output."""
    (op,) = make.synapses(SYNAPSES[name], 3)
    touched = rule_for(op).operands(op)
    bases = [ref.base for ref in touched.states]
    if states == 0:
        assert bases == [op.output.base] and touched.writes == ()
    else:
        assert len(bases) == states and op.output.base not in bases


def test_kinds_are_not_merged(make):
    """A group holds filters of one order, with or without direct terms."""
    names = ["lowpass", "alpha", "one state and a direct term", "no state"]
    keys = {merge_key(op) for name in names for op in make.synapses(SYNAPSES[name], 3)}
    assert len(keys) == len(names)


def test_first_state_of_a_subclass():
    """A synapse that starts elsewhere does so here, too."""

    class Charged(nengo.Lowpass):
        """Starts with an output that is not zero."""

        def make_state(self, *args, **kwargs):
            """Start at 0.5."""
            state = super().make_state(*args, **kwargs)
            for value in state.values():
                value[...] = 0.5
            return state

    if not hasattr(nengo.Lowpass, "make_state"):
        pytest.skip("this version of Nengo has no make_state")
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node([0.0]), synapse=Charged(0.1))
    with nengo_dl.Simulator(net, progress_bar=False, device="/cpu:0") as sim:
        sim.run_steps(5)
    steps = np.arange(5)[:, None]
    # the output is written behind the first step, and decays once before
    expected = np.where(steps > 0, 0.5 * np.exp(-0.01 * steps), 0)
    np.testing.assert_allclose(sim.data[probe], expected, rtol=1e-5, atol=0)
