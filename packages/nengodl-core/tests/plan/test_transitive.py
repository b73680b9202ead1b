# SPDX-License-Identifier: MIT
"""The planner that merges kind by kind."""

import nengo
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from nengo.builder import Signal
from nengo.builder.operator import Copy, DotInc, Reset
from nengo_dl.plan import check_plan, transitive_planner


@given(data=st.data())
def test_unknown_kinds_are_planned_too(make, data):
    """Operator types that are not in the list of kinds give valid plans."""
    ops = data.draw(make.small_graphs())
    check_plan(transitive_planner(ops, make.merge_key), ops, make.merge_key)


def test_networks_are_planned(make):
    """Groups of real operators are independent, of one key, and in order."""
    for network in (make.cconv, make.pes, make.basal_ganglia):
        ops = make.operators(network(4, 10, nengo.RectifiedLinear()))
        check_plan(transitive_planner(ops, make.merge_key), ops, make.merge_key)


def test_costly_kinds_are_merged_at_the_expense_of_others(make):
    """The products share a group though the Copy between is split by that."""
    x, y, z = (Signal(np.zeros(1), name=name) for name in "xyz")
    matrix = Signal(np.ones((1, 1)), name="matrix")
    early, late = Copy(x, y), Copy(y, z)
    products = [DotInc(matrix, z, Signal(np.zeros(1), name=str(i))) for i in range(2)]
    ops = [Reset(x), early, late] + products
    plan = transitive_planner(ops, make.merge_key)
    assert tuple(products) in plan
    assert len(plan) == 4


def test_no_operators_need_no_groups(make):
    """An empty list has an empty plan."""
    assert transitive_planner([], make.merge_key) == []
