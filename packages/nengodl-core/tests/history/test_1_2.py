# SPDX-License-Identifier: MIT
"""What releases 1.2.0 and 1.2.1 of the original brought."""

import json

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf
from nengo.builder import Model
from nengo.builder.operator import Copy
from nengo.builder.signal import Signal
from nengo.exceptions import ValidationError

quiet = {"progress_bar": False}


def test_boolean_signals(open_simulator):
    """History 56: signals of truth values are copied, and stay what they are."""
    source = Signal(np.array([True, False, True]), name="source")
    target = Signal(np.zeros(3, dtype=bool), name="target")
    model = Model(dt=0.001)
    model.add_op(Copy(source, target))
    with nengo.Network() as net:
        pass
    sim = open_simulator(net, model=model)
    sim.run_steps(2, **quiet)
    value = sim.program.signal_value(target)
    assert value.dtype == bool
    np.testing.assert_array_equal(value, [[True, False, True]])


def test_weights_that_are_probed_can_be_read(open_simulator):
    """History 58: what the loop alone touches, weights with a probe, can be read."""
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(10, 1)
        node = nengo.Node(size_in=1)
        connection = nengo.Connection(ensemble, node)
        probe = nengo.Probe(connection, "weights")
    sim = open_simulator(net)
    sim.run_steps(2, **quiet)
    weights = np.asarray(sim.model.params[connection].weights)
    signal = sim.model.sig[connection]["weights"]
    np.testing.assert_array_equal(
        sim.program.signal_value(signal), weights[None].astype("float32")
    )
    np.testing.assert_array_equal(
        sim.data[connection].weights, weights.astype("float32")
    )
    np.testing.assert_array_equal(
        sim.data[probe], [weights.astype("float32")] * sim.n_steps
    )


def test_tensor_nodes_can_be_looked_at():
    """History 59: reading the output of a TensorNode gives something to call."""
    with nengo.Network():
        node = nengo_dl.TensorNode(lambda t, x: x, size_in=1)
    assert callable(node.output)


def test_inference_only(open_simulator):
    """History 63: a network for inference computes the same, and does not train."""
    sims = []
    for inference_only in (False, True):
        with nengo.Network(seed=0) as net:
            nengo_dl.configure_settings(inference_only=inference_only)
            ensemble = nengo.Ensemble(10, 1)
            nengo.Connection(nengo.Node([0.5]), ensemble)
            net.probe = nengo.Probe(ensemble.neurons)
        sims.append((open_simulator(net), net.probe))
        sims[-1][0].run_steps(40, **quiet)
    rows = [sim.data[probe] for sim, probe in sims]
    assert rows[0].any()
    np.testing.assert_array_equal(rows[0], rows[1])
    sim, probe = sims[1]
    with pytest.raises(ValidationError, match="inference_only=True") as error:
        sim.run_batch(3, {probe: None}, training=True)
    assert error.value.attr == "inference_only"


def test_smoothed_spiking_neurons(open_simulator):
    """History 64: with a smoothing of 1, training has the rates of SoftLIFRate."""
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(lif_smoothing=1.0, dtype="float64")
        ensemble = nengo.Ensemble(10, 1, neuron_type=nengo.LIF())
        nengo.Connection(nengo.Node([0.5]), ensemble, synapse=None)
        current = nengo.Probe(ensemble.neurons, "input")
        rates = nengo.Probe(ensemble.neurons)
    sim = open_simulator(net)
    found = sim.run_batch(2, {current: None, rates: None}, training=True)
    soft = nengo_dl.SoftLIFRate(sigma=1)
    expected = soft.rates(found[current][0, 0], np.ones(10), np.zeros(10))
    np.testing.assert_allclose(found[rates][0, 0], expected, rtol=1e-9)
    spikes = sim.run_batch(2, {rates: None})[rates]
    assert set(np.unique(spikes)) <= {0, 1000}


@pytest.mark.parametrize(
    "returned",
    [
        lambda x: tf.zeros((2, 4), x.dtype),
        lambda x: tf.zeros((3, 3), x.dtype),
        lambda x: tf.zeros((2, 3, 1), x.dtype),
        lambda x: tf.zeros((2, 3), tf.int32),
        lambda x: np.zeros((2, 3)),
        lambda x: None,
    ],
    ids=["size", "batch", "rank", "type", "array", "None"],
)
def test_outputs_of_a_given_size_are_checked(open_simulator, returned):
    """History 66: a wrong shape, batch or type is told when the simulator is built."""
    with nengo.Network() as net:
        nengo_dl.TensorNode(lambda t, x: returned(x), size_in=1, size_out=3)
    with pytest.raises(ValidationError, match=r"\[2, 3\]") as error:
        open_simulator(net, minibatch_size=2)
    assert error.value.attr == "tensor_func"


@pytest.mark.parametrize("profile", [True, {"any": "dict"}, "mine.json"])
def test_profiles(open_simulator, tmp_path, monkeypatch, profile):
    """History 69 and 142: a run leaves a trace for Chrome, in a file of any name."""
    monkeypatch.chdir(tmp_path)
    with nengo.Network() as net:
        nengo.Probe(nengo.Node([1.0]))
    open_simulator(net).run_steps(2, profile=profile, **quiet)
    (path,) = tmp_path.iterdir()
    named = isinstance(profile, str)
    assert path.name == (profile if named else "nengo_dl_profile.json")
    events = json.loads(path.read_text())["traceEvents"]
    assert {"name", "pid", "tid", "ts", "dur"} <= set(events[-1])
    assert {event["ph"] for event in events} == {"M", "X"}
