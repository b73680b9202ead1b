# SPDX-License-Identifier: MIT
"""The planner that looks ahead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nengo.exceptions import ValidationError
from nengo_dl.plan import check_plan, greedy_planner, tree_planner


@given(data=st.data())
def test_looking_to_the_end_is_optimal(make, data):
    """With as many groups ahead as there are operators, no plan is shorter."""
    ops = data.draw(make.small_graphs(7))
    plan = tree_planner(ops, make.merge_key, max_depth=max(1, len(ops)))
    check_plan(plan, ops, make.merge_key)
    assert len(plan) == make.shortest_length(ops)


@given(data=st.data())
def test_looking_one_group_ahead_is_greedy(make, data):
    """With depth 1, the plan is that of the greedy planner, group for group."""
    ops = data.draw(make.small_graphs())
    plan = tree_planner(ops, make.merge_key, max_depth=1)
    assert plan == greedy_planner(ops, make.merge_key)


@given(data=st.data())
def test_default_plans_are_valid(make, data):
    """Groups are independent, of one key, and in order."""
    ops = data.draw(make.small_graphs())
    check_plan(tree_planner(ops, make.merge_key), ops, make.merge_key)


def test_depth_must_be_positive(make):
    """Depth 0 is refused with the name and the value of the argument."""
    with pytest.raises(ValidationError, match="at least 1.*0") as error:
        tree_planner([make.Step(0)], make.merge_key, max_depth=0)
    assert error.value.attr == "max_depth"


def test_no_operators_need_no_groups(make):
    """An empty list has an empty plan."""
    assert tree_planner([], make.merge_key) == []
