# SPDX-License-Identifier: MIT
"""The inverse of Poisson's distribution function against SciPy's."""

import numpy as np
import pytest
from nengo_dl.lower.rules.poisson import poisson_quantile
from scipy import stats

MEANS = [0.0, 1e-6, 0.05, 0.7, 1.0, 3.3, 25.0, 150.0, 700.0, 1e5]


@pytest.mark.parametrize("jit", [False, True])
def test_quantiles(evaluate, jit):
    """For means from nothing to a hundred thousand, and for both tails."""
    rng = np.random.RandomState(0)
    uniform = np.concatenate([rng.uniform(size=200), [0, 1e-9, 1e-6, 1 - 1e-6]])
    uniform, mean = np.meshgrid(uniform, MEANS)
    received = evaluate(poisson_quantile, uniform, mean, jit=jit)
    # SciPy's for 0 is -1, as nothing is needed for a probability of 0
    expected = np.maximum(stats.poisson.ppf(uniform, mean), 0)
    np.testing.assert_array_equal(received[:, 1:200], expected[:, 1:200])
    # at the very lowest end of large means, where there is nothing for 10 deviations
    tails = received[:, 201:]
    np.testing.assert_array_equal(tails, expected[:, 201:])
    assert np.all(received[:, 200] <= expected[:, 201])


@pytest.mark.parametrize("jit", [False, True])
def test_rounded_to_one(evaluate, jit):
    """A number that 32 bits round up to 1 is taken as the largest one less than 1."""
    mean = np.array([0.1, 300.0], np.float32)
    received = evaluate(poisson_quantile, np.ones(2, np.float32), mean, jit=jit)
    assert received.dtype == np.float32
    expected = stats.poisson.ppf(1 - 2.0**-25, mean.astype(float))
    np.testing.assert_array_equal(received, expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("mean", [0.1, 4.2, 400.0])
def test_mean_and_variance(evaluate, mean, dtype):
    """Both are the mean, within five standard errors of 20,000 draws."""
    uniform = np.random.RandomState(0).uniform(size=20000).astype(dtype)
    means = np.full(20000, mean, dtype)
    counts = evaluate(poisson_quantile, uniform, means, jit=True).astype(float)
    error = np.sqrt(mean / 20000)
    assert abs(counts.mean() - mean) < 5 * error
    # the variance of the variance is (mean + 2 * mean**2) / n
    assert abs(counts.var() - mean) < 5 * np.sqrt((mean + 2 * mean**2) / 20000)
