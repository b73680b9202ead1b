# SPDX-License-Identifier: MIT
"""The sorter: signals in memory order and operators in the order of their signals."""

from typing import Any, List, Sequence, Tuple

import numpy as np

from nengo_dl.plan.problem import Plan
from nengo_dl.plan.sort.blocks import io_columns, rank_blocks
from nengo_dl.plan.sort.hamming import hamming_sort
from nengo_dl.plan.sort.match import sort_signals, sorted_operators
from nengo_dl.signals import byte_range, is_sparse


def order_signals(
    plan: Sequence[Sequence[Any]], n_passes: int = 10
) -> Tuple[List[Any], Plan]:
    """
    Order signals so that groups of operators read and write contiguous blocks.

    Parameters
    ----------
    plan : sequence of sequence of nengo.builder.Operator
        Groups of operators.
    n_passes : int, optional
        How often at most the operators of all groups and the signals are matched.

    Returns
    -------
    (list of nengo.builder.Signal, list of tuple of nengo.builder.Operator)
        The base signals in the order in which they are to lie in memory, and the plan
        with the operators inside its groups in matching order.
    """
    columns = io_columns(plan)
    numbers = _number_signals(columns)
    tables = [_Table(group, numbers) for group in columns]
    memberships, ranks = _memberships(tables, list(numbers))
    chain = {m: i for i, m in enumerate(hamming_sort(memberships))}
    metas = np.array([chain[m] for m in memberships], dtype=int)
    order = np.argsort(metas, kind="mergesort")
    _match(tables, ranks, order, metas, n_passes)
    signals = list(numbers)
    return (
        [signals[i] for i in order],
        [tuple(g[i] for i in t.permutation) for g, t in zip(plan, tables)],
    )


def noop_order_signals(
    plan: Sequence[Sequence[Any]], **_: Any
) -> Tuple[List[Any], Plan]:
    """
    Leave everything as it is.

    Parameters
    ----------
    plan : sequence of sequence of nengo.builder.Operator
        Groups of operators.
    **_
        Ignored; here because all sorters take options.

    Returns
    -------
    (list of nengo.builder.Signal, list of tuple of nengo.builder.Operator)
        The base signals in the order in which the plan first uses them, and the plan.
    """
    return list(_number_signals(io_columns(plan))), [tuple(group) for group in plan]


def _number_signals(columns):
    numbers = {}
    for group in columns:
        for column in group:
            for signal in column:
                numbers.setdefault(signal.base, len(numbers))
    return numbers


class _Table:
    """The signals of one group as numbers: a row per position, a column per operator."""

    def __init__(self, columns, numbers):
        self.bases = [np.array([numbers[s.base] for s in col]) for col in columns]
        self.offsets = [np.array([_offset(s) for s in col]) for col in columns]
        self.blocks = [frozenset(bases.tolist()) for bases in self.bases]
        self.permutation = np.arange(len(columns[0]) if columns else 1)


def _offset(signal):
    return 0 if is_sparse(signal) else byte_range(signal)[0]


def _memberships(tables, signals):
    """For each signal the ranks of its blocks; also the rank of each block."""
    blocks = [block for table in tables for block in table.blocks]
    ranks = rank_blocks(blocks, [signal.size for signal in signals])
    memberships = [[] for _ in signals]
    for block, rank in ranks.items():
        for i in block:
            memberships[i].append(rank)
    return [frozenset(ranks_of) for ranks_of in memberships], ranks


def _match(tables, ranks, order, metas, n_passes):
    """Sort operators by signals and signals by operators, until nothing changes."""
    places = np.argsort(order)
    work = [
        (ranks[block], group, position)
        for group, table in enumerate(tables)
        for position, block in enumerate(table.blocks)
        if len(table.permutation) > 1
    ]
    work.sort(
        key=lambda entry: (-entry[0],) + entry[1:]
    )  # the largest has the last word
    before = None
    for _ in range(n_passes):
        # where blocks contradict each other, a pass moves much and ends as it began
        arrangement = [order.tolist()] + [t.permutation.tolist() for t in tables]
        if arrangement == before:
            break
        before = arrangement
        for _, group, position in work:
            _match_group(tables[group], position, order, places, metas)


def _match_group(table, position, order, places, metas):
    table.permutation = sorted_operators(
        table.permutation, table.bases[position], table.offsets[position], places
    )
    for bases in table.bases:
        sort_signals(order, places, bases[table.permutation], metas)
