# SPDX-License-Identifier: MIT
"""Where a signal's values lie inside its base signal."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from nengo.builder import Signal
from nengo_dl.signals import byte_range, is_sparse, view_of

ITEMS = st.builds(
    slice, st.integers(-5, 5), st.integers(-5, 5), st.sampled_from([1, 2, -1, -2])
)


@given(rows=ITEMS, columns=st.one_of(st.none(), ITEMS))
def test_view_has_the_elements_that_numpy_selects(rows, columns):
    """Any slices of a matrix select from its values what they select from the signal."""
    item = rows if columns is None else (rows, columns)
    base = Signal(np.zeros((5, 3)), name="base")
    values = np.arange(15.0).reshape((5, 3))
    view = base[item]
    if view.size > 0:
        np.testing.assert_array_equal(view_of(values, view), values[item])


def test_reshaped_view_has_its_elements():
    """The place of a reshaped slice is right though nengo 2.8 loses its offset."""
    base = Signal(np.zeros(8), name="base")
    view = view_of(np.arange(8.0), base[4:].reshape((2, 2)))
    np.testing.assert_array_equal(view, [[4, 5], [6, 7]])


@given(first=ITEMS, second=ITEMS)
def test_ranges_overlap_where_numpy_says_so(first, second):
    """Two views share memory, as far as nengo can tell, if their ranges overlap."""
    base = Signal(np.zeros((5, 3)), name="base")
    views = base[first], base[second]
    (low, high), (low2, high2) = map(byte_range, views)
    overlap = max(low, low2) < min(high, high2) and all(v.size > 0 for v in views)
    expected = np.may_share_memory(*[v.initial_value for v in views])
    assert overlap == bool(expected)


def test_scalars_and_empty_views_have_ranges():
    """A number spans its bytes, an empty view none."""
    low, high = byte_range(Signal(np.array(1.0), name="number"))
    assert high - low == 8
    low, high = byte_range(Signal(np.zeros(3), name="x")[3:])
    assert low == high
    assert not is_sparse(Signal(np.zeros(3), name="x"))
