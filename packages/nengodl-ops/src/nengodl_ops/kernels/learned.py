# SPDX-License-Identifier: MIT
"""Learned weights, changed and applied in one pass."""

from typing import Optional, Tuple

import tensorflow as tf

from nengodl_ops.kernels.shared import sum_like
from nengodl_ops.library import load


def learned_product(
    weights: tf.Tensor,
    pre: tf.Tensor,
    change: tf.Tensor,
    x: tf.Tensor,
    decay: Optional[tf.Tensor] = None,
) -> Tuple[tf.Tensor, tf.Tensor]:
    r"""
    Change weights by an outer product, and multiply them with a vector.

    .. math::
       W'_{ij} = (1 - d_i) W_{ij} + c_i p_j, \qquad y_i = \sum_j W'_{ij} x_j

    One pass over the weights, in place where TensorFlow allows, for both: a step of PES,
    BCM (no decay), Oja or Voja together with the product of the connection that learns.

    Parameters
    ----------
    weights : tf.Tensor, shape (minibatch, n, rows, columns)
        Weights W of `n` connections; float32 or float64, like all others.
    pre : tf.Tensor, shape (minibatch or 1, n, columns)
        Filtered activities p.
    change : tf.Tensor, shape (minibatch or 1, n, rows)
        Changes c, for PES ``-learning_rate * dt / columns * error``.
    x : tf.Tensor, shape (minibatch or 1, n, columns)
        What the changed weights are applied to.
    decay : tf.Tensor, shape (minibatch or 1, n, rows), optional
        Share d of the weights that is lost; of the minibatch of `change`. None by default.

    Returns
    -------
    weights : tf.Tensor, shape (minibatch, n, rows, columns)
        Changed weights W'.
    product : tf.Tensor, shape (minibatch, n, rows)
        Products y.

    Raises
    ------
    ValueError
        If the shapes do not fit together.
    KernelsUnavailableError
        If the kernels are not compiled for the TensorFlow that is running.

    Notes
    -----
    Differentiable once, by plain TensorFlow: with g and h the gradients of W' and y and
    :math:`G = g + h x^T`, those of the arguments are :math:`(1 - d) G` for W,
    :math:`G^T c` for p, :math:`G p` for c, :math:`W'^T h` for x and
    :math:`-\sum_j G_{ij} W_{ij}` for d.

    Examples
    --------
    >>> import tensorflow as tf
    >>> import nengodl_ops
    >>> new, product = nengodl_ops.learned_product(
    ...     tf.ones((1, 1, 2, 3)),
    ...     tf.ones((1, 1, 3)),
    ...     tf.constant([[[1.0, 2.0]]]),
    ...     tf.constant([[[1.0, 0.0, 0.0]]]),
    ... )
    >>> print(product.numpy())
    [[[2. 3.]]]
    """
    if decay is None:
        return _without_decay(weights, pre, change, x)
    return _with_decay(weights, pre, change, x, decay)


@tf.custom_gradient
def _without_decay(weights, pre, change, x):
    nothing = tf.zeros((0, 0, 0), weights.dtype)
    new, product = _call(weights, pre, change, nothing, x)

    def gradient(new_gradient, product_gradient):
        whole = _whole(new_gradient, product_gradient, x)
        return [whole] + _shared(whole, new, pre, change, x, product_gradient)

    return (new, product), gradient


@tf.custom_gradient
def _with_decay(weights, pre, change, x, decay):
    new, product = _call(weights, pre, change, decay, x)

    def gradient(new_gradient, product_gradient):
        whole = _whole(new_gradient, product_gradient, x)
        lost = -tf.reduce_sum(whole * weights, axis=3)
        return (
            [whole * (1 - decay)[..., None]]
            + _shared(whole, new, pre, change, x, product_gradient)
            + [sum_like(lost, decay)]
        )

    return (new, product), gradient


def _call(weights, pre, change, decay, x):
    result = load().nengodl_learned_product(
        weights=weights, pre=pre, change=change, decay=decay, x=x
    )
    return result.new_weights, result.product


def _whole(new_gradient, product_gradient, x):
    """Gradient of the changed weights, by way of the product too."""
    return new_gradient + product_gradient[..., None] * x[:, :, None, :]


def _shared(whole, new, pre, change, x, product_gradient):
    """Gradients of pre, change and x."""
    by_pre = tf.reduce_sum(whole * change[..., None], axis=2)
    by_change = tf.reduce_sum(whole * pre[:, :, None, :], axis=3)
    by_x = tf.reduce_sum(new * product_gradient[..., None], axis=2)
    return [sum_like(by_pre, pre), sum_like(by_change, change), sum_like(by_x, x)]
