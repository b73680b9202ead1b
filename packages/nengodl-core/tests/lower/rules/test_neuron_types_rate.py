# SPDX-License-Identifier: MIT
"""Rates equal nengo's, and rectified neurons spike when nengo's do."""

import nengo
import numpy as np
import pytest
from nengo_dl.extend import check_rule

RATES = [
    nengo.RectifiedLinear(),
    nengo.RectifiedLinear(amplitude=0.2),
    # at most 1 Hz: XLA's logistic function is exact relative to its largest value only
    nengo.Sigmoid(tau_ref=1.0),
] + ([nengo.Tanh(tau_ref=1.0)] if hasattr(nengo, "Tanh") else [])


@pytest.mark.parametrize("neuron_type", RATES, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("minibatch", [1, 3])
def test_rate_neurons(make, currents, neuron_type, dtype, minibatch):
    """Rates of neurons in one group of unequal ensembles, on both sides of threshold."""
    ops = make.neurons(neuron_type, 40, 7)
    check_rule(ops, minibatch=minibatch, dtype=dtype, values=currents(ops, 5.0))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_spiking_rectified_linear(make, currents, dtype):
    """Voltages add up to whole spikes, several in one step if the current is strong."""
    ops = make.neurons(nengo.SpikingRectifiedLinear(), 50, 7)
    # 2**-10 and currents of whole numbers: no rounding, so no spike moves
    values = {signal: np.round(v) for signal, v in currents(ops, 2000.0).items()}
    values.update({op.sets[1]: np.linspace(0, 1, op.J.size, False) for op in ops})
    check_rule(ops, minibatch=2, dtype=dtype, steps=6, dt=2.0**-10, values=values)


def test_spikes_equal_nengos(spikes_of_both):
    """In 300 steps of a network all spikes come in the same steps (history 122)."""
    neuron_type = nengo.SpikingRectifiedLinear(amplitude=0.5)
    for expected, received in spikes_of_both(neuron_type):
        assert np.count_nonzero(expected) > 10
        np.testing.assert_allclose(received, expected, rtol=1e-14)


def test_training_uses_rates(make, train):
    """Spiking neurons are rectified lines in training, and keep their voltage."""
    (op,) = make.neurons(nengo.SpikingRectifiedLinear(amplitude=2), 3)
    (rates, voltage), gradient = train(op, [-1.0, 0.0, 7.0], [0.1, 0.2, 0.3])
    np.testing.assert_array_equal(rates, [0, 0, 14])
    np.testing.assert_array_equal(voltage, [0.1, 0.2, 0.3])
    np.testing.assert_array_equal(gradient, [0, 0, 2])
