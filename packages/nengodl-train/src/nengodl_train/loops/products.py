# SPDX-License-Identifier: MIT
"""
Gradients of matrices, as one product for all steps.

The gradient of a matrix is in each step the product of what it was multiplied by and a
gradient, summed over the minibatch, and over steps. One product of all steps' factors gives
that sum, too, without reading and writing the matrix in each step.
"""

from typing import Any, NamedTuple, Optional, Tuple

import tensorflow as tf


class Product(NamedTuple):
    """
    The gradient of a matrix in one step, ``transpose(left) @ right`` in another shape.

    Parameters
    ----------
    left, right : tf.Tensor, shapes (k, m) and (k, n)
        The factors, usually with the minibatch as k.
    shape : tuple of int
        Shape of the gradient.
    """

    left: Any
    right: Any
    shape: Tuple[int, ...]


def as_product(gradient: Any) -> Optional[Product]:
    """
    Find the factors of a gradient.

    Parameters
    ----------
    gradient : tf.Tensor or None
        The gradient.

    Returns
    -------
    Product or None
        None if it is no product, or one whose factors take more memory than twice itself.
    """
    if gradient is None:
        return None
    tensor = gradient
    while tensor.op.type in ("Identity", "Reshape"):
        tensor = tensor.op.inputs[0]
    op = tensor.op
    if (
        op.type != "MatMul"
        or not op.get_attr("transpose_a")
        or op.get_attr("transpose_b")
    ):
        return None
    left, right = op.inputs
    (k, m), n = left.shape.as_list(), right.shape.as_list()[1]
    if k * (m + n) > 2 * m * n:
        return None
    return Product(left, right, tuple(int(size) for size in gradient.shape))


def total(product: Product, left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    """
    Sum products over steps.

    Parameters
    ----------
    product : Product
        One of them.
    left, right : tf.Tensor, shapes (steps, k, m) and (steps, k, n)
        The factors of all.

    Returns
    -------
    tf.Tensor
        The sum, in the gradient's shape.
    """
    m, n = int(left.shape[2]), int(right.shape[2])
    flat = tf.reshape(left, (-1, m)), tf.reshape(right, (-1, n))
    return tf.reshape(tf.matmul(*flat, transpose_a=True), product.shape)
