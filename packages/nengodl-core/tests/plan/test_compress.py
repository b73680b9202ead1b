# SPDX-License-Identifier: MIT
"""Merging operators that can always share a group."""

import nengo
from hypothesis import given
from hypothesis import strategies as st
from nengo_dl.plan import dependencies
from nengo_dl.plan.compress import compress
from nengo_dl.plan.problem import BARRIER, keyed_graph


def shortest(graph):
    """Find the length of the shortest plan of a graph by trying out all of them."""
    nodes = [i for i in graph.order if graph.keys[i] != BARRIER]
    before = {}
    for i in graph.order:
        direct = [
            {j} if graph.keys[j] != BARRIER else before[j]
            for j in graph.predecessors[i]
        ]
        before[i] = set().union(*direct)
    states, length = {frozenset()}, 0
    while frozenset(nodes) not in states:
        following = set()
        for done in states:
            ready = {}
            for i in nodes:
                if i not in done and before[i] <= done:
                    ready.setdefault(graph.keys[i], set()).add(i)
            following.update(done | group for group in ready.values())
        states, length = following, length + 1
    return length


@given(data=st.data())
def test_the_shortest_plan_keeps_its_length(make, data):
    """Merging loses nothing: the best plans before and after are equally long."""
    ops = data.draw(make.small_graphs())
    graph, labels = compress(keyed_graph(ops, make.merge_key))
    assert shortest(graph) == make.shortest_length(ops)
    assert len(labels) >= len(ops) and None not in labels[: len(ops)]


@given(data=st.data())
def test_dependencies_remain(make, data):
    """What depended on each other is not merged, and still is in order."""
    ops = data.draw(make.small_graphs())
    graph, labels = compress(keyed_graph(ops, make.merge_key))
    place = {node: i for i, node in enumerate(graph.order)}
    full = dependencies(ops)
    for i in range(len(ops)):
        for before in full.operators_before(i):
            assert place[labels[before]] < place[labels[i]]


def test_equal_parts_of_a_network_become_one(make):
    """The compressed graph of an ensemble array does not grow with the array."""
    sizes = [
        len(compress(keyed_graph(make.operators(net), make.merge_key))[0])
        for net in (make.integrator(n, 5, nengo.RectifiedLinear()) for n in (4, 32))
    ]
    assert sizes[0] == sizes[1] < 20


def test_nothing_stays_nothing(make):
    """An empty graph is compressed to an empty graph."""
    assert len(compress(keyed_graph([], make.merge_key))[0]) == 0
