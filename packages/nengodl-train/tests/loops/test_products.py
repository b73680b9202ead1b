# SPDX-License-Identifier: MIT
"""Gradients that are products are found, and added up as one product."""

import numpy as np
import pytest
import tensorflow as tf
from nengodl_train.loops.products import as_product, total


@pytest.fixture(autouse=True)
def graph():
    """A graph to write into."""
    with tf.Graph().as_default():
        yield


def gradient_by_matrix(k, m, n):
    """Multiply k vectors with a matrix; return its gradient, the vectors, and theirs."""
    rng = np.random.RandomState(0)
    matrix = tf.constant(rng.standard_normal((1, m, n)))
    vectors = tf.constant(rng.standard_normal((k, m)))
    weights = tf.constant(rng.standard_normal((k, n)))
    product = tf.matmul(vectors, tf.reshape(matrix, (m, n)))
    (gradient,) = tf.gradients(product, [matrix], weights)
    return gradient, vectors, weights


def run(fetches):
    """Compute tensors of the present graph."""
    with tf.compat.v1.Session() as sess:
        return sess.run(fetches)


def test_product():
    """The gradient of a matrix is the product of vectors and their gradients."""
    gradient, vectors, weights = gradient_by_matrix(2, 3, 4)
    product = as_product(gradient)
    assert product.shape == (1, 3, 4)
    left, right, found, a, b = run(
        [product.left, product.right, gradient, vectors, weights]
    )
    np.testing.assert_array_equal(left, a)
    np.testing.assert_array_equal(right, b)
    np.testing.assert_allclose(left.T @ right, found[0], rtol=1e-14)


@pytest.mark.parametrize("k, found", [(1, True), (3, True), (4, False)])
def test_memory(k, found):
    """Factors that take more than twice the memory of their product are not kept."""
    # k (3 + 4) numbers, or 3 * 4
    gradient, _, _ = gradient_by_matrix(k, 3, 4)
    assert (as_product(gradient) is not None) == found


def test_no_product():
    """Other gradients are left alone."""
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    assert as_product(None) is None
    assert as_product(x + x) is None
    assert as_product(tf.matmul(x, x)) is None
    assert as_product(tf.matmul(x, x, transpose_a=True, transpose_b=True)) is None


def test_total():
    """One product of all steps' factors is the sum of the products."""
    gradient, _, _ = gradient_by_matrix(2, 3, 4)
    rng = np.random.RandomState(1)
    left, right = rng.standard_normal((5, 2, 3)), rng.standard_normal((5, 2, 4))
    found = run(total(as_product(gradient), tf.constant(left), tf.constant(right)))
    expected = sum(a.T @ b for a, b in zip(left, right))
    np.testing.assert_allclose(found, expected[None], rtol=1e-13)
