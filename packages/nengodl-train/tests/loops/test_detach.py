# SPDX-License-Identifier: MIT
"""Detached tensors have the same values, and no gradient."""

import numpy as np
import pytest
import tensorflow as tf
from nengodl_train.loops.detach import detached


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "bool"])
def test_values(hand, dtype, jit):
    """Every bit is kept, of extreme numbers, too."""
    values = [0, 1, -2]
    if dtype.startswith("float"):
        values += [-0.0, 1.5, -1e-40, 1e30, np.nan, np.inf, -np.inf]
    array = np.array(values).astype(dtype)
    (found,) = hand.compute(lambda x: [detached(x)], [array], jit)
    assert found.dtype == array.dtype and found.tobytes() == array.tobytes()


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_no_gradient(dtype):
    """What is computed from a detached tensor does not depend on where it comes from."""
    with tf.Graph().as_default():
        x = tf.constant([1.0, 2.0], dtype)
        y = detached(x * 3)
        assert tf.gradients(y * x, [y])[0] is not None
        (gradient,) = tf.gradients(y * x, [x])
        with tf.compat.v1.Session() as sess:
            np.testing.assert_array_equal(sess.run(gradient), [3, 6])
        assert tf.gradients(y, [x]) == [None]
