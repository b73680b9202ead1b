# SPDX-License-Identifier: MIT
"""Kernels in loops of their own."""

import numpy as np
import pytest
import tensorflow as tf
from nengodl_benchmarks.experiments.kernels import alone


@pytest.mark.skipif(not tf.executing_eagerly(), reason="the loop is a tf.function")
def test_each_step_calls_the_kernel_with_what_the_last_returned():
    """A function in place of the kernel sees its own weights again, once each step."""

    def grow(weights, pre, change, x, decay):
        assert decay is None
        assert pre.shape == x.shape == (2, 1, 5) and change.shape == (2, 1, 3)
        weights = weights + 1.0
        return weights, weights[..., 0]

    run = alone._learning_loop(grow, (2, 1, 3, 5))
    np.testing.assert_array_equal(run(7), np.full((2, 1, 3), 7.0))


@pytest.mark.skipif(not tf.executing_eagerly(), reason="the loop is a tf.function")
def test_both_times_are_given():
    """The kernel and NumPy take their turns."""

    def grow(weights, pre, change, x, decay):
        return weights + 1.0, change

    found = alone.learned_product_alone(grow, 2, 3, 5, steps=2, rounds=2)
    assert found.kernel > 0 and found.limit > 0


@pytest.mark.skipif(not tf.executing_eagerly(), reason="the loop is a tf.function")
def test_neurons_go_on_from_step_to_step():
    """A function in place of the kernel sees its own state again, and its time is given."""

    def count(current, voltage, refractory, dt):
        assert dt == 0.001
        return 10 * voltage + refractory, voltage + 1.0, refractory + 2.0

    # before the fifth step the voltage is 4 and the refractory time 8
    found = alone._spiking_loop(count, 3)(5)
    np.testing.assert_array_equal(found, np.full((1, 3), 48.0))
    assert alone.lif_step_alone(count, 3, steps=2, rounds=2) > 0


@pytest.mark.skipif(not tf.executing_eagerly(), reason="the loop is a tf.function")
def test_plain_products_are_those_of_numpy():
    """The product is of weights that were changed before, which are kept for later."""
    rng = np.random.RandomState(0)
    weights, pre, change, x = (
        rng.uniform(-1, 1, shape).astype(np.float32)
        for shape in [(1, 1, 3, 5), (1, 1, 5), (1, 1, 3), (1, 1, 5)]
    )
    learned, product = alone.plain_product(
        *map(tf.constant, (weights, pre, change, x)), None
    )
    expected = weights[0, 0] + np.outer(change, pre)
    np.testing.assert_allclose(learned[0, 0], expected, rtol=0, atol=1e-6)
    np.testing.assert_allclose(product[0, 0], expected @ x[0, 0], rtol=0, atol=1e-6)


@pytest.mark.skipif(not tf.executing_eagerly(), reason="the loop is a tf.function")
def test_plain_products_are_compared_with_kernels():
    """Both get the same weights, and both times are given."""
    shapes = []

    def kernel(weights, *others):
        shapes.append(weights.shape.as_list())
        return alone.plain_product(weights, *others)

    times = alone.compare_products(kernel, 3, 5, steps=2, rounds=2)
    assert len(times) == 2 and min(times) > 0
    assert shapes and all(shape == [1, 1, 3, 5] for shape in shapes)
