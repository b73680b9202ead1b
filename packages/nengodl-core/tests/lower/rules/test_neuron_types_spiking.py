# SPDX-License-Identifier: MIT
"""Izhikevich neurons and regular spikes equal nengo's, step by step."""

import nengo
import numpy as np
import pytest
from nengo_dl.extend import check_rule

# a class of nengo 3.1 and later
needs_rates_to_spikes = pytest.mark.skipif(
    not hasattr(nengo, "RegularSpiking"), reason="this nengo has no RegularSpiking"
)


@pytest.mark.parametrize("minibatch", [1, 3])
def test_izhikevich(make, currents, minibatch):
    """From any state, with currents below nengo's limit, and spikes with their resets."""
    ops = make.neurons(nengo.Izhikevich(), 30, 11)
    check_rule(ops, minibatch=minibatch, steps=8, values=currents(ops, 30.0))


@pytest.mark.parametrize("tau_recovery", [0.02, 0.1])
def test_izhikevich_spikes_equal_nengos(spikes_of_both, tau_recovery):
    """In 300 steps of a network all spikes come in the same steps."""
    neuron_type = nengo.Izhikevich(tau_recovery=tau_recovery)
    for expected, received in spikes_of_both(neuron_type):
        assert np.count_nonzero(expected) > 10
        np.testing.assert_array_equal(received, expected)


def test_izhikevich_has_no_gradient(make, train, numpy_step):
    """In training they spike as ever, and pass no gradient on."""
    (op,) = make.neurons(nengo.Izhikevich(), 3)
    states = [np.array([-60.0, 29.0, -50.0]), np.array([-13.0, -13.0, -10.0])]
    results, gradient = train(op, [1.0, 10.0, -40.0], *states)
    expected = numpy_step(op.neurons, [1.0, 10.0, -40.0], *states)
    assert gradient is None
    np.testing.assert_array_equal(expected, [0, 1000, 0])
    np.testing.assert_allclose(results, [expected] + states, rtol=1e-12)


@needs_rates_to_spikes
@pytest.mark.parametrize("base", ["RectifiedLinear", "Tanh", "LIFRate", "Sigmoid"])
def test_regular_spikes_equal_nengos(spikes_of_both, base):
    """Rates of any type, negative ones too, are counted up to spikes."""
    neuron_type = nengo.RegularSpiking(getattr(nengo, base)(), amplitude=0.5)
    for expected, received in spikes_of_both(neuron_type):
        assert np.count_nonzero(expected) > 10
        np.testing.assert_allclose(received, expected, rtol=1e-14)


@needs_rates_to_spikes
def test_training_uses_rates(make, train):
    """In training regular spikes are the rates times the amplitude."""
    neuron_type = nengo.RegularSpiking(nengo.Tanh(), amplitude=0.5)
    op = make.neurons(neuron_type, 3)[1]
    (rates, voltage), gradient = train(op, [-10.0, 0.0, 7.0], [0.1, 0.2, 0.3])
    np.testing.assert_array_equal(rates, [-5, 0, 3.5])
    np.testing.assert_array_equal(voltage, [0.1, 0.2, 0.3])
    np.testing.assert_array_equal(gradient, [0.5, 0.5, 0.5])
