# SPDX-License-Identifier: MIT
"""Poisson's distribution, from uniform random numbers."""

import tensorflow as tf

# Probabilities are powers of large numbers over their factorials: 64 bits, or the sum of
# all of them misses 1 by more than the spacing of random numbers.
TYPE = tf.float64

# By Chernoff's bound the sum of what lies lower than 10 deviations is less than
# exp(-50), and what lies higher than 9 deviations and 26 less than 2**-53.
BELOW, ABOVE, FEW = 10.0, 9.0, 26.0


def poisson_quantile(uniform: tf.Tensor, mean: tf.Tensor) -> tf.Tensor:
    """
    Invert Poisson's distribution function.

    Parameters
    ----------
    uniform : tf.Tensor
        Numbers in [0, 1).
    mean : tf.Tensor
        Means of the distributions, of the same shape, not negative.

    Returns
    -------
    tf.Tensor
        The smallest whole numbers at which the distribution function exceeds `uniform`,
        of the type of `mean`.

    Notes
    -----
    Probabilities are added up until all elements are done, 19 standard deviations at
    most; each follows from the one before.
    """
    limited = tf.maximum(tf.cast(mean, TYPE), tf.constant(1e-300, TYPE))
    log_mean, deviation = tf.math.log(limited), tf.sqrt(limited)
    first = tf.floor(tf.nn.relu(limited - BELOW * deviation))
    log_probability = first * log_mean - limited - tf.math.lgamma(first + 1.0)
    # 32 bits may have rounded it up to 1, which nothing exceeds
    uniform = tf.minimum(tf.cast(uniform, TYPE), tf.constant(1 - 2.0**-25, TYPE))
    most = tf.reduce_max((BELOW + ABOVE) * deviation + FEW)

    def is_open(number, _, __, left):
        return tf.logical_and(number < most, tf.reduce_any(left >= 0))

    def add(number, count, log_probability, left):
        count += tf.cast(left >= 0, TYPE)
        number += 1.0
        log_probability += log_mean - tf.math.log(first + number)
        return number, count, log_probability, left - tf.exp(log_probability)

    start = (
        tf.zeros((), TYPE),
        first,
        log_probability,
        uniform - tf.exp(log_probability),
    )
    return tf.cast(tf.while_loop(is_open, add, start)[1], mean.dtype)
