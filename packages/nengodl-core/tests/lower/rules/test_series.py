# SPDX-License-Identifier: MIT
"""Short polynomials are as exact as float32 can be, where neurons use them."""

import types

import numpy as np
import pytest
import tensorflow as tf
from nengo_dl.kernels import PLAIN
from nengo_dl.lower.context import Context, Environment
from nengo_dl.lower.rules import series

DT = 0.001


def context(*tau_rc, dtype=tf.float32):
    """Make the context of neurons with the given time constants."""
    ops = [
        types.SimpleNamespace(neurons=types.SimpleNamespace(tau_rc=tau))
        for tau in tau_rc
    ]
    return Context(tuple(ops), Environment(DT, dtype, 1, PLAIN))


def arguments(function, tau):
    """Return the arguments that a step of neurons can have, and zero."""
    lowest = -DT / tau if function is series.negative_expm1 else np.expm1(-DT / tau)
    x = np.linspace(lowest, 0, 20001).astype(np.float32)
    return np.concatenate([x, -np.logspace(-30, -2.2, 300, dtype=np.float32)])


FUNCTIONS = [(series.negative_expm1, np.expm1), (series.spike_log1p, np.log1p)]


@pytest.mark.parametrize("function, exact", FUNCTIONS)
@pytest.mark.parametrize("tau", [DT / series.SMALL, 0.02, 0.5])
def test_float32_accuracy(evaluate, function, exact, tau):
    """The relative error is at most 2 units in the last place, down to zero."""
    x = arguments(function, tau)
    x = x[x >= x[0]]
    found = evaluate(lambda tensor: function(tensor, context(tau)), x)
    assert found.dtype == np.float32
    expected = exact(x.astype(np.float64))
    np.testing.assert_allclose(found, expected, rtol=2 * 2.0**-23)
    np.testing.assert_array_equal(found[x == 0], 0)


@pytest.mark.parametrize("function, exact", FUNCTIONS)
def test_error_of_the_polynomial(function, exact):
    """In exact arithmetic the error is below float32 rounding, at the largest bound."""
    for tau in (DT / series.SMALL, 0.02):
        x = arguments(function, tau).astype(np.float64)
        x = x[(x >= x[0]) & (x < 0)]
        coefficients = series._ratio_coefficients(exact, DT / tau)
        found = x * np.polyval(coefficients[::-1], x)
        np.testing.assert_allclose(found, exact(x), rtol=2.0**-24)


@pytest.mark.parametrize("function, exact", FUNCTIONS)
@pytest.mark.parametrize(
    "taus, dtype",
    [
        ((DT / series.SMALL / 2,), tf.float32),
        ((0.02,), tf.float64),
        ((0.02, 1e-4), tf.float32),
    ],
)
def test_general_functions_elsewhere(evaluate, function, exact, taus, dtype):
    """Larger arguments of any neuron of a group, and float64, need the real functions."""
    x = np.linspace(-0.9, 0, 100).astype(dtype.as_numpy_dtype)
    found = evaluate(lambda tensor: function(tensor, context(*taus, dtype=dtype)), x)
    rtol = 1e-6 if dtype == tf.float32 else 1e-14
    np.testing.assert_allclose(found, exact(x.astype(np.float64)), rtol=rtol)


def test_mixed_time_constants_share_the_larger_bound(evaluate):
    """The polynomial of a group is exact for its shortest time constant too."""
    x = arguments(series.negative_expm1, 0.02)
    found = evaluate(lambda t: series.negative_expm1(t, context(0.5, 0.02)), x)
    np.testing.assert_allclose(found, np.expm1(x.astype(np.float64)), rtol=2 * 2.0**-23)
