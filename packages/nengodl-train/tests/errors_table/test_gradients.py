# SPDX-License-Identifier: MIT
"""Section 6 of the table of errors: check_gradients."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError, ValidationError
from nengo_dl import TensorNode, configure_settings


def network_of(function):
    """An input node, and a function of it that is probed."""
    with nengo.Network() as net:
        configure_settings(dtype="float64")
        net.node = nengo.Node([0.0], label="the node")
        net.function = TensorNode(function, size_in=1)
        nengo.Connection(net.node, net.function, synapse=None)
        net.probe = nengo.Probe(net.function, label="the probe")
        nengo.Probe(net.node, synapse=0.01)  # which has a state
    return net


def root(t, x):
    """The root of a square: the gradient at 0 is 0 / 0."""
    return tf.sqrt(tf.square(x))


def halved(t, x):
    """A function whose gradient is half of what it should be."""
    return 1.5 * x + tf.stop_gradient(1.5 * x)


@pytest.mark.parametrize(
    "function, parts",
    [(root, ["NaN found", "nan"]), (halved, ["differ", "1.5", "3.", "atol", "rtol"])],
)
def test_wrong_gradients(open_simulator, unchanged, function, parts):
    """Section 6, check_gradients NaN, mismatch: input, output and both values."""
    sim = open_simulator(network_of(function))
    with unchanged(sim), pytest.raises(SimulationError) as error:
        sim.check_gradients()
    for part in parts + ["the node", "the probe"]:
        assert part in str(error.value)


def test_tolerances(open_simulator):
    """Section 6, check_gradients mismatch: it is one where it is no less than allowed."""
    sim = open_simulator(network_of(halved))
    for atol, rtol in ((1.51, 0.0), (1e-9, 0.51)):  # 1.5 is half of the difference, 3
        sim.check_gradients(atol=atol, rtol=rtol)
    for atol, rtol in ((1.49, 0.0), (1e-9, 0.49)):
        with pytest.raises(SimulationError, match="differ"):
            sim.check_gradients(atol=atol, rtol=rtol)
    right = open_simulator(network_of(lambda t, x: 3 * x))
    right.check_gradients()
    with pytest.raises(SimulationError, match="differ"):
        right.check_gradients(atol=0.0, rtol=0.0)


def test_inference_only(open_simulator, unchanged):
    """Section 6, check_gradients inference-only: as it was built is told."""
    net = network_of(halved)
    with net:
        configure_settings(inference_only=True)
    sim = open_simulator(net)
    sim.run_steps(3, progress_bar=False)
    with unchanged(sim):
        with pytest.raises(ValidationError, match="built with inference_only") as error:
            sim.check_gradients()
    assert error.value.attr == "inference_only"


@pytest.mark.parametrize(
    "wrong", [lambda net: net.node, lambda net: 5, lambda net: "p"]
)
def test_outputs(open_simulator, unchanged, wrong):
    """Section 6, beyond the rows: outputs are probes of the network, else told."""
    net = network_of(halved)
    sim = open_simulator(net)
    sim.run_steps(3, progress_bar=False)
    for outputs in (wrong(net), [net.probe, wrong(net)]):
        with unchanged(sim), pytest.raises(ValidationError, match="probe") as error:
            sim.check_gradients(outputs)
        assert error.value.attr == "outputs"
        assert repr(wrong(net)) in str(error.value)
    assert np.shape(sim.data[net.probe]) == (3, 1)
