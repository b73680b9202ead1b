# SPDX-License-Identifier: MIT
"""Where a signal's values lie inside its base signal, for every nengo version."""

import numpy as np


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
