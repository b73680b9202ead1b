# SPDX-License-Identifier: MIT
"""Products with sparse matrices equal those with dense ones."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.builder import Signal
from nengo_dl.extend import check_rule
from nengo_dl.kernels import sparse_product
from nengo_dl.lower.rules import transforms_sparse

needs_nengo_3 = pytest.mark.skipif(
    not hasattr(nengo, "Sparse"), reason="nengo before 3.0 has no sparse transforms"
)


def draw(n_rows, n_columns, n_entries, items, seed=0):
    """Rows and columns, some of them twice; values; vectors; the dense matrix."""
    rng = np.random.RandomState(seed)
    rows, columns = [rng.randint(0, n, n_entries) for n in (n_rows, n_columns)]
    data, x = rng.randn(1, n_entries), rng.randn(items, n_columns)
    dense = np.zeros((n_rows, n_columns))
    np.add.at(dense, (rows, columns), data[0])
    return rows, columns, data, x, dense


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("shape", [(4, 6, 40, 1), (5, 3, 7, 3), (9, 2, 1, 2)])
def test_product_equals_the_dense_one(evaluate, shape, jit):
    """Entries add to their rows, those for one place add up, empty rows are zero."""
    rows, columns, data, x, dense = draw(*shape)
    found = evaluate(
        lambda d, v: sparse_product(d, v, rows, columns, shape[0]), data, x, jit=jit
    )
    np.testing.assert_allclose(found, x.dot(dense.T), rtol=0, atol=1e-13)


@pytest.mark.parametrize("jit", [False, True])
def test_gradients(evaluate, jit):
    """The gradients of values and vectors are those of ops.md 5."""
    rows, columns, data, x, dense = draw(4, 6, 40, 3)
    weights = np.random.RandomState(1).randn(3, 4)

    def gradients(d, v):
        total = tf.reduce_sum(weights * sparse_product(d, v, rows, columns, 4))
        return tf.concat([tf.reshape(g, [-1]) for g in tf.gradients(total, [d, v])], 0)

    found = evaluate(gradients, data, x, jit=jit)
    of_data = (weights[:, rows] * x[:, columns]).sum(axis=0)
    expected = np.concatenate([of_data, weights.dot(dense).ravel()])
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


def operator(rows, columns, shape, vector=True):
    """Make the operator of a product with a sparse matrix of ones."""
    indices = np.transpose([rows, columns])
    matrix = nengo.transforms.SparseMatrix(indices, np.ones(len(rows)), shape)
    more = () if vector else (1,)
    return transforms_sparse.SparseDotInc(
        Signal(matrix, name="A"),
        Signal(np.zeros((shape[1],) + more), name="X"),
        Signal(np.zeros((shape[0],) + more), name="Y"),
    )


@needs_nengo_3
@pytest.mark.parametrize("minibatch", [1, 3])
@pytest.mark.parametrize("shared", [False, True])
def test_unequal_matrices_are_one_group(minibatch, shared):
    """Matrices of all shapes are computed together, like nengo's steps one by one."""
    ops = [
        operator([0, 2, 2], [1, 0, 0], (3, 2)),
        operator([0, 1], [0, 4], (2, 5)),
        operator([1], [1], (2, 2)),
        operator([0, 1], [2, 1], (2, 3), vector=False),
    ]
    together = {"shared": [op.A for op in ops]} if shared else {}
    check_rule(ops, minibatch=minibatch, **together)
    check_rule(ops, minibatch=minibatch, dtype="float32", jit=False, **together)


@needs_nengo_3
def test_matrix_without_entries():
    """A matrix that is empty adds nothing."""
    check_rule([operator([], [], (3, 2)), operator([1], [0], (2, 2))], minibatch=2)
