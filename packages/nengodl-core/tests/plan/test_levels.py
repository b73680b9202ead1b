# SPDX-License-Identifier: MIT
"""Levels of merge keys and the bound they give."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from nengo.builder import Signal
from nengo_dl.plan.levels import key_levels, lower_bound
from nengo_dl.plan.problem import keyed_graph


def chain(make, keys):
    """Make operators that each read what the one before sets."""
    signals = [Signal(np.zeros(1), name=str(i)) for i in range(len(keys) + 1)]
    return [
        make.Step(key, [signals[i + 1]], reads=[signals[i]])
        for i, key in enumerate(keys)
    ]


def test_levels_count_the_own_key_only(make):
    """The level of an operator is how many of its key have run when it has."""
    graph = keyed_graph(chain(make, "abaab"), make.merge_key)
    assert key_levels(graph) == [1, 1, 2, 3, 2]
    assert key_levels(graph.reversed()) == [3, 2, 2, 1, 1]
    assert lower_bound(graph, key_levels(graph)) == 5


@given(data=st.data())
def test_no_plan_is_shorter_than_the_bound(make, data):
    """The bound never exceeds the length of the shortest of all plans."""
    ops = data.draw(make.small_graphs())
    graph = keyed_graph(ops, make.merge_key)
    assert lower_bound(graph, key_levels(graph)) <= make.shortest_length(ops)


def test_rare_keys_count_once(make):
    """Beyond the tracked keys the bound is weaker, but still holds."""
    keys = list("a" * 3 + "b" * 3) + [i for i in range(70) for _ in range(2)]
    graph = keyed_graph(chain(make, keys), make.merge_key)
    bound = lower_bound(graph, key_levels(graph))
    assert 72 < bound < len(keys)
