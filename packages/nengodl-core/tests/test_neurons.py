# SPDX-License-Identifier: MIT
"""SoftLIFRate: its formula, its parameters, and use in nengo itself."""

import pickle

import nengo
import nengo_dl
import numpy as np
import pytest
from nengo.exceptions import ValidationError
from nengo_dl import SoftLIFRate


def rates(neuron_type, current):
    """Compute rates of currents."""
    return neuron_type.rates(np.array(current, float), np.ones(1), np.zeros(1)).ravel()


def written(neuron_type, current):
    """Let the step write rates of currents, under the name that nengo calls."""
    step = "step" if hasattr(nengo.LIFRate, "step") else "step_math"
    output = np.zeros(len(current))
    getattr(neuron_type, step)(0.001, np.array(current, float), output)
    return output


def test_the_formula():
    """The rate is that of a current whose distance from threshold is a softplus.

    History 191.
    """
    current = np.linspace(-1, 3, 9)
    soft = 0.3 * np.log(1 + np.exp((current - 1) / 0.3))
    expected = 0.7 / (0.003 + 0.05 * np.log(1 + 1 / soft))
    neuron_type = SoftLIFRate(sigma=0.3, tau_rc=0.05, tau_ref=0.003, amplitude=0.7)
    np.testing.assert_allclose(written(neuron_type, current), expected, rtol=1e-12)


def test_small_values():
    """Far below threshold the rate is that of the exponential's logarithm (history 90)."""
    np.testing.assert_allclose(written(SoftLIFRate(), [-50.0]), [0.97847358], rtol=1e-8)
    current = np.array([-40.0, -1e3, -1e6])
    expected = 1 / (0.002 + 0.02 * (1 - current))
    np.testing.assert_allclose(written(SoftLIFRate(), current), expected, rtol=1e-12)
    # 5 * softplus(x / 5) is 5 * exp(x / 5)
    expected = 1 / (0.002 + 0.02 * ((1 - current[1:]) / 5 - np.log(5)))
    received = written(SoftLIFRate(sigma=5), current[1:])
    np.testing.assert_allclose(received, expected, rtol=1e-12)


@pytest.mark.parametrize("sigma", [0.01, 1.0])
def test_the_formulas_meet(sigma):
    """Where one formula takes over from the other there is no step."""
    edge = 1 - 20 * sigma
    rates = written(SoftLIFRate(sigma), edge + sigma * np.array([-1e-6, 0, 1e-6]))
    # each a millionth of an exponent apart, but for a tail of 2e-9
    np.testing.assert_allclose(rates, rates[1], rtol=1e-7)
    assert np.all(np.diff(rates) > 0)


def test_little_smoothing_is_none():
    """With a small sigma the rates are those of LIFRate, but at the threshold."""
    current = np.array([-3.0, 0.8, 1.2, 10.0])
    soft = written(SoftLIFRate(sigma=1e-4), current)
    hard = written(nengo.LIFRate(), current)
    np.testing.assert_allclose(soft[2:], hard[2:], rtol=1e-9)
    assert np.all(hard[:2] == 0) and np.all(soft[:2] < 0.1)


def test_rates_are_those_of_the_step():
    """`rates`, which tuning curves and decoders come from, is smooth as well."""
    current = [-1.0, 0.9, 1.0, 3.0]
    neuron_type = SoftLIFRate(sigma=0.5)
    np.testing.assert_array_equal(
        rates(neuron_type, current), written(neuron_type, current)
    )


def test_amplitude_scales_the_output():
    """The amplitude is a factor, for small values, too (history 133)."""
    current = [-50.0, 0.0, 5.0]
    np.testing.assert_allclose(
        written(SoftLIFRate(amplitude=3), current), 3 * written(SoftLIFRate(), current)
    )


@pytest.mark.parametrize("sigma", [0, -1, -1e-9])
def test_sigma_is_positive(sigma):
    """A width of 0 or less is refused, with the limit and the value (history 191)."""
    with pytest.raises(
        ValidationError, match=f"greater than.* 0 .*got {sigma}"
    ) as info:
        SoftLIFRate(sigma=sigma)
    assert info.value.attr == "sigma"


def test_repr():
    """Only a width other than the default is shown."""
    assert repr(SoftLIFRate()) == "SoftLIFRate()"
    assert repr(SoftLIFRate(sigma=0.5)) == "SoftLIFRate(sigma=0.5)"
    shown = repr(SoftLIFRate(sigma=0.5, tau_rc=0.1))
    assert shown == "SoftLIFRate(sigma=0.5, tau_rc=0.1)"


def test_it_is_a_value():
    """Equal parameters are equal types, also after pickling."""
    neuron_type = SoftLIFRate(0.5, 0.03, 0.001, 2)
    assert neuron_type == SoftLIFRate(
        sigma=0.5, tau_rc=0.03, tau_ref=0.001, amplitude=2
    )
    assert neuron_type != SoftLIFRate(0.6, 0.03, 0.001, 2)
    assert pickle.loads(pickle.dumps(neuron_type)) == neuron_type
    assert isinstance(neuron_type, nengo.LIFRate)


def test_gains_are_those_of_lif_rate():
    """Gains and biases come from LIFRate, so an ensemble can become one of these."""
    max_rates, intercepts = np.array([100.0, 200.0]), np.array([-0.5, 0.3])
    np.testing.assert_array_equal(
        SoftLIFRate().gain_bias(max_rates, intercepts),
        nengo.LIFRate().gain_bias(max_rates, intercepts),
    )


def test_both_simulators(same_as_nengo):
    """Nengo runs an ensemble of these neurons, and we run it as nengo does."""
    with nengo.Network(seed=0) as net:
        stimulus = nengo.Node(lambda t: np.sin(50 * t))
        current = {"gain": np.linspace(0.5, 3, 20), "bias": np.full(20, 1.2)}
        neuron_type = SoftLIFRate(sigma=0.1)
        ensemble = nengo.Ensemble(20, 1, neuron_type=neuron_type, **current)
        nengo.Connection(stimulus, ensemble)
        nengo.Probe(ensemble)
        nengo.Probe(ensemble.neurons)
    sim = same_as_nengo(net, minibatch_size=2)
    assert np.all(sim.data[net.all_probes[1]] > 0)


def test_public_name():
    """Users import it from the package."""
    assert nengo_dl.SoftLIFRate is SoftLIFRate


@pytest.mark.parametrize("current", [-1.0, -40.0, -1e4])
def test_steep_soft_lif_far_below_threshold(current):
    """Without overflow, the rate is amplitude / (tau_ref + tau_rc (-x - log sigma))."""
    sigma = 0.05
    with np.errstate(all="raise", under="ignore"):
        rate = rates(SoftLIFRate(sigma=sigma), [current])
    x = (current - 1) / sigma
    expected = 1 / (0.002 + 0.02 * (-x - np.log(sigma)))
    np.testing.assert_allclose(rate, [expected], rtol=1e-8)
