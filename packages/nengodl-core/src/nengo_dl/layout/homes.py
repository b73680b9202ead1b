# SPDX-License-Identifier: MIT
"""Collect signals that outlast a step in *homes*, one flat array each.

A home holds what one group reads (parameters) or writes (state) at one operand position,
in the order of the group's operators, so that the group takes and returns whole homes and
nothing has to be gathered or scattered. That is what planner and sorter work for.
"""

import types
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple

import numpy as np


class Place(NamedTuple):
    """A signal's elements: every `stride`-th of home number `home` from `offset` on."""

    home: int
    offset: int
    stride: int


class Home(NamedTuple):
    """
    Base signals in one array.

    `changes` says whether it is state, `last` whether signals are interleaved: element
    after element, with the axis of signals innermost.
    """

    bases: Tuple[Any, ...]
    changes: bool
    last: bool

    @property
    def length(self) -> int:
        """int: number of elements."""
        return sum(base.size for base in self.bases)

    @property
    def shape(self) -> Tuple[int, ...]:
        """
        Tuple of int: shape of the array, (signals, *shape), or (*shape, signals).

        It is the shape in which the group computes, so that XLA sees no reshape between
        the computation and the loop's variable, over which it would compute twice.
        Signals of unequal shapes lie in one row.
        """
        shapes = {tuple(base.shape) for base in self.bases}
        if len(shapes) > 1:
            return (1, self.length)
        if self.last:
            return shapes.pop() + (len(self.bases),)
        return (len(self.bases),) + shapes.pop()

    def places(self, number: int) -> List[Place]:
        """Return where each signal lies, if this is home number `number`."""
        if self.last:
            return [Place(number, i, len(self.bases)) for i in range(len(self.bases))]
        offsets = np.cumsum([0] + [base.size for base in self.bases])[:-1]
        return [Place(number, int(offset), 1) for offset in offsets]


class User(NamedTuple):
    """Operand number `number` of an operator: one of its reads, states or writes."""

    op: Any
    role: str
    number: int


class Layout(NamedTuple):
    """
    All homes, and the place of each base signal.

    `users` names for each base signal the first operand that it is, which is what tells
    signals apart that rules make for themselves.
    """

    homes: Tuple[Home, ...]
    place: Dict[Any, Place]
    users: Mapping[Any, User] = types.MappingProxyType({})


def make_layout(
    groups: Sequence[Any], fed: Sequence[Any] = (), extra: Sequence[Any] = ()
) -> Layout:
    """
    Give a home to each base signal whose value outlasts a step.

    Parameters
    ----------
    groups : sequence of Entry
        For each group of the plan its operators (`ops`), what each of them touches
        (`operands`) and whether it computes with interleaved signals (`last`).
    fed : sequence of nengo.builder.Signal
        Base signals that are given to each step from outside, and need no home.
    extra : sequence of nengo.builder.Signal
        Base signals that are only probed.

    Returns
    -------
    Layout
        The homes.
    """
    operands = [group.operands for group in groups]
    changed = _changed(operands)
    transient = _transient(operands) | set(fed)
    settler = _Settler()
    for changes, columns in ((True, _written), (False, _read)):
        for group in groups:
            for refs in columns(group.operands):
                bases = [
                    ref.base
                    for ref in refs
                    if ref.base not in transient and (ref.base in changed) == changes
                ]
                settler.settle(bases, changes, group.last)
    settler.settle([base for base in extra if base not in transient], False, False)
    return Layout(tuple(settler.homes), settler.place, _users(groups, settler.place))


class _Settler:
    """Collects homes; a signal stays where it came first."""

    def __init__(self):
        self.homes: List[Home] = []
        self.place: Dict[Any, Place] = {}

    def settle(self, bases, changes, last):
        """Put those signals that have no home yet into one, one for each kind of type."""
        kinds: Dict[str, List[Any]] = {}
        for base in dict.fromkeys(bases):
            if base not in self.place:
                kinds.setdefault(np.dtype(base.dtype).kind, []).append(base)
        for new in kinds.values():
            alike = len({tuple(base.shape) for base in new}) == 1
            home = Home(tuple(new), changes, last and alike)
            self.place.update(zip(new, home.places(len(self.homes))))
            self.homes.append(home)


def _users(groups, place):
    users: Dict[Any, User] = {}
    for group in groups:
        for op, touched in zip(group.ops, group.operands):
            writes = [ref for ref, _ in touched.writes]
            for role, refs in (
                ("reads", touched.reads),
                ("states", touched.states),
                ("writes", writes),
            ):
                for number, ref in enumerate(refs):
                    if ref.base in place:
                        users.setdefault(ref.base, User(op, role, number))
    return users


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
    return {
        base for base, mask in covered.items() if mask.all() and base not in lasting
    }


def _columns(rows):
    for position in range(max(map(len, rows), default=0)):
        yield [row[position] for row in rows if position < len(row)]


def _written(operands):
    yield from _columns([[ref for ref, _ in op.writes] for op in operands])
    yield from _columns([op.states for op in operands])


def _read(operands):
    return _columns([op.reads for op in operands])
