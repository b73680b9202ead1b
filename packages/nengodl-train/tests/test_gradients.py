# SPDX-License-Identifier: MIT
"""`Simulator.check_gradients` accepts right gradients, and finds wrong ones."""

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError, ValidationError

FULL = nengo.solvers.LstsqL2(weights=True)
AWAY = {"intercepts": nengo.dists.Choice([-0.5, -0.3, 0.4]), "n_neurons": 9}


@pytest.fixture
def open_simulator():
    """Make silent simulators on the CPU that are closed after the test."""
    made = []

    def make(network, **kwargs):
        kwargs = {"device": "/cpu:0", "progress_bar": False, **kwargs}
        made.append(nengo_dl.Simulator(network, **kwargs))
        return made[-1]

    yield make
    for simulator in made:
        simulator.close()


def network(dtype="float64", jit="auto"):
    """An empty network."""
    net = nengo.Network(seed=0)
    with net:
        nengo_dl.configure_settings(dtype=dtype, jit_compile=jit)
    return net


def mixed(dtype, jit="auto"):
    """Neurons of two types; recurrent, sliced and full-weight connections."""
    with network(dtype, jit) as net:
        source = nengo.Node([0, 0])
        rates = {"max_rates": nengo.dists.Uniform(50, 100), **AWAY}
        first = nengo.Ensemble(
            dimensions=2, neuron_type=nengo.RectifiedLinear(), **rates
        )
        currents = {"gain": np.linspace(0.5, 2, 9), "bias": np.linspace(-1, 1, 9)}
        second = nengo.Ensemble(9, 2, neuron_type=nengo.Sigmoid(), **currents)
        nengo.Connection(source, first, synapse=None)
        nengo.Connection(first, first, synapse=0, transform=0.5)
        nengo.Connection(first[::-1], second[[1, 0]], synapse=None)
        nengo.Connection(first[0], second[1], transform=-0.5, synapse=0.002)
        nengo.Connection(first, second, solver=FULL, synapse=None)
        nengo.Connection(second, first, solver=FULL, synapse=0.002)
        for ensemble in (first, second):
            nengo.Probe(ensemble)
    return net


@pytest.mark.parametrize("unroll", [1, 2])
def test_mixed_network_in_float32(open_simulator, unroll):
    """The requirement of train.md 12."""
    sim = open_simulator(mixed("float32"), minibatch_size=4, unroll_simulation=unroll)
    sim.check_gradients(atol=1e-4)


def test_mixed_network_without_xla(open_simulator):
    """In float64 the default tolerance is enough, without XLA, too."""
    open_simulator(mixed("float64", False), unroll_simulation=2).check_gradients()


@pytest.mark.parametrize(
    "kind",
    [nengo.LIFRate(), nengo.RectifiedLinear(), nengo_dl.SoftLIFRate(sigma=0.1)],
    ids=str,
)
def test_rate_neurons(open_simulator, kind):
    """Rates pass at default tolerance, of neurons with intercepts away from 0."""
    with network() as net:
        ensemble = nengo.Ensemble(dimensions=1, neuron_type=kind, **AWAY)
        nengo.Connection(nengo.Node([0]), ensemble, synapse=None)
        nengo.Probe(ensemble)
        nengo.Probe(ensemble.neurons)
    open_simulator(net).check_gradients()


def test_spiking_neurons(open_simulator):
    """Spiking neurons are checked as they are trained: as rates."""
    with network() as net:
        ensemble = nengo.Ensemble(dimensions=1, neuron_type=nengo.LIF(), **AWAY)
        nengo.Connection(nengo.Node([0]), ensemble, synapse=None)
        nengo.Probe(ensemble)
    open_simulator(net).check_gradients()


def test_filters(open_simulator):
    """A filter on a connection and one on a probe, which delay what they let through."""
    with network() as net:
        ensemble = nengo.Ensemble(
            dimensions=1, neuron_type=nengo.LIFRate(tau_rc=0.01), **AWAY
        )
        nengo.Connection(nengo.Node([0]), ensemble, synapse=nengo.Alpha(0.001))
        nengo.Probe(ensemble, synapse=nengo.Alpha(0.001))
    open_simulator(net, unroll_simulation=3).check_gradients()


def tensor_network(function, jit="auto"):
    """A node with a function of TensorFlow between an input and two probes."""
    with network(jit=jit) as net:
        source = nengo.Node([0, 0], label="source")
        node = nengo_dl.TensorNode(function, size_in=2, size_out=2, label="function")
        nengo.Connection(source, node, synapse=None)
        net.right = nengo.Probe(source, label="right")
        net.wrong = nengo.Probe(node, label="wrong")
    return net


def partly_stopped(t, x):
    """Three times the input, but with a gradient of one."""
    return x + 2 * tf.stop_gradient(x)


