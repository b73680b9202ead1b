# SPDX-License-Identifier: MIT
"""
Planners, sorters and simplifications, to choose from with `configure_settings`.

Planners take a list of operators and return groups of operators; what may share a group
is what the lowering rules of the operators say.
"""

from typing import Any, List, Sequence, Tuple

from nengo_dl import plan
from nengo_dl.lower.registry import merge_key
from nengo_dl.plan import (
    align_operators,
    display_signal_blocks,
    hamming_sort,
    noop_order_signals,
    order_signals,
    signal_io_dicts,
    sort_ops_by_signals,
    sort_signals_by_ops,
)
from nengo_dl.simplify import (
    remove_constant_copies,
    remove_identity_muls,
    remove_unmodified_resets,
    remove_zero_incs,
)

__all__ = [
    "align_operators",
    "best_planner",
    "display_signal_blocks",
    "greedy_planner",
    "hamming_sort",
    "mergeable",
    "noop_order_signals",
    "noop_planner",
    "order_signals",
    "remove_constant_copies",
    "remove_identity_muls",
    "remove_unmodified_resets",
    "remove_zero_incs",
    "signal_io_dicts",
    "sort_ops_by_signals",
    "sort_signals_by_ops",
    "transitive_planner",
    "tree_planner",
]


def mergeable(op: Any, group: Sequence[Any]) -> bool:
    """
    Say whether an operator may join a group.

    Parameters
    ----------
    op : nengo.builder.Operator
        The operator.
    group : sequence of nengo.builder.Operator
        Operators that share a group. That they do not depend on each other or on `op`
        is up to the planner.

    Returns
    -------
    bool
        True if the group is empty, or if the lowering rules allow it.
    """
    if len(group) == 0:
        return True
    key = merge_key(op)
    return key is not None and all(merge_key(other) == key for other in group)


def best_planner(op_list: Sequence[Any]) -> List[Tuple[Any, ...]]:
    """
    Find the shortest plan that can be found in n log n time (the default).

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators to plan.

    Returns
    -------
    list of tuple of nengo.builder.Operator
        Groups in the order in which they are to be executed.

    See Also
    --------
    nengo_dl.plan.best_planner : How it does that.
    """
    return plan.best_planner(op_list, merge_key)


def greedy_planner(op_list: Sequence[Any]) -> List[Tuple[Any, ...]]:
    """
    Plan by scheduling the largest group that is ready, again and again.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators to plan.

    Returns
    -------
    list of tuple of nengo.builder.Operator
        Groups in the order in which they are to be executed.
    """
    return plan.greedy_planner(op_list, merge_key)


def tree_planner(op_list: Sequence[Any], max_depth: int = 3) -> List[Tuple[Any, ...]]:
    """
    Plan by trying out all sequences of some groups, again and again.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators to plan.
    max_depth : int, optional
        Number of groups to look ahead. The time needed grows exponentially with it.

    Returns
    -------
    list of tuple of nengo.builder.Operator
        Groups in the order in which they are to be executed.
    """
    return plan.tree_planner(op_list, merge_key, max_depth=max_depth)


def transitive_planner(op_list: Sequence[Any]) -> List[Tuple[Any, ...]]:
    """
    Plan by merging the operators of each type, the most costly types first.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators to plan.

    Returns
    -------
    list of tuple of nengo.builder.Operator
        Groups in the order in which they are to be executed.
    """
    return plan.transitive_planner(op_list, merge_key)


def noop_planner(op_list: Sequence[Any]) -> List[Tuple[Any, ...]]:
    """
    Plan every operator alone.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators to plan.

    Returns
    -------
    list of tuple of nengo.builder.Operator
        Groups of one, in an order that respects all dependencies.
    """
    return plan.noop_planner(op_list, merge_key)
