# SPDX-License-Identifier: MIT
"""Where a signal's values lie inside its base signal, for every nengo version."""

from typing import Any, Sequence, Tuple

import numpy as np
from nengo.builder.signal import Signal

from nengo_dl.errors import InvalidSparseMatrix


def check_types(operators: Sequence[Any]) -> None:
    """
    Refuse signals that hold anything else than real numbers.

    Parameters
    ----------
    operators : sequence of nengo.builder.Operator
        The operators, none of which is changed.

    Raises
    ------
    NotImplementedError
        If a signal has another type; names both.
    """
    for op in operators:
        for signal in op.all_signals:
            if np.dtype(signal.dtype).kind not in "fiub":
                raise NotImplementedError(
                    f"Signals of type {signal.dtype} are unsupported, but {signal} of {op}"
                    " is one. Signals must hold floats, integers or truth values."
                )


def is_sparse(signal):
    """
    Say whether a signal holds a sparse matrix.

    Parameters
    ----------
    signal : nengo.builder.Signal
        The signal; nengo before 3.0 has no sparse ones.

    Returns
    -------
    bool
        True if the initial value is a sparse matrix.
    """
    return bool(getattr(signal, "sparse", False))


def entries(signal: Any) -> Tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    List what a sparse signal's matrix holds.

    Parameters
    ----------
    signal : nengo.builder.Signal
        A sparse signal: nengo's own `SparseMatrix`, or a matrix of SciPy's.

    Returns
    -------
    (np.ndarray, np.ndarray, np.ndarray)
        Rows, columns and values. One place of the matrix may come several times, and its
        values are to be added up.

    Raises
    ------
    InvalidSparseMatrix
        If a place lies outside of the matrix.
    """
    matrix = signal.initial_value
    if hasattr(matrix, "tocoo"):
        matrix = matrix.tocoo()
        rows, columns = matrix.row, matrix.col
    else:
        # without entries NumPy makes floats of them
        rows, columns = matrix.indices.T.astype(np.int64)
    for axis, index in enumerate((rows, columns)):
        wrong = (index < 0) | (index >= signal.shape[axis])
        if wrong.any():
            raise InvalidSparseMatrix(signal, axis, int(index[wrong][0]))
    # whole numbers, too, are parameters that training may change
    return rows, columns, np.array(matrix.data, dtype=float)


class Entries(Signal):
    """
    The values of a sparse signal's entries, in the order of `entries`, as a vector.

    Parameters
    ----------
    matrix : nengo.builder.Signal
        The sparse signal.
    """

    def __init__(self, matrix: Any):
        values = entries(matrix)[2]
        super().__init__(
            values, name=f"{matrix.name}.entries", readonly=matrix.readonly
        )
        self.matrix = matrix

    @property
    def trainable(self):
        """bool: whether training may change the values, as the matrix says."""
        return getattr(self.matrix, "trainable", False)


def stored(signal: Any) -> Any:
    """
    Find the dense signal that holds the values of a signal.

    It is the one place that knows how sparse signals are stored: `lower.refs.ref_of` goes
    through here, and whatever works with references sees dense signals only.

    Parameters
    ----------
    signal : nengo.builder.Signal
        Any signal.

    Returns
    -------
    nengo.builder.Signal
        The signal itself, or the same `Entries` each time for a sparse one.
    """
    if not is_sparse(signal):
        return signal
    if not hasattr(signal, "entries"):
        signal.entries = Entries(signal)
    return signal.entries


def byte_range(signal):
    """
    Compute the memory that a signal's initial value spans.

    `Signal.offset` is not used, because nengo 2.8 loses it when a view is
    reshaped; nengo itself decides by addresses what overlaps.

    Parameters
    ----------
    signal : nengo.builder.Signal
        A dense base signal or a view of one.

    Returns
    -------
    (int, int)
        First address and first address behind the signal's last element.
        Comparable between signals of one base only.
    """
    value = signal.initial_value
    low = high = value.__array_interface__["data"][0]
    if value.size == 0:
        return low, low
    for length, stride in zip(value.shape, value.strides):
        if stride < 0:
            low += (length - 1) * stride
        else:
            high += (length - 1) * stride
    return low, high + value.itemsize


def view_of(array, signal):
    """
    Select from an array of a base signal's values those of one signal.

    Parameters
    ----------
    array : np.ndarray
        C-contiguous values of ``signal.base``, with its shape and dtype.
    signal : nengo.builder.Signal
        A dense base signal or a view of one.

    Returns
    -------
    np.ndarray
        A view of `array` with the shape and strides of `signal`.
    """
    if not signal.is_view:
        return array
    value = signal.initial_value
    start = signal.base.initial_value.__array_interface__["data"][0]
    return np.ndarray(
        buffer=array,
        dtype=value.dtype,
        shape=value.shape,
        strides=value.strides,
        offset=value.__array_interface__["data"][0] - start,
    )