@pytest.mark.parametrize("jit", [False, "auto"])
def test_wrong_gradient(open_simulator, jit):
    """The error names both values, and what they are the gradient of."""
    net = tensor_network(partly_stopped, jit)
    sim = open_simulator(net, minibatch_size=2)
    with pytest.raises(SimulationError) as error:
        sim.check_gradients()
    text = str(error.value)
    assert "[1. 1.]" in text and "[3. 3.]" in text.replace("2.99999999", "3.")
    assert "wrong" in text and "source" in text and "step 0" in text


def test_outputs(open_simulator):
    """Only what is asked for is checked: one probe, or a list of them."""
    net = tensor_network(partly_stopped)
    sim = open_simulator(net)
    sim.check_gradients(net.right)
    sim.check_gradients(outputs=[net.right])
    for outputs in (net.wrong, [net.right, net.wrong]):
        with pytest.raises(SimulationError, match="Gradients differ"):
            sim.check_gradients(outputs)


def test_tolerance(open_simulator):
    """A difference passes that both tolerances together allow."""
    sim = open_simulator(tensor_network(partly_stopped))
    sim.check_gradients(atol=2.01)
    sim.check_gradients(rtol=0.67)
    sim.check_gradients(atol=1.01, rtol=1 / 3)
    with pytest.raises(SimulationError):
        sim.check_gradients(atol=1.9, rtol=0.01)


def test_nan(open_simulator):
    """A gradient that is no number is told as such."""
    net = tensor_network(lambda t, x: tf.where(x > 0, tf.sqrt(x), tf.zeros_like(x)))
    with pytest.raises(SimulationError, match="NaN found"):
        open_simulator(net).check_gradients()


def test_gradient_of_a_later_step(open_simulator):
    """A gradient is checked that is only wrong from one step to the next."""
    with network() as net:
        source, out = nengo.Node([0]), nengo.Node(size_in=1)
        node = nengo_dl.TensorNode(partly_stopped, size_in=1, size_out=1)
        nengo.Connection(source, node, synapse=None)
        nengo.Connection(node, out, synapse=0.002)
        probe = nengo.Probe(out)
    sim = open_simulator(net)
    with pytest.raises(SimulationError, match=r"\(step 1, element 0\).*\(step 0\)"):
        sim.check_gradients(probe)


def test_the_state_is_set_back(open_simulator):
    """A check leaves parameters, time and probe data, and resets the state softly."""
    net = mixed("float64")
    sim = open_simulator(net)
    sim.run_steps(4, progress_bar=False)
    expected = {probe: sim.data[probe].copy() for probe in net.all_probes}
    weights = sim.data[net.connections[1]].weights
    sim.check_gradients()
    assert sim.n_steps == 4
    np.testing.assert_array_equal(sim.data[net.connections[1]].weights, weights)
    sim.run_steps(4, progress_bar=False)
    for probe, rows in expected.items():
        np.testing.assert_array_equal(sim.data[probe], np.concatenate([rows, rows]))


def test_live_parameters_are_used(open_simulator):
    """What is checked are the parameters as they are now, not the initial ones."""
    with network() as net:
        source, out = nengo.Node([0]), nengo.Node(size_in=1)
        nengo_dl.configure_settings(trainable=False)
        weight = nengo.Connection(source, out, synapse=None, transform=2.0)
        net.config[weight].trainable = True
        node = nengo_dl.TensorNode(partly_stopped, size_in=1, size_out=1)
        nengo.Connection(out, node, synapse=None)
        probe = nengo.Probe(node)
    sim = open_simulator(net)
    data = {source: np.ones((1, 1, 1)), probe: np.zeros((1, 1, 1))}
    sim.train(
        data, tf.compat.v1.train.GradientDescentOptimizer(1 / 16), progress_bar=False
    )
    # output 3 w, of which the gradient by w is taken for 1: w = 2 - 2 * 6 / 16
    with pytest.raises(SimulationError, match=r"\[1\.25\].*\[3\.7[45]"):
        sim.check_gradients()


def test_nothing_to_check(open_simulator):
    """Networks without inputs or without probes pass."""
    with network() as net:
        nengo.Probe(nengo.Ensemble(5, 1))
    open_simulator(net).check_gradients()
    with network() as net:
        nengo.Node([0])
    open_simulator(net).check_gradients()


@pytest.mark.parametrize("outputs", ["probe", 3, [None]])
def test_wrong_outputs(open_simulator, outputs):
    """Only probes can be checked."""
    sim = open_simulator(tensor_network(partly_stopped))
    with pytest.raises(ValidationError, match="must be a probe") as error:
        sim.check_gradients(outputs)
    assert error.value.attr == "outputs"


def test_inference_only(open_simulator):
    """A network for inference only has no gradients."""
    net = tensor_network(partly_stopped)
    with net:
        nengo_dl.configure_settings(inference_only=True)
    with pytest.raises(ValidationError, match="inference_only") as error:
        open_simulator(net).check_gradients()
    assert error.value.attr == "inference_only"
