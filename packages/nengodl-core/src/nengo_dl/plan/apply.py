# SPDX-License-Identifier: MIT
"""Run a planner and a sorter, which may be the user's own."""

from typing import Any, Callable, List, Sequence, Tuple

from nengo_dl.errors import InvalidPlan
from nengo_dl.plan.check import check_plan
from nengo_dl.plan.problem import MergeKey


def apply_planner(
    planner: Callable, op_list: Sequence[Any], merge_key: MergeKey
) -> List[Tuple[Any, ...]]:
    """
    Plan operators with a planner that is not trusted.

    Parameters
    ----------
    planner : callable
        Function from operators to groups of operators.
    op_list : sequence of nengo.builder.Operator
        The operators.
    merge_key : callable
        What operators of one group must have in common.

    Returns
    -------
    list of tuple of nengo.builder.Operator
        The planner's groups.

    Raises
    ------
    InvalidPlan
        If they are no plan of these operators.
    """
    return _checked(planner(op_list), op_list, merge_key)


def apply_sorter(
    sorter: Callable, plan: Sequence[Sequence[Any]], merge_key: MergeKey
) -> List[Tuple[Any, ...]]:
    """
    Sort a plan with a sorter that is not trusted.

    Parameters
    ----------
    sorter : callable
        Function from a plan to signals in memory order and a plan.
    plan : sequence of sequence of nengo.builder.Operator
        The plan.
    merge_key : callable
        What operators of one group must have in common.

    Returns
    -------
    list of tuple of nengo.builder.Operator
        The sorted plan.

    Raises
    ------
    InvalidPlan
        If the result is no pair, or its plan none of the same operators.
    """
    result = sorter(plan)
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise InvalidPlan("a sorter must return (signals, plan)", f"got {result!r}")
    operators = [op for group in plan for op in group]
    return _checked(result[1], operators, merge_key)


def _checked(plan, op_list, merge_key):
    try:
        groups = [tuple(group) for group in plan]
    except TypeError:
        expected = "a plan must be a sequence of sequences of operators"
        raise InvalidPlan(expected, f"got {plan!r}") from None
    check_plan(groups, op_list, merge_key)
    return groups
