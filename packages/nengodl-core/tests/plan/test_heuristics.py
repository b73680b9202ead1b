# SPDX-License-Identifier: MIT
"""Choosing the next group."""

import nengo
import pytest
from nengo_dl.plan import check_plan
from nengo_dl.plan.heuristics import (
    HEURISTICS,
    Candidate,
    complete,
    mean_depths,
    schedule,
)
from nengo_dl.plan.levels import key_levels
from nengo_dl.plan.problem import keyed_graph, to_plan


@pytest.mark.parametrize("heuristic", HEURISTICS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("backwards", [False, True])
def test_every_heuristic_makes_valid_plans(make, heuristic, backwards):
    """Forwards, and read backwards, each plan respects all dependencies."""
    for ops in (
        make.layered(300),
        make.operators(make.basal_ganglia(3, 5, nengo.RectifiedLinear())),
    ):
        graph = keyed_graph(ops, make.merge_key)
        if backwards:
            graph = graph.reversed()
        levels = key_levels(graph), key_levels(graph.reversed())
        groups = schedule(graph, heuristic, *levels, mean_depths(graph))
        groups = groups[::-1] if backwards else groups
        check_plan(to_plan(ops, groups), ops, make.merge_key)


def test_complete_keys_come_before_large_ones():
    """Condition of ED-Batch: a key for which waiting brings nothing is taken first."""
    small, large = Candidate(1.0), Candidate(1.0)
    small.size, small.first, small.last = 1, 1.0, 0.5
    large.size, large.first, large.last = 9, 0.9, 0.9
    assert complete(small) < complete(large)
