# SPDX-License-Identifier: MIT
"""The default planner."""

import math
import random
import sys

import nengo
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nengo_dl.plan import best_planner, check_plan, greedy_planner, tree_planner

NETWORKS = ["cconv", "integrator", "pes", "basal_ganglia"]


def operators(make, name):
    """Build a benchmark network."""
    size = (16, 10) if name != "pes" else (8, 10)
    return make.operators(getattr(make, name)(*size, nengo.RectifiedLinear()))


@pytest.mark.parametrize("name", NETWORKS)
def test_plans_are_as_short_as_those_of_the_other_planners(make, name):
    """On the benchmark networks neither greedy nor tree planner needs fewer groups.

    History 196.
    """
    ops = operators(make, name)
    plan = best_planner(ops, make.merge_key)
    check_plan(plan, ops, make.merge_key)
    assert len(plan) <= len(greedy_planner(ops, make.merge_key))
    assert len(plan) <= len(tree_planner(ops, make.merge_key))


@given(data=st.data())
def test_small_graphs_get_their_shortest_plan(make, data):
    """No plan at all is shorter, which trying out all of them shows."""
    ops = data.draw(make.small_graphs())
    plan = best_planner(ops, make.merge_key)
    check_plan(plan, ops, make.merge_key)
    assert len(plan) == make.shortest_length(ops)


@pytest.mark.parametrize("n_keys", [3, 20, 300])
def test_large_random_graphs_are_planned_better_than_greedily(make, n_keys):
    """Beyond the size that is searched, heuristics still beat the greedy planner."""
    ops = make.layered(2000, n_keys)
    plan = best_planner(ops, make.merge_key)
    check_plan(plan, ops, make.merge_key)
    assert len(plan) < 0.95 * len(greedy_planner(ops, make.merge_key))


def test_equal_lists_have_equal_plans(make):
    """The plan depends on nothing but the operators and their order."""
    ops = make.layered(400)
    assert best_planner(ops, make.merge_key) == best_planner(ops, make.merge_key)


def test_order_of_the_list_does_not_matter_much(make):
    """The plan of a benchmark network is as short for operators in any order."""
    ops = operators(make, "basal_ganglia")
    shuffled = list(ops)
    random.Random(1).shuffle(shuffled)
    lengths = {len(best_planner(o, make.merge_key)) for o in (ops, shuffled)}
    assert len(lengths) == 1


def count_calls(function, *args):
    """Count the Python and C functions called, a measure of work that does not vary."""
    calls = [0]

    def count(frame, event, arg):
        calls[0] += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        function(*args)
    finally:
        sys.setprofile(None)
    return calls[0]


@pytest.mark.parametrize("n_keys", [20, 1000])
def test_work_grows_no_worse_than_n_log_n(make, n_keys):
    """From 1,500 to 6,000 operators, the work grows by at most 4 log 6000 / log 1500.

    History 215.
    """
    # tests/plan/measure_planners.py gives times for up to 50,000 operators
    small, large = (
        count_calls(best_planner, make.layered(n, n_keys), make.merge_key)
        for n in (1500, 6000)
    )
    assert large <= small * 4 * math.log(6000) / math.log(1500)


def test_no_operators_need_no_groups(make):
    """An empty list has an empty plan."""
    assert best_planner([], make.merge_key) == []
