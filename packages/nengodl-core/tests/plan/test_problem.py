# SPDX-License-Identifier: MIT
"""The graph that planners work on."""

import nengo
from hypothesis import given
from hypothesis import strategies as st
from nengo.builder.operator import TimeUpdate
from nengo_dl.plan.problem import Frontier, keyed_graph, to_plan


def test_operators_without_a_key_have_one_of_their_own(make):
    """None means never merged: no other operator has the same number."""
    graph = keyed_graph([make.Step(k) for k in (None, "x", None, "x")], make.merge_key)
    assert graph.keys == [0, 1, 2, 1]


def test_groups_keep_the_order_of_the_list(make):
    """Inside a group the operators stand as in the list, whatever the planner did."""
    ops = [make.Step(0) for _ in range(3)]
    assert to_plan(ops, [[2, 0], [1]]) == [(ops[0], ops[2]), (ops[1],)]


def test_step_starts_with_the_time(make):
    """TimeUpdate comes first, wherever a planner put it."""
    ops = make.operators(make.integrator(2, 5, nengo.RectifiedLinear()))
    time = next(i for i, op in enumerate(ops) if type(op) is TimeUpdate)
    rest = [[i] for i in range(len(ops)) if i != time]
    assert to_plan(ops, rest + [[time]])[0] == (ops[time],)


@given(data=st.data())
def test_undo_restores_the_frontier(make, data):
    """After undoing all groups, everything is ready and waiting as at the start."""
    graph = keyed_graph(data.draw(make.small_graphs()), make.merge_key)
    frontier, sizes = Frontier(graph), []
    while frontier.left and data.draw(st.booleans()):
        sizes.append(frontier.left)
        frontier.take(data.draw(st.sampled_from(sorted(frontier.ready))))
    while sizes:
        frontier.undo()
        assert frontier.left == sizes.pop()
    assert {k: sorted(v) for k, v in frontier.ready.items()} == Frontier(graph).ready
    while frontier.left:
        frontier.take(min(frontier.ready))
    assert frontier.ready == {}
