# SPDX-License-Identifier: MIT
"""What a step is like is seen before a loop is written."""

import numpy as np
import pytest
import tensorflow as tf


@pytest.fixture
def graph():
    """A graph to write into."""
    with tf.Graph().as_default() as graph:
        yield graph


def test_live_state(graph, hand):
    """State that a step gives back, in whatever form, is not live; all else is."""
    trial = hand.trial(hand.Step())
    # positions among the homes that change: state, frozen, counter
    assert trial.live == (0, 2)


def test_shapes(graph, hand):
    """Shapes and types of rows, and of what has to be kept, are known."""
    trial = hand.trial(hand.Step())
    assert trial.rows == [((2, 3), tf.float64), ((2, 1), tf.float64)]
    assert trial.kept == [((2, 3), tf.float64)]


def test_pure_step(graph, hand):
    """A step without calls or random numbers may be computed again."""
    trial = hand.trial(hand.Step())
    assert trial.once is None and trial.hosted is False


def test_python(graph, hand):
    """A step that calls Python must be computed only once."""
    trial = hand.trial(hand.Step(call=lambda x: np.int32(0)))
    assert trial.once == "it calls Python" and trial.hosted is True


def test_random(graph, hand):
    """So must one that draws random numbers; they are named."""
    step = hand.Step(lambda: tf.random.uniform((3,), dtype=tf.float64, name="noise"))
    trial = hand.trial(step)
    assert "noise" in trial.once and trial.once.endswith("draws random numbers")
    assert trial.hosted is False


def test_random_numbers_that_are_not_used(graph, hand):
    """What a step makes but does not use does not count."""

    def factor():
        tf.random.uniform((3,))
        return 1.0

    assert hand.trial(hand.Step(factor)).once is None
