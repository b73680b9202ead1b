# SPDX-License-Identifier: MIT
"""The greedy and the no-op planner."""

import nengo
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from nengo.builder import Signal
from nengo_dl.plan import check_plan, greedy_planner, noop_planner


@given(data=st.data())
def test_greedy_plans_are_valid(make, data):
    """Groups are independent, of one key, and in order."""
    ops = data.draw(make.small_graphs())
    check_plan(greedy_planner(ops, make.merge_key), ops, make.merge_key)


def test_greedy_takes_the_largest_group_first(make):
    """Two ready operators of a key go before one of another key that came earlier."""
    ops = [make.Step("a"), make.Step("b"), make.Step("b")]
    assert greedy_planner(ops, make.merge_key) == [(ops[1], ops[2]), (ops[0],)]


def test_greedy_counts_what_became_ready(make):
    """Sizes are those at the moment of the choice, not at the start."""
    signal = Signal(np.zeros(1), name="x")
    ops = [
        make.Step("a", [signal]),
        make.Step("b"),
        make.Step("c"),
        make.Step("c", reads=[signal]),
        make.Step("c", reads=[signal]),
    ]
    plan = greedy_planner(ops, make.merge_key)
    assert plan == [(ops[0],), tuple(ops[2:]), (ops[1],)]


def test_noop_planner_merges_nothing(make):
    """Every operator is a group, behind those on which it depends."""
    ops = make.operators(make.cconv(2, 10, nengo.RectifiedLinear()))[::-1]
    plan = noop_planner(ops, make.merge_key)
    assert len(plan) == len(ops)
    check_plan(plan, ops, make.merge_key)


def test_no_operators_need_no_groups(make):
    """An empty list has an empty plan."""
    assert greedy_planner([], make.merge_key) == noop_planner([], make.merge_key) == []
