# SPDX-License-Identifier: MIT
"""Constants of a group have the shape that its tensors broadcast with."""

import types

import numpy as np
import pytest
import tensorflow as tf
from nengo_dl.kernels import PLAIN
from nengo_dl.lower.context import Context, Environment


def context(values, last=False, sizes=None):
    """Make the context of operators with the given gains."""
    ops = tuple(types.SimpleNamespace(gain=value) for value in values)
    ctx = Context(ops, Environment(0.001, tf.float32, 2, PLAIN))
    ctx.last, ctx.sizes = last, sizes
    return ctx


def gain(op):
    """Return the gain of an operator."""
    return op.gain


def test_equal_values_are_a_scalar(evaluate):
    """What is the same for all operators is one number of the simulation's type."""
    found = evaluate(lambda: context([2, 2, 2.0]).per_op(gain))
    assert found == 2.0 and found.shape == () and found.dtype == np.float32


@pytest.mark.parametrize(
    "last, ndim, shape",
    [
        (False, 2, (1, 3)),
        (False, 3, (1, 3, 1)),
        (False, 4, (1, 3, 1, 1)),
        (True, 2, (1, 3)),
        (True, 3, (1, 1, 3)),
        (True, 4, (1, 1, 1, 3)),
    ],
)
def test_values_lie_on_the_axis_of_operators(evaluate, last, ndim, shape):
    """That axis is behind the batch, or the last one of interleaved groups."""
    found = evaluate(lambda: context([1, 2, 3], last).per_op(gain, ndim))
    assert found.shape == shape
    np.testing.assert_array_equal(found.ravel(), [1, 2, 3])


def test_elements_in_one_row(evaluate):
    """Of unequal operators each element has the value of its operator."""
    found = evaluate(lambda: context([1, 5], sizes=(2, 3)).per_op(gain))
    np.testing.assert_array_equal(found, [[[1, 1, 5, 5, 5]]])


def test_scalar_has_the_simulations_type(evaluate):
    """Constants are never float64 in a float32 simulation."""
    assert evaluate(lambda: context([1]).scalar(0.1)) == np.float32(0.1)


def test_kept_tensors_are_collected():
    """`keep` returns the tensor and puts it on the list of what leaves the loop."""
    ctx, tensor = context([1]), object()
    assert ctx.keep(tensor) is tensor
    assert ctx.kept == [tensor]
