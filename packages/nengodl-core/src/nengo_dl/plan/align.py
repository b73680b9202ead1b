# SPDX-License-Identifier: MIT
"""Order operators inside groups so that each group reads what others wrote side by side.

A read costs nothing if the group's operands lie in the order in which one group wrote
them. So groups are sorted one after the other by where their operands come from; a second
pass knows the order in which state, read before it is written, was left by the first.
"""

import itertools
from typing import Any, Dict, List, Sequence, Tuple

N_PASSES = 2


def align_operators(plan: Sequence[Sequence[Any]], n_passes: int = N_PASSES) -> Tuple:
    """
    Sort the operators of each group by the origin of what they read.

    Parameters
    ----------
    plan : sequence of sequence of nengo.builder.Operator
        Groups in order.
    n_passes : int, optional
        How often to go through the plan.

    Returns
    -------
    (list of nengo.builder.Signal, list of tuple of nengo.builder.Operator)
        Base signals in the order in which they are written, then those that are only
        read; and the plan with sorted groups. Deterministic, in time n log n.
    """
    rank: Dict[Any, int] = {}
    counter = itertools.count()
    groups = [tuple(group) for group in plan]
    for _ in range(n_passes):
        for i, group in enumerate(groups):
            groups[i] = _sort_group(group, rank)
            _enter(groups[i], rank, counter)
    read = {sig.base: None for group in groups for op in group for sig in op.reads}
    written = sorted(rank, key=rank.__getitem__)
    return written + [base for base in read if base not in rank], groups


def _sort_group(group, rank):
    keys = [_origin(op, rank) for op in group]
    order = sorted(range(len(group)), key=keys.__getitem__)
    seen: Dict[Any, int] = {}
    turns: List[Tuple] = []
    for i in order:
        # what is read twice is read in two rounds, each in order, not twice in a row
        turn = seen[keys[i]] = seen.get(keys[i], -1) + 1
        turns.append((turn, keys[i], i))
    return tuple(group[i] for _, _, i in sorted(turns))


def _origin(op, rank):
    """Where operands come from, the largest first."""
    reads = [sig for sig in op.reads if sig.base in rank]
    reads.sort(key=lambda sig: -sig.size)
    # What only moves parameters and constants has no origin yet, and may as well be in the
    # order of the group that writes the same signals after it.
    known = reads or [sig for sig in op.sets + op.incs if sig.base in rank]
    return tuple((rank[sig.base], _start(sig)) for sig in known)


def _start(sig):
    value, base = sig.initial_value, sig.base.initial_value
    if not sig.is_view:
        return 0
    address = [array.__array_interface__["data"][0] for array in (value, base)]
    return address[0] - address[1]


def _enter(group, rank, counter):
    """Rank what a group writes by its order; the last group to write a signal decides."""
    for kind in ("sets", "incs", "updates"):
        columns = [getattr(op, kind) for op in group]
        for position in range(max(map(len, columns), default=0)):
            for column in columns:
                if position < len(column):
                    rank[column[position].base] = next(counter)
