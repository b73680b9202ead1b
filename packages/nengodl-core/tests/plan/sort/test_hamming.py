# SPDX-License-Identifier: MIT
"""Chaining sets of blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nengo_dl.plan import hamming_sort


def chain(*sets):
    """Sort sets that are written as strings of digits; return them that way."""
    result = hamming_sort([frozenset(map(int, s)) for s in sets])
    return ["".join(map(str, sorted(s))) for s in result]


@given(st.lists(st.frozensets(st.integers(0, 5)), max_size=12))
def test_every_set_appears_once(memberships):
    """The chain has all different sets, each once."""
    result = hamming_sort(memberships)
    assert len(result) == len(set(memberships))
    assert set(result) == set(memberships)


@pytest.mark.parametrize(
    "sets, expected",
    [
        (("2", "0", "1"), ["0", "1", "2"]),  # the largest blocks first
        (("2", "12", "1", "0", "01"), ["0", "01", "1", "12", "2"]),  # no gaps
        (("0", "23", "012", "02"), ["0", "02", "012", "23"]),  # active block 0 first
        (("0123", "01", "0124", "0"), ["0", "01", "0123", "0124"]),  # supersets
        (("0", "1234", "4"), ["0", "4", "1234"]),  # smallest difference if none shares
    ],
)
def test_order(sets, expected):
    """Blocks stay together, supersets follow, then what differs least."""
    assert chain(*sets) == expected


def test_many_unrelated_sets_are_chained_fast():
    """Sets that share nothing are not compared with each other."""
    sets = [frozenset([2 * i, 2 * i + 1]) for i in range(20000)]
    assert hamming_sort(sets[::-1]) == sets
