# SPDX-License-Identifier: MIT
"""In training spiking neurons are their rates, also where these are not smooth."""

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf

N_STEPS = 5
QUIET = {"progress_bar": False}
# currents: below, at and above the threshold of LIF neurons, in float32 and float64
CURRENTS = [-5.0, 0.0, 0.5, 1.0 - 2.0**-24, 1.0, 1.0 + 2.0**-23, 1.001, 1.5, 20.0, 1e4]


def network(neuron_type, dtype="float64", jit=False, smoothing=None, n_layers=2):
    """Layers of neurons; the first one has currents about 1."""
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(
            dtype=dtype, jit_compile=jit, lif_smoothing=smoothing
        )
        net.source = layer = nengo.Node(np.zeros(10))
        for _ in range(n_layers):
            rng = np.random.RandomState(0)
            values = {"gain": np.ones(10), "bias": rng.uniform(0, 2, 10)}
            neurons = nengo.Ensemble(10, 1, neuron_type=neuron_type, **values).neurons
            synapse = None if n_layers == 1 else 0.002
            weights = rng.uniform(-1, 1, (10, 10)) / 10
            nengo.Connection(layer, neurons, transform=weights, synapse=synapse)
            layer = neurons
        net.probe = nengo.Probe(layer)
    return net


def trained(net, seed=1):
    """Train by steepest descent; return the loss, and all parameters after it."""
    rng = np.random.RandomState(seed)
    with nengo_dl.Simulator(net, minibatch_size=3, device="/cpu:0", **QUIET) as sim:
        data = {
            net.source: rng.uniform(-10, 10, (3, N_STEPS, 10)),
            net.probe: rng.uniform(-1, 1, (3, N_STEPS, 10)),
        }
        before = parameters(sim, net)
        optimizer = tf.compat.v1.train.GradientDescentOptimizer(0.125)
        history = sim.train(data, optimizer, **QUIET)
        after = parameters(sim, net)
    assert all(np.abs(a - b).max() > 0 for a, b in zip(before, after))
    return history["loss"], after


def parameters(sim, net):
    """Biases and weights."""
    biases = [sim.data[ensemble].bias for ensemble in net.ensembles]
    return biases + [sim.data[connection].weights for connection in net.connections]


@pytest.mark.parametrize(
    "spiking, smoothing, rate",
    [
        (nengo.LIF(amplitude=0.01), None, nengo.LIFRate(amplitude=0.01)),
        (
            nengo.LIF(tau_rc=0.05, tau_ref=0.003, amplitude=0.02),
            1.0,
            nengo_dl.SoftLIFRate(sigma=1.0, tau_rc=0.05, tau_ref=0.003, amplitude=0.02),
        ),
        (
            nengo.LIF(amplitude=0.01),
            0.1,
            nengo_dl.SoftLIFRate(sigma=0.1, amplitude=0.01),
        ),
        (
            nengo.SpikingRectifiedLinear(amplitude=0.5),
            None,
            nengo.RectifiedLinear(amplitude=0.5),
        ),
    ],
    ids=str,
)
def test_spiking_neurons_are_trained_as_rates(spiking, smoothing, rate):
    """Loss and updates are those of the network of rate neurons, bit by bit."""
    loss, values = trained(network(spiking, smoothing=smoothing))
    expected_loss, expected = trained(network(rate))
    assert loss == expected_loss
    for found, value in zip(values, expected):
        np.testing.assert_array_equal(found, value)


def test_smoothing_is_for_lif_only():
    """Without it, and with another one, LIF neurons get other updates."""
    found = [
        trained(network(nengo.LIF(amplitude=0.01), smoothing=s))[1][0]
        for s in (None, 0.1, 1.0)
    ]
    assert np.abs(found[0] - found[1]).max() > 1e-6
    assert np.abs(found[1] - found[2]).max() > 1e-6


def rate_slope(current, above, tau_rc=0.02, tau_ref=0.002):
    """Compute the derivative of a rate by what is above the threshold."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = 1 / (tau_ref + tau_rc * np.log1p(1 / above))
        return rate**2 * tau_rc / (above * (1 + above))


def hard_slope(current):
    """Compute the derivative of LIFRate, which is 0 at the threshold and below."""
    return np.where(current > 1, rate_slope(current, current - 1), 0)


def soft_slope(sigma):
    """Return the derivative of SoftLIFRate."""

    def slope(current):
        x = (current - 1) / sigma
        above = sigma * np.logaddexp(0, x)
        return rate_slope(current, above) * np.exp(-np.logaddexp(0, -x))

    return slope


# Neurons, smoothing of LIF, the derivative by the current, and steps
KINDS = {
    "LIF": (nengo.LIF(), None, hard_slope, 3),
    "smoothed LIF": (nengo.LIF(), 0.1, soft_slope(0.1), 3),
    "LIFRate": (nengo.LIFRate(), None, hard_slope, 3),
    "SoftLIFRate": (nengo_dl.SoftLIFRate(sigma=0.02), None, soft_slope(0.02), 3),
    # in later steps there is adaptation
    "AdaptiveLIF": (nengo.AdaptiveLIF(), None, hard_slope, 1),
    "AdaptiveLIFRate": (nengo.AdaptiveLIFRate(), None, hard_slope, 1),
    "RectifiedLinear": (
        nengo.RectifiedLinear(),
        None,
        lambda current: (current > 0).astype(float),
        3,
    ),
}


# nengo's own, from looking for the intercept of what never fires
@pytest.mark.filterwarnings("ignore:(divide by zero|invalid value):RuntimeWarning")
@pytest.mark.parametrize(
    # 20 widths below, the softplus is taken for an exponential, to some 1e-11
    "dtype, jit, limit",
    [("float32", True, 1e-5), ("float64", False, 1e-10)],
)
@pytest.mark.parametrize("name", sorted(KINDS))
def test_gradients_at_the_threshold(name, dtype, jit, limit):
    """Below, at and above J = 1 gradients are those of the rate, and none is NaN."""
    kind, smoothing, slope, n_steps = KINDS[name]
    n = len(CURRENTS)
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(
            dtype=dtype, jit_compile=jit, lif_smoothing=smoothing
        )
        values = {"gain": np.ones(n), "bias": CURRENTS}
        neurons = nengo.Ensemble(n, 1, neuron_type=kind, **values).neurons
        # from 0 on an update is the gradient, without a rounding
        zero = nengo.Connection(
            nengo.Node([1]), neurons, transform=np.zeros((n, 1)), synapse=None
        )
        probe = nengo.Probe(neurons)
    # the data is the gradient by the output
    data = {probe: np.ones((1, n_steps, n))}
    with nengo_dl.Simulator(net, device="/cpu:0", **QUIET) as sim:
        optimizer = tf.compat.v1.train.GradientDescentOptimizer(1.0)
        sim.train(data, optimizer, objective={probe: None}, **QUIET)
        found = -sim.data[zero].weights[:, 0]
    expected = n_steps * slope(np.array(CURRENTS).astype(dtype).astype(float))
    assert np.isfinite(expected).all() and expected.max() > 1
    np.testing.assert_allclose(found, expected, rtol=limit, atol=1e-30)
