# SPDX-License-Identifier: MIT
"""Where a signal's values lie inside its base signal."""

import nengo
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nengo.builder import Signal
from nengo_dl.errors import InvalidSparseMatrix
from nengo_dl.signals import byte_range, entries, is_sparse, stored, view_of

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


needs_sparse = pytest.mark.skipif(
    not hasattr(nengo, "Sparse"), reason="nengo before 3.0 has no sparse signals"
)


def sparse_signal(indices, data, shape):
    """Make a signal that holds a sparse matrix of nengo's own."""
    matrix = nengo.transforms.SparseMatrix(indices, data, shape)
    return Signal(matrix, name="matrix", readonly=True)


@needs_sparse
def test_sparse_signals_store_their_entries():
    """Values keep their order, also those for one place, and whole numbers are floats."""
    signal = sparse_signal([[2, 0], [0, 1], [2, 0]], np.array([5, 3, 4]), (3, 2))
    rows, columns, data = entries(signal)
    assert is_sparse(signal)
    assert list(rows) == [2, 0, 2] and list(columns) == [0, 1, 0]
    vector = stored(signal)
    assert vector is stored(signal) and vector.readonly
    for values in (data, vector.initial_value):
        assert values.dtype == float and list(values) == [5, 3, 4]


@needs_sparse
@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr", "dia"])
def test_entries_of_scipy_matrices(form):
    """Rows, columns and values of each form give the matrix back."""
    scipy_sparse = pytest.importorskip("scipy.sparse")
    matrix = scipy_sparse.random(5, 4, 0.4, form, random_state=0)
    rows, columns, data = entries(Signal(matrix, name="matrix"))
    dense = np.zeros((5, 4))
    np.add.at(dense, (rows, columns), data)
    np.testing.assert_array_equal(dense, matrix.toarray())


@needs_sparse
def test_entries_are_trainable_if_the_matrix_is():
    """A mark on the matrix holds for what stores it, whenever it is set."""
    signal = sparse_signal([[0, 0]], [1.0], (1, 1))
    vector = stored(signal)
    assert not vector.trainable
    signal.trainable = True
    assert vector.trainable


@needs_sparse
@pytest.mark.parametrize(
    "place, message", [([3, 0], "Row .* 0 to 2"), ([0, -1], "Column .* -1")]
)
def test_entries_outside_of_the_matrix(place, message):
    """The error names axis, range and index."""
    with pytest.raises(InvalidSparseMatrix, match=message):
        entries(sparse_signal([place], [1.0], (3, 2)))


def test_dense_signals_store_themselves():
    """A dense signal and its views are what they are."""
    signal = Signal(np.zeros((3, 2)), name="x")
    view = signal[1:]
    assert stored(signal) is signal and stored(view) is view
