# SPDX-License-Identifier: MIT
"""Cut tensors off, so that no gradient goes through the loop that they come from.

A variable of a TensorNode is the same inside and outside of a loop. The gradient by it, of
something that depends on the results of a loop, too, would go on into that loop: it would
count twice what is differentiated there step by step.
"""

import tensorflow as tf

# Integers of the size of floating point numbers.
BITS = {tf.float32: tf.int32, tf.float64: tf.int64}


def detached(tensor: tf.Tensor) -> tf.Tensor:
    """
    Cut a tensor off from what it was computed from.

    Parameters
    ----------
    tensor : tf.Tensor
        The tensor.

    Returns
    -------
    tf.Tensor
        The same numbers.

    Notes
    -----
    With `tf.stop_gradient`, TensorFlow 1 still sees a way into the loop, and fails if one
    loop stands in another. It looks for ways through floating point numbers only.
    """
    bits = BITS.get(tensor.dtype)
    if bits is not None:
        tensor = tf.bitcast(tf.bitcast(tensor, bits), tensor.dtype)
    return tf.identity(tensor)
