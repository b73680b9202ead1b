# SPDX-License-Identifier: MIT
"""Terms and pieces say the same as writing into NumPy arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nengo_dl.lower.refs import Ref, ref_of
from nengo_dl.lower.values import Piece, Values, positions, select


class Numeric:
    """Values, and beside them live arrays that get the same writes."""

    def __init__(self, make, sizes):
        self.values = Values()
        self.sources = []
        self.bases = [make.signal(n, name=f"base{n}") for n in sizes]
        self.arrays = {}
        for base in self.bases:
            self.arrays[base] = np.arange(base.size) + 10.0 * base.size
            self.values.start(base, self.source(self.arrays[base].copy()), 0)

    def source(self, array):
        """Number a new source."""
        self.sources.append(np.asarray(array, dtype=float))
        return len(self.sources) - 1

    def put(self, refs, modes, flat, last):
        """Write to the arrays."""
        for ref, mode, place in zip(refs, modes, positions(refs, last)):
            if mode == "inc":
                np.add.at(self.arrays[ref.base], ref.index.ravel(), flat[place])
            else:
                self.arrays[ref.base][ref.index.ravel()] = flat[place]

    def add_up(self, pieces, length):
        """Evaluate pieces."""
        total = np.zeros(length)
        for piece in pieces:
            total[piece.out] += self.sources[piece.source][piece.src]
        return total

    def check(self):
        """Compare all values."""
        for base, array in self.arrays.items():
            found = self.add_up(self.values.read([ref_of(base)]), base.size)
            np.testing.assert_allclose(found, array, rtol=1e-12)


def refs_of(draw, bases, count, size=None):
    """Draw references to different bases, so that their order can't matter."""
    chosen = draw(st.permutations(bases))[:count]
    refs = []
    for base in chosen:
        n = size or draw(st.integers(1, base.size))
        start = draw(st.integers(0, base.size - n))
        step = draw(st.integers(1, (base.size - start - 1) // max(1, n - 1) or 1))
        index = start + step * np.arange(n)
        refs.append(Ref(base, index[::-1] if draw(st.booleans()) else index))
    return refs


@given(data=st.data())
def test_any_sequence_of_writes_equals_numpy(make, data):
    """Set, increment, move and clear on views: values are those of live arrays."""
    numeric = Numeric(make, [5, 6, 7])
    for _ in range(data.draw(st.integers(1, 8))):
        kind = data.draw(st.sampled_from(["write", "move", "clear"]))
        last = kind == "write" and data.draw(st.booleans())
        size = data.draw(st.integers(1, 5)) if last or kind == "move" else None
        refs = refs_of(data.draw, numeric.bases, data.draw(st.integers(1, 2)), size)
        modes = [data.draw(st.sampled_from(["set", "inc", "update"])) for _ in refs]
        total = sum(ref.size for ref in refs)
        if kind == "clear":
            numeric.values.clear(refs)
            numeric.put(refs, ["set"] * len(refs), np.zeros(total), False)
        elif kind == "write":
            flat = np.arange(total) + 0.5
            numeric.values.write(refs, modes, numeric.source(flat), last)
            numeric.put(refs, modes, flat, last)
        else:
            src = refs_of(data.draw, numeric.bases, len(refs), size)
            pieces = numeric.values.read(src)
            flat = numeric.add_up(pieces, total)
            numeric.values.move(pieces, refs, modes)
            numeric.put(refs, modes, flat, False)
        numeric.check()


def test_repeated_elements_accumulate(make):
    """An increment of ``[0, 0, 1]`` adds two values to the first element."""
    numeric = Numeric(make, [3])
    ref = Ref(numeric.bases[0], np.array([0, 0, 1]))
    numeric.values.write([ref], ["inc"], numeric.source([1, 2, 4]))
    found = numeric.add_up(numeric.values.read([ref_of(ref.base)]), 3)
    np.testing.assert_array_equal(found, [30 + 3, 31 + 4, 32])


def test_reading_elements_twice(make):
    """A read may name an element more than once, and in any order."""
    numeric = Numeric(make, [4])
    ref = Ref(numeric.bases[0], np.array([[3, 0], [0, 3]]))
    found = numeric.add_up(numeric.values.read([ref]), 4)
    np.testing.assert_array_equal(found, [43, 40, 40, 43])


def test_cleared_is_the_sum_of_nothing(make):
    """A cleared signal has no pieces at all, so nothing has to be added."""
    values, base = Values(), make.signal(3)
    values.start(base, 0, 0)
    values.clear([ref_of(base)])
    assert values.read([ref_of(base)]) == []


def test_start_with_a_stride(make):
    """Signals that lie interleaved in a source start as every n-th element of it."""
    values, base = Values(), make.signal(3)
    values.start(base, 7, offset=1, stride=4)
    (piece,) = values.read([ref_of(base)])
    assert piece.source == 7
    np.testing.assert_array_equal(piece.src, [1, 5, 9])


def test_keys_change_with_writes(make):
    """Reads have equal keys exactly as long as nothing writes their base."""
    values, base, other = Values(), make.signal(3), make.signal(3)
    refs, same = (ref_of(base[1:]),), (ref_of(base[1:]),)
    before = values.key(refs)
    values.clear([ref_of(other)])
    assert values.key(same) == before
    assert values.key((ref_of(base[:2]),)) != before
    values.clear([ref_of(base)])
    assert values.key(refs) != before


@pytest.mark.parametrize(
    "last, expected", [(False, [[0, 1], [2, 3]]), (True, [[0, 2], [1, 3]])]
)
def test_positions(make, last, expected):
    """References lie one after the other, or interleaved."""
    refs = [ref_of(make.signal(2)), ref_of(make.signal(2))]
    np.testing.assert_array_equal(positions(refs, last), expected)


def test_select_restricts_and_orders():
    """Selected positions of a value come in the order given, others not at all."""
    pieces = [Piece(0, np.array([5, 6, 7]), np.array([0, 1, 2]))]
    (piece,) = select(pieces, np.array([2, 9, 0]))
    np.testing.assert_array_equal(piece.src, [7, 5])
    np.testing.assert_array_equal(piece.out, [0, 2])
