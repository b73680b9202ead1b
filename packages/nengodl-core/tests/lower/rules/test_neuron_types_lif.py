# SPDX-License-Identifier: MIT
"""Leaky neurons equal nengo's, step by step; in training they are their rates."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl.extend import check_rule
from nengo_dl.neurons import SoftLIFRate

RATES = [
    nengo.LIFRate(),
    nengo.LIFRate(tau_rc=0.05, tau_ref=0.001),
    SoftLIFRate(),
    SoftLIFRate(sigma=0.1, amplitude=0.5),
]
SPIKING = [
    nengo.LIF(amplitude=0.5),
    nengo.LIF(tau_rc=0.05, tau_ref=0.003, min_voltage=-1),
    nengo.AdaptiveLIF(tau_n=0.05, inc_n=0.1),
]


@pytest.mark.parametrize("neuron_type", RATES, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rate_neurons(make, currents, neuron_type, dtype):
    """Rates of neurons in one group of unequal ensembles, on both sides of threshold."""
    ops = make.neurons(neuron_type, 40, 7)
    check_rule(ops, minibatch=2, dtype=dtype, values=currents(ops, 5.0))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_soft_rates_of_strong_inhibition(make, dtype):
    """The smallest rates are exact, too, where a softplus would have been rounded to 0."""
    (op,) = make.neurons(SoftLIFRate(sigma=0.1), 60)
    values = {op.J: -np.logspace(-3, 3, 60)}
    check_rule([op], dtype=dtype, values=values, steps=1)


@pytest.mark.parametrize("n", [1, 3, 16])
def test_lif(make, currents, n):
    """Voltage, refractory time and spikes, from any state, in groups of any size."""
    ops = make.neurons(nengo.LIF(), *[30] * n)
    check_rule(ops, minibatch=2, steps=8, values=currents(ops, 10.0))


def test_lif_of_unequal_sizes(make, currents):
    """Ensembles of unequal sizes lie in one row."""
    ops = make.neurons(nengo.LIF(), 30, 11, 50)
    check_rule(ops, minibatch=2, steps=8, values=currents(ops, 10.0))


def test_lif_in_float32(make, currents):
    """With short series of float32, spikes come in the same steps and voltages agree."""
    ops = make.neurons(nengo.LIF(), 200)
    check_rule(ops, dtype="float32", steps=20, values=currents(ops, 10.0))


def test_lif_of_short_time_constants(make, currents):
    """Where the series would not be exact the general functions are used."""
    ops = make.neurons(nengo.LIF(tau_rc=0.005), 100)
    check_rule(ops, dtype="float32", steps=10, values=currents(ops, 10.0))


def test_lif_fires(make, currents, numpy_step):
    """The states drawn reach threshold, wait and fire, or the tests above say nothing."""
    (op,) = make.neurons(nengo.LIF(), 200)
    rng = np.random.RandomState(0)
    current, voltage = currents([op], 10.0)[op.J][0], rng.uniform(size=200)
    output = numpy_step(op.neurons, current, voltage, rng.uniform(0, 0.002, 200))
    assert 20 < np.count_nonzero(output) < 180


def test_voltages_stay_above_their_minimum(make):
    """Strong inhibition pulls no voltage below `min_voltage`."""
    ops = make.neurons(nengo.LIF(min_voltage=-0.5), 20)
    check_rule(ops, steps=5, values={op.J: [-100.0] for op in ops}, jit=False)


@pytest.mark.parametrize("kind", [nengo.AdaptiveLIF, nengo.AdaptiveLIFRate])
@pytest.mark.parametrize("minibatch", [1, 3])
def test_adaptive_neurons(make, currents, kind, minibatch):
    """Adaptation grows with the output, decays, and is subtracted from the current."""
    ops = make.neurons(kind(tau_n=0.02, inc_n=0.1), 30, 11)
    check_rule(ops, minibatch=minibatch, steps=8, values=currents(ops, 10.0))


@pytest.mark.parametrize("neuron_type", SPIKING, ids=str)
def test_spikes_equal_nengos(spikes_of_both, neuron_type):
    """In 300 steps of a network all spikes come in the same steps."""
    for expected, received in spikes_of_both(neuron_type):
        assert np.count_nonzero(expected) > 10
        np.testing.assert_array_equal(received, expected)


CURRENTS = np.array([-50.0, 0.5, 1.0, 1.1, 5.0])


def slope(neuron_type, numpy_step):
    """Differentiate rates by central differences; nothing at or below threshold."""
    step = 1e-6
    above = numpy_step(neuron_type, CURRENTS + step)
    difference = (above - numpy_step(neuron_type, CURRENTS - step)) / (2 * step)
    hard = type(neuron_type) is nengo.LIFRate
    return np.where(hard & (CURRENTS <= 1), 0, difference)


@pytest.mark.parametrize(
    "smoothing, rates",
    [
        (None, nengo.LIFRate(tau_rc=0.03, amplitude=0.5)),
        # as None
        (0.0, nengo.LIFRate(tau_rc=0.03, amplitude=0.5)),
        (0.3, SoftLIFRate(sigma=0.3, tau_rc=0.03, amplitude=0.5)),
    ],
)
def test_training_uses_rates(make, train, numpy_step, smoothing, rates):
    """In training LIF has output and gradient of rates, and its states stay.

    History 64.
    """
    (op,) = make.neurons(nengo.LIF(tau_rc=0.03, amplitude=0.5), 5)
    states = [np.linspace(0, 1, 5), np.full(5, 0.001)]
    results, gradient = train(op, CURRENTS, *states, lif_smoothing=smoothing)
    np.testing.assert_allclose(results[0], numpy_step(rates, CURRENTS), rtol=1e-12)
    np.testing.assert_array_equal(results[1:], states)
    np.testing.assert_allclose(gradient, slope(rates, numpy_step), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("kind", [nengo.LIF, nengo.LIFRate, SoftLIFRate])
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
@pytest.mark.parametrize("smoothing", [None, 0.01])
def test_gradients_are_finite(make, train, kind, dtype, smoothing):
    """At the threshold, close to it and far from it no gradient is NaN."""
    current = [-1e30, -1e4, -19.0, 1.0 - 1e-7, 1.0, 1.0 + 2e-7, 1e4, 1e30]
    (op,) = make.neurons(kind(), len(current))
    states = [np.zeros(len(current)) for _ in op.sets[1:]]
    _, gradient = train(op, current, *states, lif_smoothing=smoothing, dtype=dtype)
    assert np.all(np.isfinite(gradient))
    assert np.all(gradient >= 0)


def test_training_of_adaptive_neurons(make, train, numpy_step):
    """Adaptation goes on as that of rates does; voltage and refractory time stay."""
    parameters = {"tau_n": 0.05, "inc_n": 0.1}
    (op,) = make.neurons(nengo.AdaptiveLIF(**parameters), 5)
    states = [np.linspace(0, 1, 5), np.full(5, 0.001), np.linspace(0, 0.4, 5)]
    results, gradient = train(op, CURRENTS, *states)
    adaptation = states[2].copy()
    expected = numpy_step(nengo.AdaptiveLIFRate(**parameters), CURRENTS, adaptation)
    np.testing.assert_allclose(results[0], expected, rtol=1e-12)
    np.testing.assert_array_equal(results[1:3], states[:2])
    np.testing.assert_allclose(results[3], adaptation, rtol=1e-12)
    assert np.all(np.isfinite(gradient)) and gradient[-1] > 0
