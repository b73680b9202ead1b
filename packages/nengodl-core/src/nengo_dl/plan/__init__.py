# SPDX-License-Identifier: MIT
"""Stage "plan": operators in, ordered groups of operators that run as one out."""

from nengo_dl.plan.align import align_operators
from nengo_dl.plan.apply import apply_planner, apply_sorter
from nengo_dl.plan.best import best_planner
from nengo_dl.plan.check import check_plan
from nengo_dl.plan.dependencies import dependencies
from nengo_dl.plan.greedy import greedy_planner, noop_planner
from nengo_dl.plan.sort import (
    display_signal_blocks,
    hamming_sort,
    noop_order_signals,
    order_signals,
    signal_io_dicts,
    sort_ops_by_signals,
    sort_signals_by_ops,
)
from nengo_dl.plan.transitive import transitive_planner
from nengo_dl.plan.tree import tree_planner

__all__ = [
    "align_operators",
    "apply_planner",
    "apply_sorter",
    "best_planner",
    "check_plan",
    "dependencies",
    "display_signal_blocks",
    "greedy_planner",
    "hamming_sort",
    "noop_order_signals",
    "noop_planner",
    "order_signals",
    "signal_io_dicts",
    "sort_ops_by_signals",
    "sort_signals_by_ops",
    "transitive_planner",
    "tree_planner",
]
