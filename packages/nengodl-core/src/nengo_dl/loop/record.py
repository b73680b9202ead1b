# SPDX-License-Identifier: MIT
"""What a loop writes down in each step."""

from typing import Any, List, Tuple

import tensorflow as tf

from nengo_dl.compat.tensorflow import ARRAY_BYTES


class Record:
    """
    A row for each step of a block, in as many arrays as TensorFlow needs for it.

    Each row is written once, at most: under XLA TensorFlow 1 adds to a row what is
    written to it a second time. Rows never written are zeros.

    Parameters
    ----------
    n_rows : int
        Number of steps.
    shape : tuple of int
        Shape of a row.
    dtype : tf.DType
        Its type.
    """

    def __init__(self, n_rows: int, shape: Tuple[int, ...], dtype: Any):
        self.n_rows = n_rows
        self.shape = tuple(shape)
        self.dtype = dtype
        size = 1
        for n in self.shape:
            size *= n
        largest = size
        if ARRAY_BYTES is not None:
            largest = max(1, ARRAY_BYTES // (n_rows * dtype.size))
        starts = range(0, size, largest) if size else [0]
        self._ranges = [(start, min(size, start + largest)) for start in starts]

    @property
    def n_arrays(self) -> int:
        """int: number of arrays."""
        return len(self._ranges)

    def start(self) -> List[tf.TensorArray]:
        """Make the arrays."""
        whole = len(self._ranges) == 1
        return [
            tf.TensorArray(
                self.dtype,
                self.n_rows,
                element_shape=self.shape if whole else (end - start,),
                clear_after_read=False,
            )
            for start, end in self._ranges
        ]

    def write(self, arrays: List[Any], row: tf.Tensor, value: tf.Tensor) -> List[Any]:
        """Put a value into a row; return the arrays behind that."""
        if len(arrays) == 1:
            return [arrays[0].write(row, value)]
        flat = tf.reshape(value, (-1,))
        return [
            array.write(row, flat[start:end])
            for array, (start, end) in zip(arrays, self._ranges)
        ]

    def finish(self, arrays: List[Any]) -> tf.Tensor:
        """Return all rows, of shape (n_rows, *shape)."""
        if len(arrays) == 1:
            return arrays[0].stack()
        rows = tf.concat([array.stack() for array in arrays], axis=1)
        return tf.reshape(rows, (self.n_rows,) + self.shape)
