# SPDX-License-Identifier: MIT
"""What tensors are computed from."""

import tensorflow as tf
from nengo_dl.compat.tensorflow import find_random, v1
from nengo_dl.loop.upstream import upstream


def test_all_that_is_needed_is_found():
    """Inputs of inputs and control inputs, not what merely stands in the graph."""
    with tf.Graph().as_default():
        x, other = v1.placeholder(tf.float32, ()), tf.constant(2.0)
        before = tf.constant(3.0)
        with tf.control_dependencies([before]):
            y = tf.exp(tf.negative(x))
        found = upstream([y])
    assert {x.op, before.op, y.op} <= found
    assert other.op not in found


def test_random_operations_are_found_in_functions_too():
    """Plain ones, and those in a function that a function calls; no others."""
    with tf.Graph().as_default():
        plain = tf.random.uniform((2,))
        inner = tf.function(lambda: tf.random.normal((2,)))
        drawing = tf.function(lambda: 2 * inner())()
        quiet = tf.function(lambda: tf.ones((2,)))()
        for tensor, found in ((plain, True), (drawing, True), (quiet, False)):
            assert bool(find_random(upstream([tensor]))) == found
