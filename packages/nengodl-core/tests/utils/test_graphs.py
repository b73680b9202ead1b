# SPDX-License-Identifier: MIT
"""Tools to look into TensorFlow's graphs."""

import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError
from nengo_dl.compat.tensorflow import v1
from nengo_dl.utils import find_non_differentiable, print_op


@pytest.fixture
def graph():
    """A graph to build in."""
    with tf.Graph().as_default() as graph:
        yield graph


def test_values_are_printed_when_they_are_computed(graph, capsys):
    """The tensor has the same value, type and shape, and each evaluation prints it."""
    x = v1.placeholder(tf.float64, (2,))
    y = print_op(x, "the value:")
    assert y.dtype == x.dtype
    assert y.shape.as_list() == [2]
    with v1.Session() as sess:
        assert capsys.readouterr().out == ""
        np.testing.assert_array_equal(sess.run(y, {x: [1.5, 2.5]}), [1.5, 2.5])
        assert capsys.readouterr().out == "the value: [1.5 2.5]\n"
        sess.run(y, {x: [3, 4]})
    assert capsys.readouterr().out == "the value: [3. 4.]\n"


def test_differentiable_paths_pass(graph):
    """Products, sums and unused inputs are no problem."""
    x, unused = v1.placeholder(tf.float32, (2,)), v1.placeholder(tf.float32, ())
    find_non_differentiable([x, unused], [x * x + 1, tf.exp(x)])


@pytest.mark.parametrize(
    "function", [lambda x: tf.cast(tf.cast(x, tf.int32), tf.float32), tf.stop_gradient]
)
def test_paths_without_gradient_are_told(graph, function):
    """Input and output are named."""
    x = v1.placeholder(tf.float32, (2,), name="the_input")
    y = tf.identity(function(x) * 2, name="the_output")
    with pytest.raises(SimulationError, match="(?s)the_output.*the_input"):
        find_non_differentiable([x], [y])


def test_only_paths_between_the_tensors_count(graph):
    """What has no gradient before an input does not matter."""
    first = v1.placeholder(tf.float32, (2,))
    x = tf.round(first)
    find_non_differentiable([x], [x * 2])
