# SPDX-License-Identifier: MIT
"""The way back gives the gradients of a recursion that was written by hand."""

import numpy as np
import pytest
import tensorflow as tf
from nengodl_train.loops.backward import Backward, dense


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("n, begin", [(7, 0), (3, 4), (1, 6)])
def test_run(hand, jit, n, begin):
    """From states before all steps come gradients by the first, and by parameters."""
    arrays, weights = hand.draw(), hand.draw_weights()
    part = arrays._replace(feed=arrays.feed[begin : begin + n])
    own = [w[begin : begin + n] for w in weights[:2]] + weights[2:]
    expected = hand.unrolled(part, own, begin)

    def function(saved, first, second, last, feed, *rest):
        *homes, factor = rest
        parameters = (hand.homes.matrix, hand.homes.offset, hand.feed)
        step = hand.Step(lambda: factor)
        steps = hand.dynamics(step, homes, feed, 0, parameters, [factor])
        back = Backward(steps, [first, second])
        assert back.connected == [True] * 4
        counters = tf.zeros((n, 2, 1), tf.int32)
        found = back.run(n, [saved, counters], [last], back.start(), begin)
        return found.state + found.xs + found.kept

    inputs = [expected.states[:-1]] + weights + [arrays.feed] + arrays.homes
    found = hand.compute(function, inputs, jit, [arrays.factor])
    before, matrix, offset, feed, factor = found[:5]
    np.testing.assert_allclose(before, expected.before, rtol=1e-12)
    np.testing.assert_allclose(matrix[0], expected.matrix, rtol=1e-12)
    np.testing.assert_allclose(offset, expected.offset, rtol=1e-12)
    np.testing.assert_allclose(factor, expected.factor, rtol=1e-12)
    np.testing.assert_allclose(feed[begin : begin + n], expected.feed, rtol=1e-12)
    np.testing.assert_array_equal(np.delete(feed, range(begin, begin + n), 0), 0)


def test_sums_go_on(hand):
    """Sums of gradients are added to those of later steps."""
    arrays, weights = hand.draw(), hand.draw_weights()
    arrays = arrays._replace(factor=np.ones(3))
    expected = hand.unrolled(arrays, weights)

    def function(saved, first, second, last, feed, *homes):
        back = Backward(hand.dynamics(hand.Step(), homes, feed), [first, second])
        counters = tf.zeros((7, 2, 1), tf.int32)
        late = back.run(
            4, [saved[3:], counters[3:]], [last], back.start(), tf.constant(3)
        )
        early = back.run(3, [saved[:3], counters[:3]], late.state, late.xs)
        return early.state + early.xs

    inputs = [expected.states[:-1]] + weights + [arrays.feed] + arrays.homes
    before, matrix, offset = hand.compute(function, inputs)
    np.testing.assert_allclose(before, expected.before, rtol=1e-12)
    np.testing.assert_allclose(matrix[0], expected.matrix, rtol=1e-12)
    np.testing.assert_allclose(offset, expected.offset, rtol=1e-12)


def test_rows(hand):
    """Rows may have no gradient; one row stands for the last step."""
    arrays, weights = hand.draw(), hand.draw_weights()
    weights[0][...] = 0
    weights[1][:-1] = 0
    weights[2][...] = 0
    expected = hand.unrolled(arrays._replace(factor=np.ones(3)), weights)

    def function(saved, row, feed, *homes):
        back = Backward(hand.dynamics(hand.Step(), homes, feed), [None, row])
        counters = tf.zeros((7, 2, 1), tf.int32)
        state = [saved[0], counters[0]]
        found = back.run(7, [saved, counters], back.zeros(state), back.start())
        return found.state + found.xs

    inputs = [expected.states[:-1], weights[1][-1:], arrays.feed] + arrays.homes
    before, matrix, _ = hand.compute(function, inputs)
    np.testing.assert_allclose(before, expected.before, rtol=1e-12)
    np.testing.assert_allclose(matrix[0], expected.matrix, rtol=1e-12)


def test_what_is_not_connected(hand):
    """Parameters without influence have no sums, and None as a gradient."""

    def function(feed, *homes):
        parameters = (hand.homes.frozen, hand.homes.matrix)
        steps = hand.dynamics(hand.Step(), homes, feed, parameters=parameters)
        back = Backward(steps, [tf.zeros((7, 2, 3), tf.float64), None])
        assert back.connected == [False, True]
        (start,) = back.start()
        assert start.shape.as_list() == [1, 3, 3]
        assert back.fill(["sum"]) == [None, "sum"]
        # only the floating point state has a gradient
        (zero,) = back.zeros(steps.initial())
        return [start, zero]

    arrays = hand.draw()
    for found in hand.compute(function, [arrays.feed] + arrays.homes):
        np.testing.assert_array_equal(found, 0)


def test_dense():
    """Gradients of a gather become tensors; others stay, and none stays none."""
    with tf.Graph().as_default():
        x = tf.constant([1.0, 2.0, 3.0])
        found = tf.gradients(tf.gather(x, [0, 0, 2]), [x]) + [x, None]
        assert isinstance(found[0], tf.IndexedSlices)
        slices, same, nothing = dense(found, [x, x, x])
        assert same is x and nothing is None
        with tf.compat.v1.Session() as sess:
            assert sess.run(slices).tolist() == [2.0, 0.0, 1.0]
