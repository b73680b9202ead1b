# SPDX-License-Identifier: MIT
r"""
Training with spikes: a derivative in place of that of a step.

The output of a spiking neuron is a step function of its potential, so its derivative is 0
or does not exist. With a surrogate the neuron fires in training as it always does, and
only the backward pass takes another derivative, ``h(x)`` of the potential x above the
threshold [1]_. It is written as

    stop_gradient(output) + (x - stop_gradient(x)) * stop_gradient(h(x))

whose second term is exactly 0 for every finite x, and whose derivative is h(x).

The step of a type calls `spike` for its output and `detached` for what must not have a
gradient; outside training both give back what they got, and add nothing to the graph.

The reset is detached, as in [2]_: gradients go from step to step through the potential, as
far as it is integrated, but not through the decision to reset it.

References
----------
.. [1] E. O. Neftci, H. Mostafa and F. Zenke, "Surrogate gradient learning in spiking
   neural networks", IEEE Signal Processing Magazine 36(6), 51-63, 2019.
.. [2] F. Zenke and T. P. Vogels, "The remarkable robustness of surrogate gradient learning
   for instilling complex function in spiking neural networks", Neural Computation 33(4),
   899-925, 2021.
"""

import math
from typing import Any, Callable

import tensorflow as tf
from nengo.exceptions import ValidationError

ALPHA = 2.0
BETA = 10.0
# Surrogates get no greater distances: there they are as good as 0, and where a square
# overflows XLA of TensorFlow 1 makes NaN of its reciprocal.
FAR = 1e6


def arctan(x: tf.Tensor) -> tf.Tensor:
    r"""
    Compute the derivative of ``arctan(pi / 2 * ALPHA * x) / pi + 1 / 2``.

    From W. Fang et al., "Incorporating learnable membrane time constant to enhance
    learning of spiking neural networks", ICCV 2021, who have ALPHA = 2.
    """
    return ALPHA / 2 / (1.0 + tf.square(math.pi / 2 * ALPHA * x))


def fast_sigmoid(x: tf.Tensor) -> tf.Tensor:
    """
    Compute ``1 / (1 + BETA * abs(x))**2``, the shape of a derivative of a fast sigmoid.

    From F. Zenke and S. Ganguli, "SuperSpike: supervised learning in multilayer spiking
    neural networks", Neural Computation 30(6), 2018. Their BETA is 1 per millivolt, and
    their threshold is 10 mV above rest: 10 in units of the threshold.
    """
    return 1.0 / tf.square(1.0 + BETA * tf.abs(x))


SURROGATES = {"arctan": arctan, "fast_sigmoid": fast_sigmoid}


def trains_spikes(ctx: Any) -> bool:
    """Say whether this is a step for training in which neurons fire."""
    return bool(ctx.training) and ctx.surrogate is not None


def detached(ctx: Any, tensor: tf.Tensor) -> tf.Tensor:
    """Take the gradient of a tensor away, if neurons fire in training."""
    return tf.stop_gradient(tensor) if trains_spikes(ctx) else tensor


def spike(
    ctx: Any,
    output: tf.Tensor,
    distance: Callable[[], tf.Tensor],
    height: Any = 1.0,
    unit: float = 1.0,
) -> tf.Tensor:
    """
    Give the output of spiking neurons the derivative of a surrogate.

    To be called by the step of a neuron type. Without a surrogate, and outside training, it
    returns the output as it is.

    Parameters
    ----------
    ctx : Context
        What the step was given.
    output : tf.Tensor
        What the neurons put out: their spikes, each of the given height.
    distance : callable
        Called without arguments for how far the potential, as it was before the reset, is
        above the threshold. That is a function, so that nothing more is computed outside
        training.
    height : float or tf.Tensor, optional
        What one spike puts out; ``1 / ctx.dt`` for most of Nengo's types.
    unit : float, optional
        The distance from the reset to the threshold, in which surrogates measure.

    Returns
    -------
    tf.Tensor
        The same numbers, with the derivative ``height * h(distance / unit) / unit`` with
        respect to the potential.

    Raises
    ------
    ValidationError
        If a user's surrogate does not return a tensor like the one that it gets.
    """
    if not trains_spikes(ctx):
        return output
    above = distance()
    slope = tf.stop_gradient(height / unit * _slope(ctx.surrogate, above / unit))
    # exactly 0; of a product, compilers that fuse it with the difference leave a rounding
    return tf.stop_gradient(output) + (above - tf.stop_gradient(above)) * slope


def _slope(surrogate, x):
    """Call the surrogate, and check what a user's function returns."""
    x = tf.clip_by_value(x, -FAR, FAR)
    if not callable(surrogate):
        return SURROGATES[surrogate](x)
    slope = surrogate(x)
    try:
        slope = tf.convert_to_tensor(slope, dtype=x.dtype)
        fits = slope.shape.is_compatible_with(x.shape)
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise ValidationError(
            f"the function {surrogate!r} must return a tensor like the one that it is"
            f" called with, of shape {x.shape} and type {x.dtype.name}, but returned"
            f" {slope!r}",
            attr="surrogate",
        )
    return slope
