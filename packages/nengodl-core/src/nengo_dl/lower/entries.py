# SPDX-License-Identifier: MIT
"""The plan with all that lowering knows about it: rules and operands of each group."""

from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
from nengo.builder.signal import Signal

from nengo_dl.lower.refs import Ref, ref_of
from nengo_dl.lower.registry import MOVE, Operands, Rule, rule_for

# With the axis of operators last XLA computes in vectors over operators, and sums over
# an operator's own axes are sums of vectors: 2.5 times faster for 528 products of 25
# elements (TF 2.21, CPU). It needs operators enough to fill vectors, and axes short
# enough to be written out.
MIN_OPERATORS = 16
MAX_AXIS = 64


class Entry(NamedTuple):
    """
    A group: its rule, its operators, and what each of them touches.

    `last` says that the axis of operators is the last one, not the one behind the batch.
    """

    rule: Rule
    ops: Tuple[Any, ...]
    operands: Tuple[Operands, ...]
    last: bool = False


def _make_entry(rule, ops):
    operands = tuple(rule.operands(op) for op in ops)
    last = (
        len(ops) >= MIN_OPERATORS
        and all(rule.interleaves(op) for op in ops)
        and len({_shapes(touched) for touched in operands}) == 1
        and max((n for shape in _shapes(operands[0]) for n in shape), default=1)
        <= MAX_AXIS
    )
    return Entry(rule, tuple(ops), operands, last)


def _constant_entries(rule, ops):
    """Split constants by shape, zeros apart: nothing is computed, so it costs nothing."""
    alike: Dict[Tuple, List[Any]] = {}
    for op in ops:
        ((ref, _),) = rule.operands(op).writes
        alike.setdefault((ref.shape, bool(np.any(rule.constant(op)))), []).append(op)
    return [_make_entry(rule, same) for same in alike.values()]


def _shapes(touched):
    refs = touched.reads + touched.states + tuple(ref for ref, _ in touched.writes)
    return tuple(ref.shape for ref in refs)


def make_entries(plan: Sequence[Sequence[Any]], probed: Sequence[Any]) -> List[Entry]:
    """
    Look up rules and operands of all groups, and put deferred results off.

    Products with learned weights become groups of their own, as weights that change and
    weights that stay would have to be put together in each step. A step of PES between
    500 neurons in 40 dimensions takes 15 us, and 75 us if both are one group; one of 10
    to 64 pairs of small ensembles is 1.2 times faster (TF 2.21, CPU, without kernels).

    Parameters
    ----------
    plan : sequence of sequence of nengo.builder.Operator
        Groups in order.
    probed : sequence of nengo.builder.Signal
        Base signals whose value at the end of a step is wanted.

    Returns
    -------
    list of Entry
        The groups in order.

    Raises
    ------
    LoweringError
        If an operator has no rule.
    """
    before, during = [], []
    lasting = _lasting(plan)
    for group in _apart(plan, _learned(plan)):
        rule = rule_for(group[0])
        if rule.constant is not None:
            during.extend(_constant_entries(rule, group))
            continue
        entry = _make_entry(rule, group)
        if rule.deferred and all(
            _can_wait(op, probed, lasting) for op in entry.operands
        ):
            recompute, save = _defer(entry, lasting)
            before.append(recompute)
            during.extend(save)
        else:
            during.append(entry)
    return before + during


def _learned(plan):
    """Find the base signals that learning rules change."""
    rules = [(rule_for(group[0]), group) for group in plan]
    changes = {
        ref.base
        for rule, group in rules
        if rule.change is not None
        for op in group
        for ref, _ in rule.operands(op).writes
    }
    # nengo adds the change to the weights by a copy
    return {
        touched.writes[0][0].base
        for rule, group in rules
        for touched in map(rule.operands, group)
        if changes.intersection(ref.base for ref in touched.reads) and touched.writes
    }


def _apart(plan, bases):
    """Split groups of which some operators read one of the base signals first."""
    for group in plan:
        parts: Dict[bool, List[Any]] = {}
        for op in group:
            reads = rule_for(op).operands(op).reads
            parts.setdefault(bool(reads and reads[0].base in bases), []).append(op)
        for part in parts.values():
            yield tuple(part)


def _lasting(plan):
    """
    Find base signals that are as they were read when the next step starts.

    They are only incremented, and nengo reads after all increments.
    """
    modes: Dict[Any, set] = {}
    for group in plan:
        rule = rule_for(group[0])
        for touched in map(rule.operands, group):
            for ref, mode in touched.writes:
                modes.setdefault(ref.base, set()).add(mode)
            for ref in touched.states:
                modes.setdefault(ref.base, set()).add("update")
    return {base for base, found in modes.items() if found == {"inc"}}


def _can_wait(touched, probed, lasting):
    """Whether to save the reads and compute the result when the next step starts."""
    ((target, mode),) = touched.writes
    return (
        mode == "update"
        and target.base not in probed
        and not np.any(target.base.initial_value)
        and target.size == target.base.size
        and target.size
        > sum(ref.size for ref in touched.reads if ref.base not in lasting)
    )


def _defer(entry, lasting):
    """Split a group: the computation, from saved reads, and the saving of the reads."""
    saved = [
        tuple(ref if ref.base in lasting else _saved(ref) for ref in op.reads)
        for op in entry.operands
    ]
    recompute = entry._replace(
        operands=tuple(
            Operands(reads, (), ((op.writes[0][0], "set"),))
            for reads, op in zip(saved, entry.operands)
        )
    )
    save = [
        _save(entry, [reads[i] for reads in saved], i) for i in range(len(saved[0]))
    ]
    return recompute, [moves for moves in save if moves.ops]


def _save(entry, saved, number):
    """Move one operand of each operator to where it is saved, if it is."""
    moves = [
        (op, Operands((read,), (), ((target, "update"),)))
        for op, read, target in zip(
            entry.ops, (op.reads[number] for op in entry.operands), saved
        )
        if target is not read
    ]
    ops, operands = zip(*moves) if moves else ((), ())
    return Entry(MOVE, ops, operands)


def _saved(ref: Ref) -> Ref:
    name = f"{ref.base.name}.saved"
    return ref_of(Signal(np.zeros(ref.shape), name=name))
