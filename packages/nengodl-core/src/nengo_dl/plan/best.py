# SPDX-License-Identifier: MIT
"""The default planner: many fast ways to plan, of which the shortest plan is kept."""

from typing import Any, Sequence

from nengo_dl.plan.compress import compress
from nengo_dl.plan.heuristics import HEURISTICS, largest, mean_depths, schedule
from nengo_dl.plan.levels import key_levels, lower_bound
from nengo_dl.plan.problem import MergeKey, Plan, keyed_graph, to_plan
from nengo_dl.plan.search import beam_search
from nengo_dl.plan.trim import trim


def best_planner(op_list: Sequence[Any], merge_key: MergeKey) -> Plan:
    """
    Find the shortest plan that can be found in n log n time.

    Operators that can always share a group are merged first, which loses nothing.
    What remains is planned by several heuristics, from the start to the end and from
    the end to the start, then by a beam search with a constant number of trials. All
    ends as soon as a plan reaches a lower bound of all plans.

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
        Groups in the order in which they are to be executed; never more of them than
        the greedy planner needs, and the same ones whenever it is called.
    """
    full = keyed_graph(op_list, merge_key)
    graph, labels = compress(full)
    groups, proved = _shortest(graph)
    if not proved:
        plan = _greedy(full)
        if len(plan) < len(groups):
            return to_plan(op_list, plan)
    members = {}
    for i in range(len(op_list)):
        members.setdefault(labels[i], []).append(i)
    return to_plan(op_list, [[i for n in g for i in members[n]] for g in groups])


def _shortest(graph):
    """Return the shortest plan found, and whether there can be no shorter one."""
    graphs = (graph, graph.reversed())
    levels = [key_levels(side) for side in graphs]
    bound = lower_bound(graph, levels[0])
    best = None
    for method in (_heuristic_plans, _searched_plans):
        for i in range(2):
            limit = len(graph) + 1 if best is None else len(best)
            for groups in method(graphs[i], levels[i], levels[1 - i], limit):
                if best is None or len(groups) < len(best):
                    best = groups[::-1] if i else groups
                if len(best) <= bound:
                    return best, True
    return best, False


def _heuristic_plans(graph, from_start, from_end, _):
    depths = mean_depths(graph)
    for heuristic in HEURISTICS:
        groups = schedule(graph, heuristic, from_start, from_end, depths)
        yield trim(graph, [graph.keys[group[0]] for group in groups])


def _searched_plans(graph, _, from_end, limit):
    groups = beam_search(graph, from_end, limit)
    if groups is not None:
        yield groups


def _greedy(graph):
    """Plan the uncompressed graph by the largest group that is ready."""
    ones = [1] * len(graph)
    return schedule(graph, largest, ones, ones, dict.fromkeys(graph.keys, 0))
