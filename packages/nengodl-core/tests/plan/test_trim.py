# SPDX-License-Identifier: MIT
"""Leaving out needless groups."""

from hypothesis import given
from hypothesis import strategies as st
from nengo_dl.plan import check_plan, greedy_planner
from nengo_dl.plan.problem import keyed_graph, to_plan
from nengo_dl.plan.trim import trim


@given(data=st.data())
def test_trimmed_plans_are_valid_and_no_longer(make, data):
    """Groups are left out only if the rest can still do everything in order."""
    ops = data.draw(make.small_graphs())
    graph = keyed_graph(ops, make.merge_key)
    keys = [graph.keys[ops.index(g[0])] for g in greedy_planner(ops, make.merge_key)]
    groups = trim(graph, keys)
    check_plan(to_plan(ops, groups), ops, make.merge_key)
    assert len(groups) <= len(keys)


@given(data=st.data())
def test_needless_groups_are_left_out(make, data):
    """Keys that were put in for nothing are gone, and no other can be left out."""
    ops = data.draw(make.small_graphs())
    graph = keyed_graph(ops, make.merge_key)
    keys = [graph.keys[ops.index(g[0])] for g in greedy_planner(ops, make.merge_key)]
    padded = [key for key in keys for _ in range(2)]
    groups = trim(graph, padded)
    rest = [graph.keys[group[0]] for group in groups]
    assert len(groups) <= len(keys)
    assert trim(graph, rest) == groups
