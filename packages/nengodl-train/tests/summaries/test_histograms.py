# SPDX-License-Identifier: MIT
"""Histograms of parameters, compared with NumPy's moments of the same values."""

import math

import nengo
import numpy as np
import pytest
from nengodl_train.summaries import Summaries


def assert_histogram(value, expected):
    """Compare a histogram's moments with those of an array, as NumPy computes them."""
    expected = np.asarray(expected, dtype=np.float64)
    histogram = value.histo
    assert (histogram.min, histogram.max) == (expected.min(), expected.max())
    assert histogram.num == sum(histogram.bucket) == expected.size
    assert np.isclose(histogram.sum, expected.sum(), rtol=1e-12, atol=1e-12)
    assert np.isclose(histogram.sum_squares, np.sum(expected**2), rtol=1e-12)


def test_histograms_have_the_built_values(network, open_simulator, events):
    """Weights, encoders with gain and radius in them, and biases of the network."""
    sim = open_simulator(network)
    items = [network.given, network.solved, network.a, network.a.neurons]
    written = Summaries(sim, items, [network.probe])
    written.write({}, 1)
    written.flush()
    ((_, values),) = events()
    with nengo.Simulator(network, progress_bar=False) as reference:
        decoders = reference.data[network.solved].weights
    encoders = np.array([[1, 0], [0.6, 0.8], [0, -1]])
    scaled = encoders * np.array([[1], [2], [4]]) / 2
    expected = {
        "Connection_my_in_put__weights": [[1, 2], [3, -5]],
        "Connection_None_weights": decoders.astype(np.float32),
        "Ensemble_a_encoders": scaled.astype(np.float32),
        "Ensemble.neurons_a_bias": [1, 0, 3],
    }
    assert set(values) == set(expected)
    for tag, array in expected.items():
        assert_histogram(values[tag], array)


def test_histograms_follow_the_parameters(network, open_simulator, events, put):
    """Each event has the values of its time."""
    sim = open_simulator(network)
    written = Summaries(sim, [network.a, network.a.neurons, network.given], ())
    history, rng = [], np.random.RandomState(0)
    for step in range(1, 4):
        encoders, bias = rng.normal(size=(1, 3, 2)), rng.normal(size=(1, 3))
        history.append((encoders.astype(np.float32), bias.astype(np.float32)))
        put(sim, sim.model.sig[network.a]["encoders"], encoders)
        put(sim, sim.model.sig[network.a.neurons]["bias"], bias)
        written.write({}, step)
    written.flush()
    assert len(events()) == 3
    for (_, values), (encoders, bias) in zip(events(), history):
        assert_histogram(values["Ensemble_a_encoders"], encoders)
        assert_histogram(values["Ensemble.neurons_a_bias"], bias)
        assert_histogram(values["Connection_my_in_put__weights"], [1, 2, 3, -5])


def test_histograms_hold_all_items(open_simulator, events, put):
    """Weights that a rule learns differ between items, and all of them are counted."""
    with nengo.Network(seed=0) as net:
        pre, post = nengo.Ensemble(4, 1), nengo.Node(size_in=1)
        learned = nengo.Connection(pre, post, learning_rule_type=nengo.PES())
        nengo.Connection(post, learned.learning_rule)
    sim = open_simulator(net, minibatch_size=3)
    values = np.arange(12).reshape((3, 1, 4)) - 5
    put(sim, sim.model.sig[learned]["weights"], values)
    written = Summaries(sim, [learned], ())
    written.write({}, 1)
    written.flush()
    assert_histogram(events()[0][1]["Connection_None_weights"], values)


@pytest.mark.skipif(
    not hasattr(nengo, "Sparse"), reason="nengo before 3.0 has no sparse transforms"
)
def test_histogram_of_a_sparse_transform(open_simulator, events):
    """The entries are counted, not the zeros between them."""
    with nengo.Network() as net:
        transform = nengo.Sparse((4, 3), indices=[[0, 1], [3, 2]], init=[2.0, -1.0])
        sparse = nengo.Connection(
            nengo.Node([1, 2, 3]), nengo.Node(size_in=4), transform=transform
        )
    sim = open_simulator(net)
    written = Summaries(sim, [sparse], ())
    written.write({}, 1)
    written.flush()
    assert_histogram(events()[0][1]["Connection_None_weights"], [2, -1])


def test_values_that_are_not_finite_are_left_out(network, open_simulator, events, put):
    """Training that diverges goes on, with what can still be shown."""
    sim = open_simulator(network)
    bias = sim.model.sig[network.a.neurons]["bias"]
    written = Summaries(sim, ["loss", network.a.neurons], ())
    put(sim, bias, [[math.nan, 2, math.inf]])
    written.write({"loss": math.inf}, 1)
    put(sim, bias, [[math.nan, math.nan, -math.inf]])
    written.write({"loss": math.nan}, 2)
    written.flush()
    (_, first), (_, second) = events()
    assert first["loss/loss/loss"].simple_value == math.inf
    assert_histogram(first["Ensemble.neurons_a_bias"], [2])
    assert list(second) == ["loss/loss/loss"]
    assert math.isnan(second["loss/loss/loss"].simple_value)
