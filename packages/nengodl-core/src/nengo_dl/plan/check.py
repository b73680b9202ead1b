# SPDX-License-Identifier: MIT
"""The invariants of a plan."""

from typing import Any, Optional, Sequence

from nengo_dl.errors import InvalidPlan
from nengo_dl.plan.dependencies import dependencies
from nengo_dl.plan.problem import MergeKey


def check_plan(
    plan: Sequence[Sequence[Any]],
    op_list: Sequence[Any],
    merge_key: Optional[MergeKey] = None,
) -> None:
    """
    Check that a plan executes a list of operators rightly.

    Parameters
    ----------
    plan : sequence of sequence of nengo.builder.Operator
        Groups of operators, in the order in which they are to be executed.
    op_list : sequence of nengo.builder.Operator
        The operators which the plan must hold.
    merge_key : callable, optional
        ``merge_key(op)`` is what operators of one group must have in common, or
        None for an operator that must be alone. Not checked if not given.

    Raises
    ------
    InvalidPlan
        If an operator is missing, foreign or double; if a group is empty, or mixes
        merge keys; if an operator does not come in a later group than one
        on which it depends.
    """
    _check_members(plan, op_list)
    if merge_key is not None:
        for group in plan:
            _check_keys(group, merge_key)
    _check_order(plan, op_list)


def _check_members(plan, op_list):
    rule = "every operator must be in exactly one group"
    missing, planned = set(op_list), set()
    for group in plan:
        if len(group) == 0:
            raise InvalidPlan("groups must hold operators", "one is empty")
        for op in group:
            if op in planned:
                raise InvalidPlan(rule, f"{op} is planned twice")
            if op not in missing:
                raise InvalidPlan(rule, f"{op} is not among the operators")
            missing.remove(op)
            planned.add(op)
    for op in op_list:
        if op in missing:
            raise InvalidPlan(rule, f"{op} is in none")


def _check_keys(group, merge_key):
    keys = {merge_key(op) for op in group}
    if len(keys) > 1 or (None in keys and len(group) > 1):
        raise InvalidPlan(
            "the operators of a group must have equal merge keys (not None)",
            f"{group[0]} is grouped with others whose keys are {keys}",
        )


def _check_order(plan, op_list):
    group_of = {op: i for i, group in enumerate(plan) for op in group}
    graph = dependencies(op_list)
    latest = [-1] * len(graph.order)  # last group that must be over before a node
    for node in graph.order:
        if node < len(graph.operators):
            op = graph.operators[node]
            if group_of[op] <= latest[node]:
                raise InvalidPlan(
                    "an operator must come in a later group than those it depends on",
                    f"{op} does not",
                )
            latest[node] = group_of[op]
        for after in graph.successors[node]:
            latest[after] = max(latest[after], latest[node])
