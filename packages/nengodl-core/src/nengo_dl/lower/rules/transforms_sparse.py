# SPDX-License-Identifier: MIT
"""Products with sparse matrices, of which only the entries are stored."""

import numpy as np
import tensorflow as tf

from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.registry import Operands, lowers
from nengo_dl.signals import entries

try:
    from nengo.builder.operator import SparseDotInc
except ImportError:  # nengo before 3 has no sparse transforms
    SparseDotInc = None


def block_diagonal(matrices):
    """
    Put matrices corner to corner.

    Parameters
    ----------
    matrices : sequence of nengo.builder.Signal
        Sparse signals.

    Returns
    -------
    (np.ndarray, np.ndarray, int)
        Rows and columns of all entries in the whole, and its number of rows.
    """
    rows, columns, end = [], [], (0, 0)
    for matrix in matrices:
        row, column, _ = entries(matrix)
        rows.append(row + end[0])
        columns.append(column + end[1])
        end = end[0] + matrix.shape[0], end[1] + matrix.shape[1]
    return np.concatenate(rows), np.concatenate(columns), end[0]


def _operands(op):
    return Operands((ref_of(op.A), ref_of(op.X)), (), ((ref_of(op.Y), "inc"),))


if SparseDotInc is not None:

    @lowers(SparseDotInc, merge_key=lambda op: (), operands=_operands, elementwise=True)
    def lower_sparse_dot_inc(ctx, data, x):
        """``Y += A.dot(X)`` of all operators, as one product with A's corner to corner."""
        rows, columns, n_rows = block_diagonal([op.A for op in ctx.ops])
        data, x = (tf.reshape(t, [int(t.shape[0]), -1]) for t in (data, x))
        return ctx.kernels.sparse_product(data, x, rows, columns, n_rows)
