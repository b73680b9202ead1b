# SPDX-License-Identifier: MIT
"""Finding overlapping intervals by a sweep."""

from hypothesis import given
from hypothesis import strategies as st
from nengo_dl.plan.overlap import overlapping_pairs

INTERVAL = st.tuples(st.integers(0, 12), st.integers(0, 6)).map(
    lambda drawn: (drawn[0], drawn[0] + drawn[1])
)


@given(st.lists(INTERVAL, unique=True, max_size=12))
def test_finds_the_pairs_that_comparing_all_finds(intervals):
    """The sweep finds each overlapping pair once, and no other; empty ones have none."""
    expected = [
        (i, j)
        for j, (low, high) in enumerate(intervals)
        for i in range(j)
        if max(low, intervals[i][0]) < min(high, intervals[i][1])
    ]
    found = [tuple(sorted(pair)) for pair in overlapping_pairs(intervals)]
    assert sorted(found) == sorted(expected)
