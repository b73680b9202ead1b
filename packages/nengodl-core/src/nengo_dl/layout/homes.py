# SPDX-License-Identifier: MIT
"""Collect signals that outlast a step in *homes*, one flat array each.

A home holds what one group reads (parameters) or writes (state) at one operand position,
in the order of the group's operators, so that the group takes and returns whole homes and
nothing has to be gathered or scattered. That is what planner and sorter work for.
"""

from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np


class Home(NamedTuple):
    """Base signals in one flat array; `changes` says whether it is state."""

    bases: Tuple[Any, ...]
    changes: bool

    @property
    def length(self) -> int:
        """int: number of elements."""
        return sum(base.size for base in self.bases)

    @property
    def shape(self) -> Tuple[int, ...]:
        """
        tuple of int: shape of the array, (number of signals, *shape of a signal).

        It is the shape in which the group computes, so that XLA sees no reshape between
        the computation and the loop's variable, over which it would compute twice.
        Signals of unequal shapes lie in one row.
        """
        shapes = {tuple(base.shape) for base in self.bases}
        if len(shapes) == 1:
            return (len(self.bases),) + shapes.pop()
        return (1, self.length)

    def offsets(self) -> List[int]:
        """Return where each base signal starts."""
        return np.cumsum([0] + [base.size for base in self.bases])[:-1].tolist()


class Layout(NamedTuple):
    """All homes, and for each base signal the number of its home and its offset there."""

    homes: Tuple[Home, ...]
    place: Dict[Any, Tuple[int, int]]


def make_layout(
    operands: Sequence[Sequence[Any]],
    fed: Sequence[Any] = (),
    extra: Sequence[Any] = (),
) -> Layout:
    """
    Give a home to each base signal whose value outlasts a step.

    Parameters
    ----------
    operands : sequence of sequence of Operands
        For each group of the plan, what each of its operators touches.
    fed : sequence of nengo.builder.Signal
        Base signals that are given to each step from outside, and need no home.
    extra : sequence of nengo.builder.Signal
        Base signals that are only probed.

    Returns
    -------
    Layout
        The homes.
    """
    changed = _changed(operands)
    transient = _transient(operands) | set(fed)
    homes: List[Home] = []
    place: Dict[Any, Tuple[int, int]] = {}
    for changes, columns in ((True, _written(operands)), (False, _read(operands))):
        for refs in columns:
            _settle(refs, changes, changed, transient, homes, place)
    for base in extra:
        if base not in transient:
            _settle_bases([base], False, homes, place)
    return Layout(tuple(homes), place)


def _settle(refs, changes, changed, transient, homes, place):
    bases = [
        ref.base
        for ref in refs
        if ref.base not in transient and (ref.base in changed) == changes
    ]
    kinds: Dict[Any, List[Any]] = {}
    for base in bases:
        kinds.setdefault(np.dtype(base.dtype).kind, []).append(base)
    for same in kinds.values():
        _settle_bases(same, changes, homes, place)


def _settle_bases(bases, changes, homes, place):
    new = [base for base in dict.fromkeys(bases) if base not in place]
    if new:
        home = Home(tuple(new), changes)
        for base, offset in zip(new, home.offsets()):
            place[base] = (len(homes), offset)
        homes.append(home)


def _changed(operands):
    return {
        ref.base
        for group in operands
        for op in group
        for ref in [ref for ref, _ in op.writes] + list(op.states)
    }


def _transient(operands):
    """Signals that each step sets completely before anything reads them."""
    covered: Dict[Any, np.ndarray] = {}
    lasting = set()
    for group in operands:
        for op in group:
            lasting.update(ref.base for ref in op.states)
            for ref, mode in op.writes:
                if mode == "set":
                    mask = covered.setdefault(ref.base, np.zeros(ref.base.size, bool))
                    mask[ref.index.ravel()] = True
                elif mode == "update":
                    lasting.add(ref.base)
    return {base for base, mask in covered.items() if mask.all() and base not in lasting}


def _columns(operands, pick):
    for group in operands:
        rows = [pick(op) for op in group]
        for position in range(max((len(row) for row in rows), default=0)):
            yield [row[position] for row in rows if position < len(row)]


def _written(operands):
    yield from _columns(operands, lambda op: [ref for ref, mode in op.writes])
    yield from _columns(operands, lambda op: op.states)


def _read(operands):
    return _columns(operands, lambda op: op.reads)
