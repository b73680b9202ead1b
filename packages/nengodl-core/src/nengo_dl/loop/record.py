# SPDX-License-Identifier: MIT
"""Buffers that a loop writes a row of in each step."""

from typing import Any, Tuple

import tensorflow as tf

from nengo_dl.compat.tensorflow import scatter_update


class ArrayRecord:
    """TensorArrays, which XLA updates in place; rows may be written again."""

    def start(self, rows: int, shape: Tuple[int, ...], dtype: Any) -> tf.TensorArray:
        """Make a buffer of `rows` values."""
        return tf.TensorArray(dtype, rows, element_shape=shape, clear_after_read=False)

    def write(self, buffer: tf.TensorArray, row: tf.Tensor, value: tf.Tensor) -> Any:
        """Put a value into a row."""
        return buffer.write(row, value)

    def finish(self, buffer: tf.TensorArray) -> tf.Tensor:
        """Return all rows."""
        return buffer.stack()


class ScatterRecord:
    """Tensors, for loops outside XLA, where a TensorArray's row can't be written twice."""

    def start(self, rows: int, shape: Tuple[int, ...], dtype: Any) -> tf.Tensor:
        """Make a buffer of `rows` values."""
        return tf.zeros((rows,) + tuple(shape), dtype)

    def write(self, buffer: tf.Tensor, row: tf.Tensor, value: tf.Tensor) -> tf.Tensor:
        """Put a value into a row."""
        return scatter_update(buffer, row, value)

    def finish(self, buffer: tf.Tensor) -> tf.Tensor:
        """Return all rows."""
        return buffer
