# SPDX-License-Identifier: MIT
"""Operands that several operators share, in order, are not repeated but broadcast."""

import tensorflow as tf


def unfold(ctx, *tensors: tf.Tensor):
    """
    Split the axis of operators into repetitions and operators.

    Parameters
    ----------
    ctx : Context
        The group; `ctx.folds` says how often each operand is to be repeated.
    *tensors : tf.Tensor
        The operands.

    Returns
    -------
    list of tf.Tensor
        With two axes, (repetitions or 1, operators), in place of that of operators.
    """
    times = max(ctx.folds)
    if set(ctx.folds) != {1, times}:
        times = 1  # nothing to broadcast with, or no common split: written out
    split = []
    for tensor, folds in zip(tensors, ctx.folds):
        shape = [int(n) for n in tensor.shape]
        axis = len(shape) - 1 if ctx.last else 1
        if times == 1 and folds > 1:
            tensor = tf.concat([tensor] * folds, axis=axis)
        n = len(ctx.ops) // times
        pair = [1 if folds == times and times > 1 else times, n]
        split.append(
            tf.reshape(tensor, [-1] + shape[1:axis] + pair + shape[axis + 1 :])
        )
    return split


def repeat(*tensors: tf.Tensor):
    """Write repetitions out, in tensors of shape (batch, repetitions or 1, n, ...)."""
    times = max(int(tensor.shape[1]) for tensor in tensors)
    return [
        tensor if int(tensor.shape[1]) == times else tf.concat([tensor] * times, axis=1)
        for tensor in tensors
    ]


def refold(ctx, tensor: tf.Tensor) -> tf.Tensor:
    """Merge the two axes that `unfold` made, both written out, into one."""
    shape = [int(n) for n in tensor.shape]
    axis = len(shape) - 2 if ctx.last else 1
    k = [shape[axis] * shape[axis + 1]]
    return tf.reshape(tensor, [-1] + shape[1:axis] + k + shape[axis + 2 :])
