# SPDX-License-Identifier: MIT
"""The beam search."""

from hypothesis import given
from hypothesis import strategies as st
from nengo_dl.plan import check_plan
from nengo_dl.plan.levels import key_levels
from nengo_dl.plan.problem import keyed_graph, to_plan
from nengo_dl.plan.search import beam_search


@given(data=st.data())
def test_small_graphs_get_their_shortest_plan(make, data):
    """While the beam holds all states, the plan found is as short as any can be."""
    ops = data.draw(make.small_graphs())
    graph = keyed_graph(ops, make.merge_key)
    groups = beam_search(graph, key_levels(graph.reversed()), len(ops) + 1)
    if ops:
        check_plan(to_plan(ops, groups), ops, make.merge_key)
        assert len(groups) == make.shortest_length(ops)


@given(data=st.data())
def test_only_shorter_plans_are_of_interest(make, data):
    """With the length of the shortest plan as limit, nothing is found."""
    ops = data.draw(make.small_graphs().filter(bool))
    graph = keyed_graph(ops, make.merge_key)
    limit = make.shortest_length(ops)
    assert beam_search(graph, key_levels(graph.reversed()), limit) is None


def test_large_graphs_are_left_alone(make):
    """The time of a search is bounded: beyond a constant size there is none."""
    graph = keyed_graph(make.layered(1100), make.merge_key)
    assert beam_search(graph, key_levels(graph.reversed()), 1100) is None
