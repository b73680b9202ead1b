# SPDX-License-Identifier: MIT
"""Objectives: functions of probed values that training makes small.

``nengo_dl.objectives`` and ``nengo_dl.obj`` are other names of this module.
"""

import numpy as np
import tensorflow as tf
from nengo.exceptions import ValidationError

from nengodl_train.regularize import Regularize

__all__ = ["Regularize", "mse"]


def mse(outputs, targets):
    """
    Compute the mean squared error.

    Targets that are NaN count as if they were reached: their error is zero, and so is the
    gradient there, whatever the output is. They still count in the mean, so with one half
    of the targets NaN the result is half of the mean over the other half.

    Parameters
    ----------
    outputs : tf.Tensor, shape (minibatch, steps, ...)
        Output of a probe, float32 or float64.
    targets : tf.Tensor or array_like
        Values that the output should have, of the same dtype and shape, or of a shape
        that can be broadcast to it.

    Returns
    -------
    tf.Tensor, shape ()
        The mean over all elements of the squared difference.

    Raises
    ------
    nengo.exceptions.ValidationError
        If the shape of the targets does not fit that of the outputs.
    """
    outputs = tf.convert_to_tensor(outputs)
    targets = tf.convert_to_tensor(targets, dtype=outputs.dtype)
    _check_shapes(outputs.shape, targets.shape)
    errors = targets - outputs
    # Added to zeros, because tf.where of TensorFlow 1 does not broadcast.
    ignored = _is_nan(targets + tf.zeros_like(errors))
    # Chosen before squaring: the gradient of the square of NaN is NaN, and would stay so
    # when it is multiplied with the zero that the choice makes of it.
    return tf.reduce_mean(tf.square(tf.where(ignored, tf.zeros_like(errors), errors)))


def _check_shapes(outputs, targets):
    try:
        fits = tf.broadcast_static_shape(outputs, targets).is_compatible_with(outputs)
    except ValueError:
        fits = False
    if not fits:
        raise ValidationError(
            f"the shape of the targets must be that of the outputs, {outputs}, but is"
            f" {targets}. Give targets as an array of (minibatch, steps, size).",
            attr="targets",
        )


def _is_nan(values):
    """Find NaN by its bits: XLA of TensorFlow 1 takes it that tf.math.is_nan is False."""
    integers = np.dtype(f"int{8 * values.dtype.size}")
    infinity = np.array(np.inf, values.dtype.as_numpy_dtype).view(integers)
    without_sign = np.array(np.iinfo(integers).max, integers)
    bits = tf.bitcast(values, tf.as_dtype(integers))
    return tf.bitwise.bitwise_and(bits, without_sign) > infinity
