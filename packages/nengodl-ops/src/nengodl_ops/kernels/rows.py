# SPDX-License-Identifier: MIT
"""Rows of an array, taken, replaced or added to."""

from typing import Any

import numpy as np
import tensorflow as tf

from nengodl_ops.library import load


def gather_rows(variable: tf.Tensor, indices: Any) -> tf.Tensor:
    """
    Take rows of an array.

    Parameters
    ----------
    variable : tf.Tensor, shape (n, ...)
        The array; float32 or float64.
    indices : tf.Tensor or array_like of int, shape (k,)
        Numbers of rows, in any order, also several times.

    Returns
    -------
    tf.Tensor, shape (k, ...)
        The rows.

    Raises
    ------
    ValueError
        If the shapes do not fit together, or indices are no integers of 32 bits.
    tf.errors.InvalidArgumentError
        If an index is not that of a row. Nothing has been touched then.
    KernelsUnavailableError
        If the kernels are not compiled for the TensorFlow that is running.

    Notes
    -----
    The gradient of a row is the sum of the gradients of all that was taken from it.

    Examples
    --------
    >>> import tensorflow as tf
    >>> import nengodl_ops
    >>> print(nengodl_ops.gather_rows(tf.constant([1.0, 2.0]), [1, 1, 0]).numpy())
    [2. 2. 1.]
    """
    indices = _as_numbers(indices)

    @tf.custom_gradient
    def gather(variable):
        def gradient(given):
            zeros = tf.zeros_like(variable)
            return load().nengodl_scatter_add(zeros, given, indices)

        return load().nengodl_gather_rows(variable, indices), gradient

    return gather(variable)


def scatter_rows(
    variable: tf.Tensor, updates: tf.Tensor, indices: Any, mode: str = "set"
) -> tf.Tensor:
    """
    Replace rows of an array, or add to them.

    Parameters
    ----------
    variable : tf.Tensor, shape (n, ...)
        The array; float32 or float64.
    updates : tf.Tensor, shape (k, ...)
        What is written.
    indices : tf.Tensor or array_like of int, shape (k,)
        Numbers of the rows to which it is written.
    mode : {"set", "add"}, optional
        Whether rows are replaced, of equal indices by the last one, or added to, by all.

    Returns
    -------
    tf.Tensor, shape (n, ...)
        The new array; in place of the old one where TensorFlow allows.

    Raises
    ------
    ValueError
        If the shapes do not fit together, indices are no integers of 32 bits, or `mode`
        is another one.
    tf.errors.InvalidArgumentError
        If an index is not that of a row. Nothing has been touched then.
    KernelsUnavailableError
        If the kernels are not compiled for the TensorFlow that is running.

    Notes
    -----
    With g the gradient of the result, each update gets the rows of g that it was written
    to, also where a later one replaced it; the array gets g, if rows are replaced with
    zeros there.

    Examples
    --------
    >>> import tensorflow as tf
    >>> import nengodl_ops
    >>> zeros, ones = tf.zeros(3), tf.ones(2)
    >>> print(nengodl_ops.scatter_rows(zeros, ones, [1, 1], mode="add").numpy())
    [0. 2. 0.]
    """
    if mode not in ("set", "add"):
        raise ValueError(
            f"scatter_rows: expected mode 'set' or 'add', received {mode!r}"
        )
    indices = _as_numbers(indices)

    @tf.custom_gradient
    def scatter(variable, updates):
        def gradient(given):
            of_updates = load().nengodl_gather_rows(given, indices)
            if mode == "add":
                return given, of_updates
            zeros = tf.zeros_like(updates)
            return load().nengodl_scatter_set(given, zeros, indices), of_updates

        write = {"set": "nengodl_scatter_set", "add": "nengodl_scatter_add"}[mode]
        return getattr(load(), write)(variable, updates, indices), gradient

    return scatter(variable, updates)


def _as_numbers(indices):
    """Make a tensor; TensorFlow would cut larger integers down to 32 bits."""
    if not isinstance(indices, (tf.Tensor, tf.Variable)):
        given, indices = indices, np.asarray(indices).astype(np.int32)
        if not np.array_equal(indices, given):
            raise ValueError(
                f"indices: expected integers of 32 bits, received {np.asarray(given)}"
            )
    return tf.convert_to_tensor(indices, tf.int32)
