# SPDX-License-Identifier: MIT
"""Leaving out needless groups."""

from hypothesis import given, settings
from hypothesis import strategies as st
from nengo_dl.plan import check_plan, greedy_planner
from nengo_dl.plan.problem import Frontier, KeyedGraph, keyed_graph, to_plan
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


@settings(max_examples=300)
@given(data=st.data())
def test_none_of_the_groups_that_are_left_can_be_left_out(make, data):
    """Whatever was put into a plan for nothing, each group that stays is needed."""
    # It need not be as short as the plan was before: with each key of 1 0 2 0 2 put in
    # twice, operators may wait for later groups, and 1 2 0 0 2 2 can spare none either.
    ops = data.draw(make.small_graphs())
    graph = keyed_graph(ops, make.merge_key)
    keys = [graph.keys[ops.index(g[0])] for g in greedy_planner(ops, make.merge_key)]
    more = st.lists(st.sampled_from(keys or [0]), max_size=3)
    padded = [key for own in keys for key in [*data.draw(more), own]]
    groups = trim(graph, padded)
    check_plan(to_plan(ops, groups), ops, make.merge_key)
    check_groups_are_needed(graph, groups)


def test_a_place_at_which_all_is_done_is_left_out():
    """What is due at a place may have run before, though others of its key are ready."""
    keys = [1, 0, 2, 0, 2, 1, 2, 0, 0]
    before = [[], [], [0], [0, 2], [0, 1], [2, 3], [0, 3, 5], [6], [1, 3]]
    after = [[j for j, nodes in enumerate(before) if i in nodes] for i in range(9)]
    graph = KeyedGraph(after, before, keys, list(range(9)))
    sequence = [0, 1, 2, 0, 2, 0, 2, 1, 0, 0, 0, 2, 2, 0]
    assert left_over(graph, sequence) == 0
    check_groups_are_needed(graph, trim(graph, sequence))


def check_groups_are_needed(graph, groups):
    """Groups do all operators, but without any one of them some are left over."""
    keys = [graph.keys[group[0]] for group in groups]
    assert left_over(graph, keys) == 0
    for place in range(len(keys)):
        assert left_over(graph, keys[:place] + keys[place + 1 :]) > 0


def left_over(graph, sequence):
    """Count the operators that are not done when each key runs all that it can."""
    frontier = Frontier(graph)
    for key in sequence:
        if key in frontier.ready:
            frontier.take(key)
    return frontier.left
