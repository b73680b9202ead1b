# SPDX-License-Identifier: MIT
"""An objective that makes activity or weights small."""

import dataclasses
import math
from typing import Optional, Union

import tensorflow as tf
from nengo.exceptions import ValidationError

from nengodl_train.arguments import is_integer, is_number, require


@dataclasses.dataclass(frozen=True)
class Regularize:
    r"""
    Objective that drives what a probe records towards zero.

    Its value is the mean, over all items of the minibatch, time steps and remaining axes,
    of the norms of the vectors :math:`x` along one axis of the probed signal, times
    `weight`:

    .. math::
       \lVert x \rVert_p = \left( \sum_i |x_i|^p \right)^{1/p}, \qquad
       \lVert x \rVert_\infty = \max_i |x_i|

    It takes no targets. To keep weights small, probe them with ``keep_history=False``.

    Parameters
    ----------
    order : float or "euclidean", optional
        Order :math:`p` of the norm: any positive number or ``np.inf``; ``"euclidean"`` is
        2. Below 1 it is no norm in the strict sense, and favours few large elements.
    axis : int, optional
        Axis of the probed signal along which the norms are taken. Minibatch and time do
        not count; negative axes count from the end of the signal. By default the whole
        signal is one vector.
    weight : float, optional
        Factor, to balance this objective against others; 1 by default.

    Raises
    ------
    nengo.exceptions.ValidationError
        If an argument is none of these (a ValueError).

    Notes
    -----
    A norm has no derivative at the zero vector. The gradient there is taken as zero, which
    is the shortest of its subgradients: what is zero is left alone. The same holds
    for single elements that are zero, which matters for orders up to 1 only: there, too,
    the gradient with respect to these elements is zero, so it is finite everywhere. With
    order infinity, elements that are equally large share the gradient.

    Two objects with equal arguments are equal, so that training with either of them is
    built only once.
    """

    order: Union[float, str] = 2
    axis: Optional[int] = None
    weight: Optional[float] = None

    def __post_init__(self):
        self._require(
            _is_order(self.order), "order", "a positive number, np.inf or 'euclidean'"
        )
        allowed = self.axis is None or is_integer(self.axis)
        self._require(allowed, "axis", "an integer, or None to flatten the signal")
        allowed = self.weight is None or is_number(self.weight)
        allowed = allowed and abs(self.weight or 0) < math.inf
        self._require(allowed, "weight", "a finite number, or None for 1")

    def _require(self, allowed, attr, expected):
        require(allowed, self, attr, getattr(self, attr), expected)

    def __call__(self, outputs):
        """
        Compute the value.

        Parameters
        ----------
        outputs : tf.Tensor, shape (minibatch, steps, ...)
            Output of a probe, float32 or float64. The minibatch is 1 for what all items
            share, such as weights: (1, steps, post, pre).

        Returns
        -------
        tf.Tensor, shape ()
            The value.

        Raises
        ------
        nengo.exceptions.ValidationError
            If the signal does not have the axis.
        """
        outputs = tf.convert_to_tensor(outputs)
        axes = self._array_axes(outputs.shape)
        order = 2.0 if self.order == "euclidean" else float(self.order)
        mean = tf.reduce_mean(_norm(tf.abs(outputs), order, axes))
        return mean if self.weight is None else float(self.weight) * mean

    def _array_axes(self, shape):
        """Axes of the array that a vector extends over."""
        n_axes = -1 if shape.ndims is None else shape.ndims - 2
        if n_axes < 1:
            raise ValidationError(
                "Regularize takes the output of a probe, of the shape (minibatch, steps,"
                f" size), but got one of the shape {shape}",
                attr="outputs",
            )
        if self.axis is None:
            return list(range(2, 2 + n_axes))
        self._require(
            -n_axes <= self.axis < n_axes,
            "axis",
            f"from {-n_axes} to {n_axes - 1}, as the outputs have the shape {shape} and"
            " the axes of minibatch and time do not count",
        )
        return [2 + self.axis % n_axes]


def _is_order(value):
    if isinstance(value, str):
        return value == "euclidean"
    return is_number(value) and value > 0


def _norm(size, order, axes):
    """Norms of vectors of the given absolute values; their axes stay, with length 1."""
    if order == 1:
        return tf.reduce_sum(size, axes, keepdims=True)
    if order == math.inf:
        return tf.reduce_max(size, axes, keepdims=True)
    return _root_of_powers(size, order, axes)


def _root_of_powers(size, order, axes):
    # Relative to the largest element, so that powers of a high order do not overflow. The
    # norm does not depend on what it is relative to, thus no gradient is needed there.
    largest = tf.stop_gradient(tf.reduce_max(size, axes, keepdims=True))
    divisible = tf.logical_and(largest > 0, largest < math.inf)
    unit = tf.where(divisible, largest, tf.ones_like(largest))
    powers = _power(size / unit, order)
    return unit * _power(tf.reduce_sum(powers, axes, keepdims=True), 1 / order)


def _power(base, exponent):
    """Power of numbers that are not negative, with a gradient of 0 where they are 0."""
    zero = tf.equal(base, 0)
    # also in the branch not taken, where an infinite gradient times 0 would be NaN
    safe = tf.where(zero, tf.ones_like(base), base)
    return tf.where(zero, tf.zeros_like(base), tf.pow(safe, exponent))
