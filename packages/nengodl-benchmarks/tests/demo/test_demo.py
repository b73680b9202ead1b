# SPDX-License-Identifier: MIT
"""The demonstration, with nengo on both sides."""

import nengo
import numpy as np
import pytest
from nengodl_benchmarks.demo import demonstrate, draw, spiking_integrator
from nengodl_benchmarks.demo.network import true_position, velocity
from nengodl_benchmarks.measure import NengoSide


@pytest.fixture(scope="module", name="found")
def fixture_found():
    """A demonstration that compares nengo with itself."""
    return demonstrate(300, 500, candidate=NengoSide, say=lambda line: None)


def test_neurons_follow_the_moving_point(found):
    """The decoded position is where the point is, apart from noise and delay."""
    assert found.expected.shape == (500, 2)
    assert np.abs(found.expected - true_position(found.times).T).max() < 0.15
    # the point has moved away from where the network starts
    assert np.abs(found.expected[-1]).max() > 0.3


def test_velocity_is_the_derivative_of_the_position():
    """What is integrated is the central difference of the true position."""
    for t in (0.0, 0.3, 1.7):
        slope = (true_position(t + 1e-6) - true_position(t - 1e-6)) / 2e-6
        assert np.allclose(velocity(t), slope, atol=1e-6)


def test_network_spikes():
    """It is a network of spiking neurons, of the size that was asked for."""
    net = spiking_integrator(50)
    assert net.n_neurons == 50
    assert net.position.neuron_type == nengo.LIF()


def test_summary_tells_what_was_measured(found):
    """Neurons, steps, both speeds and both differences are in the text."""
    text = found.summary()
    assert "300 spiking" in text
    assert "500 steps" in text
    assert f"{500 / found.reference_seconds:,.0f} steps per second" in text
    assert f"{500 / found.candidate_seconds:,.0f} steps per second" in text
    assert "{:.1e} in float32".format(found.difference("float32").max()) in text
    assert found.difference("float64").max() < 1e-10


def test_difference_is_that_of_the_worse_coordinate(found):
    """An offset of one coordinate at one step is the difference at that step."""
    moved = found.actual["float32"].copy()
    moved[7, 1] += 0.5
    found.actual["float32"], kept = moved, found.actual["float32"]
    difference = found.difference("float32")
    found.actual["float32"] = kept
    assert difference.argmax() == 7
    assert difference[7] == pytest.approx(0.5)


def test_spike_size_is_a_spike_through_the_readout(found):
    """A single spike of the strongest neuron moves the filtered output that far."""
    net = spiking_integrator(300)
    spike = np.zeros((200, 1))
    spike[0] = 1 / 0.001
    response = net.readout.synapse.filt(spike, y0=0, dt=0.001)
    # the discrete filter stays below the continuous one by half a step
    assert response.max() == pytest.approx(1 / net.readout.synapse.tau, rel=0.02)
    assert 0 < found.spike_size < 1


def test_picture_is_a_png(found, tmp_path):
    """The file is a PNG of a useful size."""
    path = str(tmp_path / "demo.png")
    draw(path, found)
    with open(path, "rb") as file:
        content = file.read()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(content) > 20000
