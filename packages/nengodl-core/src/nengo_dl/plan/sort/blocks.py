# SPDX-License-Identifier: MIT
"""The blocks of signals that groups of operators read and write."""

from typing import Any, Dict, Iterable, List, Tuple


def signal_io_dicts(op_list: Iterable[Any]) -> Tuple[Dict[Any, List[Any]], ...]:
    """
    Look up who accesses which base signal.

    Parameters
    ----------
    op_list : iterable of nengo.builder.Operator
        Operators.

    Returns
    -------
    tuple of four dict of {nengo.builder.Signal: list of nengo.builder.Operator}
        For each base signal, the operators that set, increment, read and update it
        or a view of it.
    """
    tables = ({}, {}, {}, {})
    for op in op_list:
        for table, signals in zip(tables, (op.sets, op.incs, op.reads, op.updates)):
            for base in dict.fromkeys(signal.base for signal in signals):
                table.setdefault(base, []).append(op)
    return tables


def io_columns(plan):
    """
    List, for each group, its operators' first signals, their second ones, and so on.

    Parameters
    ----------
    plan : sequence of sequence of nengo.builder.Operator
        Groups of operators.

    Returns
    -------
    list of list of tuple of nengo.builder.Signal
        For each group and position, one signal (or view) per operator. Reads come
        first, then sets, incs and updates.
    """
    return [
        list(zip(*[op.reads + op.sets + op.incs + op.updates for op in group]))
        for group in plan
    ]


def rank_blocks(blocks, sizes):
    """
    Put blocks into the order of their importance.

    Parameters
    ----------
    blocks : sequence of frozenset of int
        Sets of signal numbers; equal ones count as one block that is used more often.
    sizes : sequence of int
        Number of elements of each signal.

    Returns
    -------
    dict of {frozenset of int: int}
        The rank of each different block, from 0 on: the greater the size of a block
        times the number of its uses, the lower its rank.
    """
    uses = {}
    for block in blocks:
        uses[block] = uses.get(block, 0) + 1
    weights = {block: n * sum(sizes[i] for i in block) for block, n in uses.items()}
    ordered = sorted(weights, key=lambda block: -weights[block])
    return {block: rank for rank, block in enumerate(ordered)}
