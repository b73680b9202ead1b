# SPDX-License-Identifier: MIT
"""The step as a function of state and parameters."""

import numpy as np
import pytest
import tensorflow as tf
from nengodl_train.loops.dynamics import Xs, add


def tensors(hand):
    """Write all values of a run down as constants."""
    arrays = hand.draw()
    return [tf.constant(a) for a in arrays.homes], tf.constant(arrays.feed)


def run(fetches):
    """Compute tensors of the present graph."""
    with tf.compat.v1.Session() as sess:
        return sess.run(fetches)


@pytest.fixture(autouse=True)
def graph():
    """A graph to write into."""
    with tf.Graph().as_default():
        yield


@pytest.mark.parametrize("i, start", [(0, 0), (4, 0), (2, 10)])
def test_step(hand, i, start):
    """A step reads its own row of the feed, and knows its number in the simulation."""
    dynamics = hand.dynamics(hand.Step(), *tensors(hand), start=start)
    moment = dynamics.step(tf.constant(i), dynamics.initial())
    state, counter = run(moment.state)
    arrays = hand.draw()
    arrays = arrays._replace(feed=arrays.feed[i : i + 1], factor=np.ones(3))
    expected = hand.unrolled(arrays, hand.draw_weights(1), start + i)
    np.testing.assert_allclose(state, expected.states[1], rtol=1e-14)
    np.testing.assert_array_equal(counter, 1)
    for found, rows in zip(run(moment.rows), expected.rows):
        np.testing.assert_allclose(found, rows[0], rtol=1e-14)


def test_size(hand):
    """The number of steps is that of the feed's rows; only live state is carried."""
    dynamics = hand.dynamics(hand.Step(), *tensors(hand))
    assert dynamics.n_steps == hand.n_steps
    assert [t.shape.as_list() for t in dynamics.initial()] == [[2, 3], [2, 1]]
    assert dynamics.rows == [((2, 3), tf.float64), ((2, 1), tf.float64)]


def test_stand_ins(hand):
    """Parameters, and the feed if it is one, can be replaced for a step."""
    parameters = (hand.homes.matrix, hand.feed)
    dynamics = hand.dynamics(hand.Step(), *tensors(hand), parameters=parameters)
    assert dynamics.xs.flat() == list(dynamics.xs.parameters.values())
    matrix, feed = dynamics.xs.flat()
    xs = dynamics.xs._replace(
        parameters={hand.homes.matrix: 2 * matrix, hand.feed: tf.ones_like(feed)}
    )
    moment = dynamics.step(tf.constant(3), dynamics.initial(), xs)
    arrays = hand.draw()
    homes = list(arrays.homes)
    homes[hand.homes.matrix] = 2 * homes[hand.homes.matrix]
    arrays = arrays._replace(homes=homes, factor=np.ones(3), feed=np.ones((1, 2, 3)))
    expected = hand.unrolled(arrays, hand.draw_weights(1), 3)
    np.testing.assert_allclose(run(moment.state)[0], expected.states[1], rtol=1e-14)


def test_renamed():
    """Renamed tensors have the same values, but are others; variables stay."""
    a, b, variable = tf.constant(1.0), tf.constant(2.0), object()
    xs = Xs({"part": a}, {3: b}, [variable])
    renamed = xs.renamed()
    assert xs.flat() == [a, b, variable] and list(renamed.prepared) == ["part"]
    assert renamed.flat()[0] is not a and renamed.flat()[1] is not b
    assert renamed.flat()[2] is variable
    assert run(renamed.flat()[:2]) == [1.0, 2.0]


def test_total():
    """Gradients by parts are carried over to parameters, and added to those by them."""
    home, other = tf.constant([1.0, 2.0, 3.0]), tf.constant([1.0])
    part, unused = 2 * home[1:], 3 * other
    xs = Xs({"a": part, "b": unused}, {0: home, 1: other}, ["variable"])
    by_part, by_home = tf.constant([10.0, 20.0]), tf.constant([1.0, 1.0, 1.0])
    found = xs.total([by_part, None, by_home, None, "by variable"])
    np.testing.assert_array_equal(run(found[0]), [1, 21, 41])
    assert found[1:] == [None, "by variable"]


def test_total_without_parts():
    """Without parts gradients stay what they are; without any there is none."""
    home = tf.constant([1.0])
    gradient = tf.constant([2.0])
    assert run(Xs({}, {0: home}, []).total([gradient])[0]) == [2.0]
    assert Xs({}, {0: home}, []).total([None]) == [None]
    assert Xs({}, {}, []).total([]) == []


def test_add():
    """Gradients that are not there count as zero."""
    a, b = tf.constant(1.0), tf.constant(2.0)
    assert add(a, None) is a and add(None, b) is b and add(None, None) is None
    assert run(add(a, b)) == 3.0
