# SPDX-License-Identifier: MIT
"""Match the order of a group's operators and the order of the signals they use."""

from typing import Any, List, Sequence

import numpy as np

from nengo_dl.signals import byte_range


def sorted_operators(permutation, bases, offsets, places):
    """
    Sort the operators of a group by the place of one of their signals.

    Parameters
    ----------
    permutation : np.ndarray of int
        Numbers of the operators, in their present order.
    bases, offsets : np.ndarray of int
        For each operator, the number of the base signal and the place in it.
    places : np.ndarray of int
        For each base signal, its place in memory.

    Returns
    -------
    np.ndarray of int
        The numbers of the operators in their new order; equal ones stay as they were.
    """
    keys = offsets[permutation], places[bases[permutation]]
    return permutation[np.lexsort(keys)]


def sort_signals(order, places, sequence, metas):
    """
    Put a block of signals into the order in which operators use them.

    Nothing is done unless the signals lie side by side, and unless each stays among
    the signals that belong to the same blocks as itself.

    Parameters
    ----------
    order, places : np.ndarray of int
        The signals in memory order, and the place of each signal; both are changed.
    sequence : np.ndarray of int
        The signals that the operators use, in the order of the operators.
    metas : np.ndarray of int
        For each signal, a number that is equal for signals of the same blocks.

    Returns
    -------
    bool
        Whether the order was changed.
    """
    _, first = np.unique(sequence, return_index=True)
    signals = sequence[np.sort(first)]
    start, stop = places[signals].min(), places[signals].max() + 1
    block = order[start:stop]
    if len(block) != len(signals) or np.array_equal(block, signals):
        return False
    if not np.array_equal(metas[block], metas[signals]):
        return False
    order[start:stop] = signals
    places[signals] = np.arange(start, stop)
    return True


def sort_ops_by_signals(
    op_list: Sequence[Any], signals: Sequence[Any], position: int = 0
) -> List[Any]:
    """
    Sort operators by the place in memory of their signals at one position.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators of a group.
    signals : sequence of nengo.builder.Signal
        Base signals in memory order.
    position : int, optional
        Which signal of each operator counts: reads come first, then sets, incs and
        updates.

    Returns
    -------
    list of nengo.builder.Operator
        The operators in their new order.
    """
    place = {signal: i for i, signal in enumerate(signals)}

    def key(op):
        signal = (op.reads + op.sets + op.incs + op.updates)[position]
        return place[signal.base], byte_range(signal)[0]

    return sorted(op_list, key=key)


def sort_signals_by_ops(
    signals: Sequence[Any], op_list: Sequence[Any], position: int = 0
) -> List[Any]:
    """
    Put the signals that operators use at one position into the operators' order.

    Parameters
    ----------
    signals : sequence of nengo.builder.Signal
        Base signals in memory order.
    op_list : sequence of nengo.builder.Operator
        The operators of a group.
    position : int, optional
        Which signal of each operator counts: reads come first, then sets, incs and
        updates.

    Returns
    -------
    list of nengo.builder.Signal
        The signals in their new order; unchanged if those of the operators do not lie
        side by side.
    """
    number = {signal: i for i, signal in enumerate(signals)}
    used = [(op.reads + op.sets + op.incs + op.updates)[position] for op in op_list]
    order = np.arange(len(signals))
    sequence = np.array([number[signal.base] for signal in used], dtype=int)
    if len(sequence):
        sort_signals(order, order.copy(), sequence, np.zeros(len(signals), dtype=int))
    return [signals[i] for i in order]
