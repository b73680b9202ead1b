# SPDX-License-Identifier: MIT
"""Whatever way a run and its gradient are computed in, they are the same."""

import numpy as np
import pytest
import tensorflow as tf
from nengodl_train.loops import make_trajectory


def run(hand, n_steps=7, segment=None, jit=False, last=(False, False), call=None):
    """
    Write a run down and compute it; return rows, state, and gradients.

    Gradients are by matrix, offset, feed and a variable, for random ones by rows.
    """
    arrays, weights = hand.draw(n_steps), hand.draw_weights(n_steps)
    parameters = (hand.homes.matrix, hand.homes.offset, hand.feed)

    def function(first, second, feed, *rest):
        *homes, factor = rest
        step = hand.Step(lambda: factor, call)
        steps = hand.dynamics(step, homes, feed, 5, parameters, [factor])
        trajectory = make_trajectory(steps, last, segment)
        rows = [first, second]
        rows = [row[-1:] if only else row for row, only in zip(rows, last)]
        gradients, kept = trajectory.backward(rows)
        return trajectory.rows + trajectory.state + gradients + trajectory.kept + kept

    inputs = weights[:2] + [arrays.feed] + arrays.homes
    found = hand.compute(function, inputs, jit, [arrays.factor])
    return found[:2], found[2:4], found[4:8]


def check(hand, found, n_steps=7, last=(False, False)):
    """Compare a run with NumPy."""
    arrays, weights = hand.draw(n_steps), hand.draw_weights(n_steps)
    weights[2] = np.zeros_like(weights[2])
    for weight, only in zip(weights, last):
        weight[: -1 if only else 0] = 0
    expected = hand.unrolled(arrays, weights, 5)
    rows, (state, counter), (matrix, offset, feed, factor) = found
    for row, one, only in zip(rows, expected.rows, last):
        np.testing.assert_allclose(row, one[-1:] if only else one, rtol=1e-13)
    np.testing.assert_allclose(state, expected.states[-1], rtol=1e-13)
    np.testing.assert_array_equal(counter, n_steps)
    np.testing.assert_allclose(matrix[0], expected.matrix, rtol=1e-11)
    np.testing.assert_allclose(offset, expected.offset, rtol=1e-11)
    np.testing.assert_allclose(feed, expected.feed, rtol=1e-11)
    np.testing.assert_allclose(factor, expected.factor, rtol=1e-11)


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("n_steps", [1, 2, 7])
def test_recomputed(hand, n_steps, jit):
    """One step, and several that are computed again from saved state."""
    check(hand, run(hand, n_steps, jit=jit), n_steps)


@pytest.mark.parametrize(
    "segment, jit", [(1, False), (2, True), (3, False), (3, True), (6, False)]
)
def test_segments(hand, segment, jit):
    """State is saved before each segment only, the last of which may be shorter."""
    check(hand, run(hand, segment=segment, jit=jit))


@pytest.mark.parametrize("segment", [7, 10])
def test_segments_as_long_as_the_run(hand, segment):
    """One segment is the whole run."""
    check(hand, run(hand, segment=segment))


@pytest.mark.parametrize("segment", [None, 3])
@pytest.mark.parametrize("last", [(True, False), (False, True), (True, True)])
def test_last_rows(hand, segment, last):
    """Of some probes only the last row is recorded, and has a gradient."""
    check(hand, run(hand, segment=segment, last=last), last=last)


@pytest.mark.parametrize("n_steps, segment", [(1, None), (7, None), (7, 3)])
def test_calls(hand, n_steps, segment):
    """Steps that call Python are computed once each, for the same gradients."""
    seen = []

    def call(state):
        seen.append(state.copy())
        return np.int32(0)

    found = run(hand, n_steps, segment, call=call)
    check(hand, found, n_steps)
    np.testing.assert_array_equal(seen, found[0][0])


def compute_rows(hand, segment, use):
    """Differentiate what is computed from rows by what the run starts from."""
    arrays = hand.draw()

    def function(feed, *rest):
        *homes, factor = rest
        steps = hand.dynamics(hand.Step(lambda: factor), homes, feed)
        trajectory = make_trajectory(steps, [False, False], segment)
        return use(trajectory, factor)

    return hand.compute(function, [arrays.feed] + arrays.homes, False, [arrays.factor])


@pytest.mark.parametrize("segment", [None, 3])
def test_rows_are_cut_off(hand, segment):
    """A gradient of something of both rows and a variable does not go into the loop.

    It would be counted there twice: `backward` takes it along.
    """

    def use(trajectory, factor):
        total = tf.reduce_sum(trajectory.rows[0] * factor)
        return tf.gradients(total, [factor]) + [trajectory.rows[0]]

    gradient, rows = compute_rows(hand, segment, use)
    np.testing.assert_allclose(gradient, rows.sum(axis=(0, 1)), rtol=1e-13)


@pytest.mark.parametrize("n_steps", [1, 7])
def test_no_gradient(hand, n_steps):
    """Without gradients by any row there is none by parameters."""

    def function(feed, *homes):
        steps = hand.dynamics(hand.Step(), homes, feed)
        run = make_trajectory(steps, [False, False])
        gradients, kept = run.backward([None, None])
        assert n_steps > 1 or gradients == [None, None]
        found = [g for g in gradients if g is not None]
        return found + kept + [tf.zeros(())]

    arrays = hand.draw(n_steps)
    found = hand.compute(function, [arrays.feed] + arrays.homes)
    for gradient in found[:2]:
        np.testing.assert_array_equal(gradient, 0)
