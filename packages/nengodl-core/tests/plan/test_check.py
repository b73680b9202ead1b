# SPDX-License-Identifier: MIT
"""What a valid plan is."""

import numpy as np
import pytest
from nengo.builder import Signal
from nengo_dl.errors import InvalidPlan
from nengo_dl.plan import check_plan


@pytest.fixture
def steps(make):
    """Three operators of one key, of which the third reads what the first sets."""
    a, b, c = (Signal(np.zeros(1), name=name) for name in "abc")
    return make.Step(0, [a]), make.Step(0, [b]), make.Step(0, [c], reads=[a])


def key(op):
    """Return the merge key of an operator."""
    return op.key


def test_valid_plans_pass(steps):
    """Independent operators may share a group; no operators need no groups."""
    check_plan([steps[:2], steps[2:]], list(steps), key)
    check_plan([], [], key)


@pytest.mark.parametrize(
    "groups, message",
    [
        ([(0,), (2,)], "is in none"),
        ([(0, 1), (2,), (1,)], "planned twice"),
        ([(0, 1), (), (2,)], "one is empty"),
        ([(0, 1, 2)], "later group"),
        ([(2,), (0, 1)], "later group"),
    ],
)
def test_broken_plans_are_refused(steps, groups, message):
    """Missing, double, dependent and disordered operators are each told apart."""
    with pytest.raises(InvalidPlan, match=message):
        check_plan([tuple(steps[i] for i in g) for g in groups], list(steps), key)


def test_foreign_operators_are_refused(steps):
    """A plan may hold only operators of the list."""
    with pytest.raises(InvalidPlan, match="not among"):
        check_plan([steps[:2], steps[2:]], list(steps[:2]), key)


@pytest.mark.parametrize("keys", [(0, 1), (None, None)])
def test_mixed_groups_are_refused(make, keys):
    """Operators of different keys, or that never merge, may not share a group."""
    group = tuple(make.Step(k) for k in keys)
    with pytest.raises(InvalidPlan, match="merge keys"):
        check_plan([group], list(group), key)
    check_plan([group], list(group))
