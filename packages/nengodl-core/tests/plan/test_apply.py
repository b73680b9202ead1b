# SPDX-License-Identifier: MIT
"""A planner or sorter of the user's is believed nothing."""

import numpy as np
import pytest
from nengo.builder.operator import Copy, Reset
from nengo.builder.signal import Signal
from nengo_dl.errors import InvalidPlan
from nengo_dl.plan import apply_planner, apply_sorter


@pytest.fixture
def ops():
    """Two resets, and a copy that depends on the first."""
    a, b = Signal(np.zeros(2), name="a"), Signal(np.zeros(2), name="b")
    c = Signal(np.zeros(2), name="c")
    return [Reset(a), Copy(a, c), Reset(b)]


def key(op):
    """Operators of one type may share a group."""
    return type(op)


def good_plan(ops):
    """The shortest plan of the fixture's operators."""
    return [[ops[0], ops[2]], [ops[1]]]


def test_a_valid_plan_is_taken(ops):
    """Groups come out as they are, as tuples."""
    assert apply_planner(good_plan, ops, key) == [(ops[0], ops[2]), (ops[1],)]


@pytest.mark.parametrize(
    "planner, complaint",
    [
        (lambda ops: None, "sequence of sequences"),
        (lambda ops: ops, "sequence of sequences"),
        (lambda ops: [], "is in none"),
        (lambda ops: [(op,) for op in ops] + [(ops[0],)], "planned twice"),
        (lambda ops: [tuple(ops)], "merge keys"),
        (lambda ops: [(ops[1],), (ops[0],), (ops[2],)], "later group"),
    ],
)
def test_an_invalid_plan_is_refused(ops, planner, complaint):
    """The error says which rule of plans is broken."""
    with pytest.raises(InvalidPlan, match=complaint):
        apply_planner(planner, ops, key)


@pytest.mark.parametrize(
    "sorter, complaint",
    [
        (lambda plan: 3, "signals, plan"),
        (lambda plan: ([], None), "sequence of sequences"),
        (lambda plan: ([], plan[::-1]), "later group"),
    ],
)
def test_an_invalid_sorting_is_refused(ops, sorter, complaint):
    """A sorter may change the order inside groups and nothing else."""
    with pytest.raises(InvalidPlan, match=complaint):
        apply_sorter(sorter, good_plan(ops), key)


def test_a_sorted_plan_is_taken(ops):
    """Operators may change places inside their group."""
    plan = apply_sorter(lambda p: ([], [g[::-1] for g in p]), good_plan(ops), key)
    assert plan == [(ops[2], ops[0]), (ops[1],)]
