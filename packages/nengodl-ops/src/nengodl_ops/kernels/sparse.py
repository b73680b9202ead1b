# SPDX-License-Identifier: MIT
"""Products with a sparse matrix of which the entries are stored."""

import numpy as np
import tensorflow as tf

from nengodl_ops.kernels.shared import sum_like
from nengodl_ops.library import load


def sparse_product(
    data: tf.Tensor,
    x: tf.Tensor,
    rows: np.ndarray,
    columns: np.ndarray,
    n_rows: int,
) -> tf.Tensor:
    """
    Multiply a sparse matrix with vectors.

    Parameters
    ----------
    data : tf.Tensor, shape (1 or minibatch, n_entries)
        Values of the matrix's entries, in any order; those with equal row and column add
        up. Float32 or float64, like `x`.
    x : tf.Tensor, shape (1 or minibatch, n_columns)
        Vectors.
    rows, columns : np.ndarray of int, shape (n_entries,)
        Where the entries are.
    n_rows : int
        Number of rows of the matrix.

    Returns
    -------
    tf.Tensor, shape (1 or minibatch, n_rows)
        For each row the sum of its entries times the elements of `x` at their columns.

    Raises
    ------
    ValueError
        If shapes do not fit together, or an entry lies outside the matrix.
    KernelsUnavailableError
        If the kernels are not compiled for the TensorFlow that is running.

    Notes
    -----
    Differentiable once: the gradient of `x` is the product with the transposed matrix,
    that of an entry is the gradient of its row times `x` at its column, summed over items
    if they have the matrix in common.

    Examples
    --------
    >>> import tensorflow as tf
    >>> import nengodl_ops
    >>> data, x = tf.constant([[2.0, 3.0]]), tf.constant([[1.0, 10.0]])
    >>> print(nengodl_ops.sparse_product(data, x, [0, 0], [0, 1], 2).numpy())
    [[32.  0.]]
    """
    matrix = _Matrix(rows, columns, (int(n_rows), int(x.shape[1])))
    matrix.check(data)

    @tf.custom_gradient
    def product(data, x):
        def gradient(given):
            back = matrix.transposed().multiply(data, given)
            return sum_like(matrix.entry_gradient(given, x), data), sum_like(back, x)

        return matrix.multiply(data, x), gradient

    return product(data, x)


class _Matrix:
    """Where entries are, for the kernel: row by row."""

    def __init__(self, rows, columns, shape):
        self.rows, self.columns = (
            np.asarray(index, dtype=np.int64).ravel() for index in (rows, columns)
        )
        self.shape = shape

    def check(self, data):
        """Compare with the number of entries, and with the size of the matrix."""
        count = int(data.shape[1])
        if not len(self.rows) == len(self.columns) == count:
            raise ValueError(
                f"sparse_product: expected rows and columns of {count} entries, as data"
                f" has, received {len(self.rows)} and {len(self.columns)}"
            )
        for name, index, size in zip(
            ("rows", "columns"), (self.rows, self.columns), self.shape
        ):
            if count and not 0 <= index.min() <= index.max() < size:
                raise ValueError(
                    f"sparse_product: expected {name} from 0 to {size - 1}, received"
                    f" {index.min()} to {index.max()}"
                )

    def transposed(self):
        """Return the same entries with rows for columns."""
        return _Matrix(self.columns, self.rows, self.shape[::-1])

    def multiply(self, data, x):
        """Call the kernel."""
        order = np.argsort(self.rows, kind="stable")
        if not np.array_equal(order, np.arange(len(order))):
            data = tf.gather(data, tf.constant(order.astype(np.int32)), axis=1)
        counts = np.bincount(self.rows, minlength=self.shape[0])
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        columns = self.columns[order].astype(np.int32)
        return load().nengodl_sparse_product(
            data=data, starts=tf.constant(starts), columns=tf.constant(columns), x=x
        )

    def entry_gradient(self, given, x):
        """Return the gradient of each entry, for each item."""
        rows, columns = (
            tf.constant(index.astype(np.int32)) for index in (self.rows, self.columns)
        )
        return tf.gather(given, rows, axis=1) * tf.gather(x, columns, axis=1)
