# SPDX-License-Identifier: MIT
"""Where the current value of each signal comes from while a step is written down.

A signal is never stored: its value is a sum of terms, each of which takes some elements
of some tensor (a *source*) to some elements of the signal. Setting a signal replaces
terms, incrementing adds one, copying renames; only reading makes a tensor.
"""

from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np

from nengo_dl.lower.refs import Ref


class Term(NamedTuple):
    """Elements `src` of a source are added to elements `dst` of a signal."""

    source: int
    src: np.ndarray
    dst: np.ndarray


class Piece(NamedTuple):
    """Elements `src` of a source are added to elements `out` of a value being read."""

    source: int
    src: np.ndarray
    out: np.ndarray


class Values:
    """The terms of all base signals at one point of the step."""

    def __init__(self):
        self._terms: Dict[Any, List[Term]] = {}
        self._version: Dict[Any, int] = {}

    def start(self, base: Any, source: int, offset: int, stride: int = 1) -> None:
        """Let a signal start as every `stride`-th element of a source from `offset` on."""
        every = np.arange(base.size)
        self._terms[base] = [Term(source, every * stride + offset, every)]

    def write(
        self, refs: Sequence[Ref], modes: Sequence[str], source: int, last: bool = False
    ) -> None:
        """Write the elements of a source to the elements of `refs`; see `positions`."""
        places = positions(refs, last)
        for base, mode, src, dst in _by_base(refs, modes, places):
            self._add(base, mode, [Piece(source, src, np.arange(len(src)))], dst)

    def move(
        self, pieces: List[Piece], refs: Sequence[Ref], modes: Sequence[str]
    ) -> None:
        """Write what `pieces` say about a read value to the elements of `refs`."""
        places = positions(refs, False)
        for base, mode, src, dst in _by_base(refs, modes, places):
            self._add(base, mode, select(pieces, src), dst)

    def clear(self, refs: Sequence[Ref]) -> None:
        """Set the elements of `refs` to zero, which is the sum of no terms."""
        for ref in refs:
            self._add(ref.base, "set", [], ref.index.ravel())

    def _add(self, base, mode, pieces, dst):
        terms = self._terms.get(base, [])
        if mode != "inc":
            terms = _without(terms, dst, base.size)
        for piece in pieces:
            terms = terms + [
                Term(piece.source, piece.src[layer], dst[piece.out[layer]])
                for layer in _unique_layers(dst[piece.out])
            ]
        self._terms[base] = terms
        self._version[base] = self._version.get(base, 0) + 1

    def key(self, refs: Tuple[Ref, ...]) -> Tuple:
        """Equal for two reads that must give equal values."""
        return tuple(
            (
                id(ref.base),
                self._version.get(ref.base, 0),
                ref.shape,
                ref.index.tobytes(),
            )
            for ref in refs
        )

    def read(self, refs: Sequence[Ref], last: bool = False) -> List[Piece]:
        """
        Say how the values of `refs` are put together, placed as by `positions`.

        Pieces of one source come as one, unless they add to the same elements.
        """
        found: Dict[Tuple[int, int], List[Tuple[np.ndarray, np.ndarray]]] = {}
        for ref, place in zip(refs, positions(refs, last)):
            flat = ref.index.ravel()
            for layer, term in enumerate(self._terms.get(ref.base, ())):
                out, src = _match(term, flat, ref.base.size)
                if len(out):
                    found.setdefault((term.source, layer), []).append((place[out], src))
        return [
            Piece(
                source,
                np.concatenate([src for _, src in parts]),
                np.concatenate([out for out, _ in parts]),
            )
            for (source, _), parts in found.items()
        ]


def positions(refs: Sequence[Ref], last: bool) -> List[np.ndarray]:
    """
    Give each reference its elements of a common array.

    Parameters
    ----------
    refs : sequence of Ref
        References; of equal size if `last`.
    last : bool
        Whether they are interleaved (element after element, references innermost)
        instead of one after the other.

    Returns
    -------
    list of np.ndarray
        Positions in the flat array.
    """
    if last:
        return [np.arange(ref.size) * len(refs) + i for i, ref in enumerate(refs)]
    ends = np.cumsum([ref.size for ref in refs])
    return [np.arange(end - ref.size, end) for ref, end in zip(refs, ends)]


def select(pieces: List[Piece], positions: np.ndarray) -> List[Piece]:
    """Restrict pieces to the given positions of the value, in that order."""
    size = int(positions.max()) + 1 if len(positions) else 0
    chosen = []
    for piece in pieces:
        size = max(size, int(piece.out.max()) + 1 if len(piece.out) else 0)
        out, src = _match(Term(piece.source, piece.src, piece.out), positions, size)
        if len(out):
            chosen.append(Piece(piece.source, src, out))
    return chosen


def _match(term, flat, size):
    """For each element of `flat` that the term reaches: its position, and where from."""
    if len(term.dst) == len(flat) and np.array_equal(term.dst, flat):
        return np.arange(len(flat)), term.src
    table = np.full(size, -1)
    table[term.dst] = term.src
    src = table[flat]
    out = np.flatnonzero(src >= 0)
    return out, src[out]


def _by_base(refs, modes, places):
    """Group references by base and mode: (base, mode, places, elements)."""
    groups: Dict[Tuple[Any, str], List[Tuple[np.ndarray, np.ndarray]]] = {}
    for ref, mode, place in zip(refs, modes, places):
        groups.setdefault((ref.base, mode), []).append((place, ref.index.ravel()))
    for (base, mode), parts in groups.items():
        src = np.concatenate([place for place, _ in parts])
        yield base, mode, src, np.concatenate([index for _, index in parts])


def _without(terms, dst, size):
    """Cut the elements `dst` out of all terms."""
    gone = np.zeros(size, dtype=bool)
    gone[dst] = True
    kept = []
    for term in terms:
        keep = ~gone[term.dst]
        if keep.all():
            kept.append(term)
        elif keep.any():
            kept.append(Term(term.source, term.src[keep], term.dst[keep]))
    return kept


def _unique_layers(dst):
    """Split positions into selections in which each element of `dst` comes once."""
    order = np.argsort(dst, kind="stable")
    ranked = dst[order]
    first = (
        np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
        if len(ranked)
        else np.zeros(0, int)
    )
    rank = np.arange(len(dst)) - np.repeat(first, np.diff(np.append(first, len(dst))))
    if not rank.any():
        return [slice(None)]
    layer = np.empty(len(dst), int)
    layer[order] = rank
    return [np.flatnonzero(layer == i) for i in range(rank.max() + 1)]
