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
@pytest.mark.parametrize("decays", [False, True])
def test_changes_depend_on_the_product(decays):
    """No step can be left out: each one's change needs the product of the one before."""

    def echo(weights, pre, change, x, decay):
        assert (decay is not None) == decays
        return weights, 1e9 * change

    run = alone._learning_loop(echo, (1, 1, 3, 5), decays)
    # e, then e - 1e-9 * 1e9 * e
    first, second = run(1), run(2)
    assert np.abs(first).min() > 0
    assert np.abs(second).max() < 1e-5 * np.abs(first).max()


@pytest.mark.parametrize("decays", [False, True])
def test_plain_products_are_those_of_numpy(decays):
    """The product is of weights that were changed before, which are kept for later."""
    rng = np.random.RandomState(0)
    weights, pre, change, x, decay = (
        rng.uniform(-1, 1, shape)
        for shape in [(1, 1, 3, 5), (1, 1, 5), (1, 1, 3), (1, 1, 5), (1, 1, 3)]
    )
    with tf.Graph().as_default(), tf.compat.v1.Session() as sess:
        given = [tf.constant(array) for array in (weights, pre, change, x, decay)]
        given[4] = given[4] if decays else None
        learned, product = sess.run(alone.plain_product(*given))
    kept = (1 - decays * decay[0, 0])[:, None] * weights[0, 0]
    expected = kept + np.outer(change, pre)
    np.testing.assert_allclose(learned[0, 0], expected, rtol=0, atol=1e-14)
    np.testing.assert_allclose(product[0, 0], expected @ x[0, 0], rtol=0, atol=1e-14)


def test_plain_products_are_compared_with_kernels(monkeypatch):
    """The best times of plain TensorFlow and of the kernel are given, in this order."""
    times = {"plain": iter([0, 5.0, 3.0]), "kernel": iter([0, 8.0, 9.0])}
    made = []

    def loop(function, shape, decays):
        made.append((shape, decays))
        name = "plain" if function is alone.plain_product else "kernel"
        return lambda steps: next(times[name])

    monkeypatch.setattr(alone, "_learning_loop", loop)
    monkeypatch.setattr(alone, "_time", lambda run, steps: run(steps))
    assert alone.compare_products(len, 3, 5, steps=2, rounds=2, decay=True) == (3, 8)
    assert made == [((1, 1, 3, 5), True)] * 2
