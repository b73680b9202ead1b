# SPDX-License-Identifier: MIT
"""Forward loops compute all steps, record rows, and save state."""

import numpy as np
import pytest
import tensorflow as tf
from nengodl_train.loops.forward import Records, advance, loop, spec, split


def test_split():
    """A list is cut into parts, and what is left over."""
    assert split([1, 2, 3, 4], 1, 2) == [[1], [2, 3], [4]]
    assert split([], 0) == [[], []]


def test_spec():
    """Shape and type of a tensor."""
    with tf.Graph().as_default():
        assert spec(tf.zeros((2, 3), tf.int32)) == ((2, 3), tf.int32)


@pytest.mark.parametrize("jit", [False, True])
def test_records(hand, jit):
    """Rows go where they belong, and only the last value is left where that is all."""

    def function(rows):
        records = Records(3, [((2,), tf.float64), ((), tf.float64)], [False, True])
        variables = records.start()
        assert len(variables) == records.n_variables == 2
        for i in (2, 0, 1):
            variables = records.write(variables, tf.constant(i), [rows[i], rows[i, 0]])
        return records.finish(variables)

    rows = np.arange(6.0).reshape((3, 2))
    found, last = hand.compute(function, [rows], jit)
    np.testing.assert_array_equal(found, rows)
    np.testing.assert_array_equal(last, [rows[1, 0]])


@pytest.mark.parametrize("variables", [1, 2])
def test_loop(hand, variables):
    """A loop gives a list back, even of one variable."""

    def function(x):
        start = [tf.constant(0)] + [x] * (variables - 1)
        found = loop(
            lambda i, *_: i < 3, lambda i, *x: [i + 1] + [2 * t for t in x], start
        )
        assert isinstance(found, list) and len(found) == variables
        return found

    found = hand.compute(function, [np.array(1.5)])
    assert found == [3, 12.0][:variables]


def run_forward(hand, jit, n, begin, save, step=None):
    """Advance some steps; return state, rows, saved state, and what NumPy says."""
    arrays = hand.draw()
    step = hand.Step() if step is None else step

    def function(feed, *homes):
        dynamics = hand.dynamics(step, homes, feed)
        records = Records(hand.n_steps, dynamics.rows)
        done = advance(
            dynamics,
            range(n),
            dynamics.initial(),
            records,
            records.start(),
            save,
            begin=tf.constant(begin),
        )
        assert len(done.saved) == (2 if save else 0)
        return done.state + records.finish(done.records) + done.saved + done.kept[-1:]

    found = hand.compute(function, [arrays.feed] + arrays.homes, jit)
    part = arrays._replace(feed=arrays.feed[begin : begin + n], factor=np.ones(3))
    return found, hand.unrolled(part, hand.draw_weights(n), begin)


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("n, begin", [(7, 0), (3, 2), (1, 6)])
def test_advance(hand, jit, n, begin):
    """State and rows are those of NumPy, and saved is what each step starts from."""
    found, expected = run_forward(hand, jit, n, begin, save=True)
    state, counter, *rows, saved, counters, steps = found
    np.testing.assert_allclose(state, expected.states[-1], rtol=1e-13)
    np.testing.assert_allclose(saved, expected.states[:-1], rtol=1e-13)
    np.testing.assert_array_equal(counter, n)
    np.testing.assert_array_equal(counters[:, 0, 0], range(n))
    assert steps == n
    for one, rows_of_one in zip(rows, expected.rows):
        np.testing.assert_allclose(one[begin : begin + n], rows_of_one, rtol=1e-13)
        np.testing.assert_array_equal(np.delete(one, range(begin, begin + n), 0), 0)


def test_nothing_saved(hand):
    """State is saved only if that is asked for."""
    found, expected = run_forward(hand, False, 7, 0, save=False)
    np.testing.assert_allclose(found[0], expected.states[-1], rtol=1e-13)


def test_calls(hand):
    """Python is called once in each step, in order, and sees the state."""
    seen = []

    def call(state):
        seen.append(state.copy())
        return np.int32(0)

    _, expected = run_forward(hand, False, 7, 0, True, hand.Step(call=call))
    np.testing.assert_allclose(seen, expected.states[1:], rtol=1e-13)
