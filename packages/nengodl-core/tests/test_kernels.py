# SPDX-License-Identifier: MIT
"""Computations that compiled code may replace."""

import dataclasses
import functools
import threading
import warnings

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


@pytest.fixture
def offer(monkeypatch):
    """A function that pretends that wheels offer this, in a process that has not asked."""
    ask = kernels._join_offers.__wrapped__
    asked = []

    def pretend(offers, unavailable=None):
        def load(group):
            asked.append(group)
            return offers, dict(unavailable or {})

        fresh = functools.lru_cache(maxsize=None)(ask)
        monkeypatch.setattr(kernels, "load_group", load)
        monkeypatch.setattr(kernels, "_join_offers", fresh)
        return asked

    return pretend


def test_installed_kernels_replace_plain_ones(offer):
    """What wheels offer takes the place of the plain function of that name."""
    offer({"wheel": {"pes_delta": max}})
    assert kernels.installed_kernels() == kernels.Kernels(pes_delta=max)
    offer({})
    assert kernels.installed_kernels() == kernels.PLAIN


def test_wheels_are_asked_once(offer):
    """Later simulators get the same kernels without loading anything."""
    asked = offer({"wheel": {"pes_delta": max}})
    first = kernels.installed_kernels()
    assert kernels.installed_kernels() is first
    assert asked == [kernels.KERNEL_GROUP]


def test_unknown_kernels_are_refused(offer):
    """A wheel made for another version is named, each time, with what is unknown."""
    offer({"odd-wheel": {"pes_delta": max, "strange": min}})
    for _ in range(2):
        with pytest.raises(errors.UnknownKernelError, match="(?s)odd-wheel.*strange"):
            kernels.installed_kernels()


def test_kernels_that_cannot_be_used(offer):
    """One warning says why, plain TensorFlow stays, and what other wheels have counts."""
    reason = ImportError("built for TensorFlow 1.0")
    asked = offer({"good": {"pes_delta": max}}, {"bad": reason})
    with pytest.warns(errors.KernelsUnavailableWarning) as record:
        found = kernels.installed_kernels()
    assert found == kernels.Kernels(pes_delta=max)
    (warning,) = record
    assert "'bad'" in str(warning.message)
    assert "built for TensorFlow 1.0" in str(warning.message)
    assert warning.filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert kernels.installed_kernels() is found
    assert len(asked) == 1


def test_warnings_as_errors_come_once(offer):
    """Where warnings are errors the first call fails, and later ones go on."""
    offer({}, {"bad": ImportError("not built")})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(errors.KernelsUnavailableWarning, match="not built"):
            kernels.installed_kernels()
        assert kernels.installed_kernels() == kernels.PLAIN


def test_threads_warn_once(offer):
    """Simulators that are made at the same time share one warning."""
    asked = offer({}, {"bad": ImportError("not built")})
    barrier, found = threading.Barrier(8), []

    def ask():
        barrier.wait()
        found.append(kernels.installed_kernels())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    with warnings.catch_warnings(record=True) as record:
        warnings.simplefilter("always")
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [kernels.PLAIN] * 8
    assert len(record) == len(asked) == 1


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


def test_each_wheel_says_what_of_it_is_compiled(offer):
    """A function that another wheel replaces is not taken for compiled, nor others lost."""
    offer(
        {
            "first": {
                "host_call": max,
                "pes_delta": max,
                "compiled": frozenset(["host_call", "pes_delta"]),
            },
            "second": {"host_call": min},
        }
    )
    found = kernels.installed_kernels()
    assert found.host_call is min
    assert found.compiled == {"pes_delta"}
    assert not found.compiles_host_call
    assert found.inside_xla().pes_delta is max
