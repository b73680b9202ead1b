# SPDX-License-Identifier: MIT
"""Section 5 of the table of errors, without training: outputs and inference."""

import nengo
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError, ValidationError
from nengo_dl import configure_settings
from nengo_dl.compat.tensorflow import v1
from nengo_dl.utils import find_non_differentiable


def nothing():
    """A function without arguments."""


def three(a, b, c):
    """A function of three arguments."""


@pytest.mark.parametrize(
    "function, parts",
    [
        (5, ["function or None", "but is 5"]),
        ("mean", ["function or None", "'mean'"]),
        (nothing, ["'nothing'", "takes 0"]),
        (three, ["'three'", "takes 3"]),
    ],
)
def test_functions(sim, net, unchanged, function, parts):
    """Section 5, value not callable, 0 or > 2 arguments: name, probe and number."""
    with unchanged(sim), pytest.raises(ValidationError) as error:
        sim.run_batch(4, {net.node_probe: None, net.probe: function})
    assert error.value.attr == "outputs"
    for part in parts + ["the probe"]:
        assert part in str(error.value)


@pytest.mark.parametrize(
    "key",
    [lambda net: net.ensemble, lambda net: (net.probe, net.node), lambda net: "p"],
)
def test_keys(sim, net, unchanged, key):
    """Section 5, objective key not a probe: what is there instead is named."""
    key = key(net)
    wrong = key[1] if isinstance(key, tuple) else key
    with unchanged(sim), pytest.raises(ValidationError, match="probes") as error:
        sim.run_batch(4, {key: None})
    assert error.value.attr == "outputs"
    assert repr(wrong) in str(error.value)


def test_probe_of_another_network(sim, unchanged):
    """Section 5, objective key not a probe: nor one of another network."""
    with nengo.Network():
        foreign = nengo.Probe(nengo.Node([0]), label="foreign")
    with unchanged(sim), pytest.raises(
        ValidationError, match="of the network"
    ) as error:
        sim.run_batch(4, {foreign: None})
    assert repr(foreign) in str(error.value)


@pytest.mark.parametrize("outputs", [None, 5, len, []])
def test_outputs_are_a_dict(sim, unchanged, outputs):
    """Section 5, objective not a dict: outputs are one from probes to functions."""
    with unchanged(sim), pytest.raises(
        ValidationError, match="dict from probes"
    ) as error:
        sim.run_batch(4, outputs)
    assert error.value.attr == "outputs"
    assert repr(outputs) in str(error.value)


def test_inference_only(network, open_simulator, unchanged):
    """Section 5, training an inference-only network: as it was built is told."""
    with network:
        configure_settings(inference_only=True)
    sim = open_simulator(network)
    sim.run_steps(2, progress_bar=False)
    with unchanged(sim):
        with pytest.raises(ValidationError, match="built with inference_only") as error:
            sim.run_batch(4, {network.probe: None}, training=True)
    assert error.value.attr == "inference_only"


@pytest.mark.parametrize(
    "function, kind", [(tf.round, "the_culprit"), (tf.stop_gradient, "the_culprit")]
)
def test_non_differentiable(function, kind):
    """Section 5, find_non_differentiable hit: the operation is named."""
    with tf.Graph().as_default():
        x = v1.placeholder(tf.float32, (2,), name="the_input")
        y = tf.exp(function(tf.sin(x) * 2, name="the_culprit") + 1, name="the_output")
        z = tf.sin(x) + y
        find_non_differentiable([x], [z])  # there is another way
        with pytest.raises(SimulationError, match=f"operation '{kind}'") as error:
            find_non_differentiable([x], [y])
    for part in ("the_input", "the_output"):
        assert part in str(error.value)
