# SPDX-License-Identifier: MIT
"""What gradients of several kernels need."""

import tensorflow as tf


def sum_like(gradient: tf.Tensor, operand: tf.Tensor) -> tf.Tensor:
    """
    Add a gradient over the items that have an operand in common.

    Parameters
    ----------
    gradient : tf.Tensor, shape (minibatch, ...)
        Gradient for each item.
    operand : tf.Tensor, shape (1 or minibatch, ...)
        What it is the gradient of.

    Returns
    -------
    tf.Tensor, shape of `operand`
        The gradient.
    """
    if int(operand.shape[0]) == int(gradient.shape[0]):
        return gradient
    return tf.reduce_sum(gradient, axis=0, keepdims=True)
