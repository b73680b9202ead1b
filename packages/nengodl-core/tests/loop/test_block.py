# SPDX-License-Identifier: MIT
"""The time loop around a step."""

from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf
from nengo_dl.compat.tensorflow import v1
from nengo_dl.loop import Block, run_block
from nengo_dl.types import BlockInputs

C = 7


class Result(NamedTuple):
    """What a step gives."""

    state: list
    probes: list
    kept: list
    calls: list = []
    done: list = []


def integrate(homes, feed, constants, number):
    """A step: state adds up parameter times feed; also counts in integers."""
    parameter, total, count = homes
    total = total + parameter * feed + constants[0]
    return Result(
        [total, count + 1],
        [total, tf.reshape(tf.cast(number, tf.float32), (1, 1)), count],
        [total * 2],
    )


def run(jit, unroll, runs, step=integrate, changing=(1, 2)):
    """Rows and state of consecutive blocks of the given numbers of steps."""
    parameter, constant = np.array([[2.0, 3.0]]), np.array([[0.5, 0.25]])
    state = [np.zeros((3, 2)), np.zeros((1, 1), int)]
    feed = np.random.RandomState(0).uniform(-1, 1, (sum(runs), 3, 2))
    rows = []
    with tf.Graph().as_default(), v1.Session() as sess:
        given = BlockInputs(
            [v1.placeholder(tf.float32, (1, 2)), v1.placeholder(tf.float32, (3, 2))]
            + [v1.placeholder(tf.int32, (1, 1))],
            [v1.placeholder(tf.float32, (1, 2))],
            v1.placeholder(tf.float32, (C, 3, 2)),
            v1.placeholder(tf.int32, ()),
            v1.placeholder(tf.int32, ()),
        )
        results = run_block(Block(step, changing, unroll, jit), given)
        done = 0
        for n_steps in runs:
            part = np.zeros((C, 3, 2))
            part[:n_steps] = feed[done : done + n_steps]
            feeds = {
                **dict(zip(given.homes, [parameter] + state)),
                given.constants[0]: constant,
                given.feed: part,
                given.start: done,
                given.n_steps: n_steps,
            }
            found, state = sess.run([results.rows, results.state], feeds)
            rows.append((n_steps, found))
            done += n_steps
    expected = np.cumsum(parameter * feed + constant, axis=0)
    return rows, state, expected


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize(
    "unroll, runs", [(1, (7, 1, 4)), (3, (6, 3)), (7, (7, 7)), (1, (0,))]
)
def test_blocks_compute_all_their_steps(jit, unroll, runs):
    """Any number of steps up to the block's, and the next block starts from the state."""
    rows, state, expected = run(jit, unroll, runs)
    done = 0
    for n_steps, (totals, numbers, counts) in rows:
        assert totals.shape == (C, 3, 2)
        steps = np.arange(done, done + n_steps)
        np.testing.assert_allclose(totals[:n_steps], expected[steps], atol=1e-5)
        np.testing.assert_array_equal(numbers[:n_steps, 0, 0], steps + 1)
        np.testing.assert_array_equal(counts[:n_steps, 0, 0], steps)
        for values in (totals, numbers, counts):
            assert not np.any(values[n_steps:])
        done += n_steps
    total = expected[-1] if done else np.zeros((3, 2))
    np.testing.assert_allclose(state[0], total, atol=1e-5)
    assert state[1][0, 0] == done


@pytest.mark.parametrize("jit", [True, False])
def test_a_loop_may_have_nothing_to_carry(jit):
    """Without state and probes the loop still runs, and gives nothing."""

    def nothing(homes, feed, constants, number):
        return Result([], [], [])

    rows, state, _ = run(jit, 1, (4,), nothing, ())
    assert rows == [(4, [])]
    assert state == []
