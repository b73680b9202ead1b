# SPDX-License-Identifier: MIT
"""Computations that compiled code may replace."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import errors, kernels


@pytest.mark.parametrize("minibatch, n", [(1, 1), (3, 2)])
def test_pes_delta_is_the_outer_product(minibatch, n):
    """For each item and operator: errors times activities."""
    rng = np.random.RandomState(0)
    pre, error = (
        rng.standard_normal((minibatch, n, 5)),
        rng.standard_normal((minibatch, n, 2)),
    )
    with tf.Graph().as_default(), tf.compat.v1.Session() as sess:
        delta = kernels.pes_delta(tf.constant(pre), tf.constant(error))
        found = sess.run(delta)
    np.testing.assert_array_equal(found, np.einsum("bnj,bni->bnji", error, pre))


def test_kernels_are_replaced_in_a_copy():
    """Compiled code takes the place of a function without changing the plain kernels."""
    replaced = dataclasses.replace(kernels.PLAIN, pes_delta=max)
    assert replaced.pes_delta is max
    assert kernels.PLAIN.pes_delta is kernels.pes_delta
    with pytest.raises(dataclasses.FrozenInstanceError):
        kernels.PLAIN.pes_delta = max


def test_installed_kernels_replace_plain_ones(monkeypatch):
    """What wheels offer takes the place of the plain function of that name."""
    offers = {"wheel": {"pes_delta": max}}
    monkeypatch.setattr(kernels, "load_group", lambda group: offers)
    assert kernels.installed_kernels() == kernels.Kernels(pes_delta=max)
    monkeypatch.setattr(kernels, "load_group", lambda group: {})
    assert kernels.installed_kernels() == kernels.PLAIN


def test_unknown_kernels_are_refused(monkeypatch):
    """A wheel made for another version is named, with the kernels that are unknown."""
    offers = {"odd-wheel": {"pes_delta": max, "strange": min}}
    monkeypatch.setattr(kernels, "load_group", lambda group: offers)
    with pytest.raises(errors.UnknownKernelError, match="(?s)odd-wheel.*strange"):
        kernels.installed_kernels()


def test_the_host_is_called_with_arrays():
    """What the function returns gets the types and shapes asked for, once it is done."""
    seen = []

    def function(x, y):
        seen.append((x.copy(), y.copy()))
        return [x + y, np.arange(2)]

    x, y = np.ones((2, 3)), np.full((2, 3), 0.5)
    with tf.Graph().as_default(), tf.compat.v1.Session() as sess:
        types, shapes = [tf.float64, tf.int64], [(2, 3), (2,)]
        inputs = [tf.constant(x), tf.constant(y)]
        results, done = kernels.host_call(function, inputs, types, shapes)
        assert [tuple(r.shape.as_list()) for r in results] == shapes
        assert [r.dtype for r in results] == types
        sess.run(done)
        assert len(seen) == 1
        total, numbers = sess.run(results)
    np.testing.assert_array_equal(total, x + y)
    np.testing.assert_array_equal(numbers, [0, 1])
    np.testing.assert_array_equal(seen, [(x, y)] * 2)
