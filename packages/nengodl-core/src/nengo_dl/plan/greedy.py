# SPDX-License-Identifier: MIT
"""Planners that look no further than the operators that are ready."""

import heapq
from typing import Any, Optional, Sequence

from nengo_dl.plan.dependencies import dependencies
from nengo_dl.plan.problem import Frontier, MergeKey, Plan, keyed_graph, to_plan


def greedy_planner(op_list: Sequence[Any], merge_key: MergeKey) -> Plan:
    """
    Plan by scheduling the largest group that is ready, again and again.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators to plan.
    merge_key : callable
        ``merge_key(op)`` is equal for operators that may share a group, None for an
        operator that may not.

    Returns
    -------
    list of tuple of nengo.builder.Operator
        Groups in the order in which they are to be executed. Of groups equally large
        the one is taken whose key appears first in `op_list`.
    """
    graph = keyed_graph(op_list, merge_key)
    frontier, heap, groups, changed = Frontier(graph), [], [], set()
    while frontier.left:
        changed.update(graph.keys[node] for node in frontier.fresh)
        for key in sorted(changed.intersection(frontier.ready)):
            heapq.heappush(heap, (-len(frontier.ready[key]), key))
        size, key = heapq.heappop(heap)
        while len(frontier.ready.get(key, ())) != -size:  # replaced by a later entry
            size, key = heapq.heappop(heap)
        groups.append(frontier.take(key))
        changed = {key}
    return to_plan(op_list, groups)


def noop_planner(op_list: Sequence[Any], merge_key: Optional[MergeKey] = None) -> Plan:
    """
    Plan every operator alone.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators to plan.
    merge_key : callable, optional
        Not used; here because all planners take it.

    Returns
    -------
    list of tuple of nengo.builder.Operator
        Groups of one, in an order that respects all dependencies.
    """
    graph = dependencies(op_list)
    operators = len(graph.operators)
    return to_plan(op_list, ([node] for node in graph.order if node < operators))
