# SPDX-License-Identifier: MIT
"""Initial and live values of signals."""

import nengo
import numpy as np
import pytest
from nengo.builder.operator import Copy
from nengo.builder.signal import Signal
from nengo_dl import configure_settings

quiet = {"progress_bar": False}


@pytest.fixture
def network():
    """An ensemble array, large enough for its signals to be interleaved."""
    with nengo.Network(seed=0) as net:
        net.node = nengo.Node(lambda t: np.sin(40 * t + np.arange(18)))
        net.array = nengo.networks.EnsembleArray(8, 18)
        nengo.Connection(net.node, net.array.input, synapse=0.01)
    return net


def live_of_nengo(network, n_steps):
    """Nengo's simulator, whose signals are its state."""
    sim = nengo.Simulator(network, progress_bar=False, optimize=False)
    sim.run_steps(n_steps)
    return sim


@pytest.mark.parametrize("minibatch_size", [None, 2])
def test_live_values_are_those_of_nengo(network, open_simulator, minibatch_size):
    """State and parameters of each ensemble, for each item."""
    with network:
        configure_settings(dtype="float64")
    sim = open_simulator(network, minibatch_size=minibatch_size)
    sim.run_steps(9, **quiet)
    with live_of_nengo(network, 9) as reference:
        for ensemble in network.all_ensembles:
            for obj, name in (
                (ensemble.neurons, "voltage"),
                (ensemble.neurons, "refractory_time"),
                (ensemble, "encoders"),
                (ensemble.neurons, "bias"),
            ):
                expected = reference.signals[reference.model.sig[obj][name]]
                found = sim.program.signal_value(sim.model.sig[obj][name])
                per_item = name in ("voltage", "refractory_time")
                items = minibatch_size if per_item and minibatch_size else 1
                assert found.shape == (items,) + expected.shape
                np.testing.assert_allclose(found, found[:1].repeat(items, 0))
                np.testing.assert_allclose(found[0], expected, atol=1e-12)


@pytest.mark.parametrize(
    "view", [slice(1, 5), slice(None, None, -2), slice(2, 3), slice(-3, None)]
)
def test_views_are_parts_of_their_base(network, open_simulator, view):
    """Any view of a signal is read as NumPy would."""
    sim = open_simulator(network)
    sim.run_steps(4, **quiet)
    signal = sim.model.sig[network.array.ea_ensembles[1].neurons]["voltage"]
    whole = sim.program.signal_value(signal)
    np.testing.assert_array_equal(
        sim.program.signal_value(signal[view]), whole[:, view]
    )


def test_unused_signals_have_their_initial_value(network, open_simulator):
    """A signal that no operator touches is as it was built, in the simulator's type."""
    sim = open_simulator(network)
    for value in (np.arange(6.0).reshape((2, 3)), np.array([1, 2]), np.array([True])):
        found = sim.program.signal_value(Signal(value, name="unused"))
        np.testing.assert_array_equal(found, value[None])
        expected = {"f": np.float32, "i": np.int32, "b": bool}[value.dtype.kind]
        assert found.dtype == expected


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_are_of_the_configured_type(network, open_simulator, dtype):
    """Floating point signals have the type of the simulation."""
    with network:
        configure_settings(dtype=dtype)
    sim = open_simulator(network)
    ensemble = network.array.ea_ensembles[0]
    for obj, name in ((ensemble.neurons, "voltage"), (ensemble, "encoders")):
        assert sim.program.signal_value(sim.model.sig[obj][name]).dtype == dtype


def test_a_reset_restores_the_initial_voltages(network, open_simulator):
    """State is back, to its own initial values, not to zero."""
    sim = open_simulator(network)
    neurons = network.array.ea_ensembles[0].neurons
    signal = sim.model.sig[neurons]["voltage"]
    initial = np.array(signal.initial_value, np.float32)
    np.testing.assert_array_equal(sim.program.signal_value(signal)[0], initial)
    sim.run_steps(5, **quiet)
    assert not np.allclose(sim.program.signal_value(signal)[0], initial)
    sim.soft_reset()
    np.testing.assert_array_equal(sim.program.signal_value(signal)[0], initial)


def learning_network():
    """A connection with weights that change."""
    with nengo.Network(seed=0) as net:
        node, post = nengo.Node([1.0]), nengo.Node(size_in=1)
        pre = nengo.Ensemble(10, 1, neuron_type=nengo.RectifiedLinear())
        nengo.Connection(node, pre, synapse=None)
        net.connection = nengo.Connection(pre, post, learning_rule_type=nengo.PES(0.1))
        nengo.Connection(node, net.connection.learning_rule)
    return net


def test_learned_weights_are_state(open_simulator):
    """What an online rule changes is set back by any reset: it is no trained parameter."""
    net = learning_network()
    sim = open_simulator(net)
    initial = sim.data[net.connection].weights
    for reset in (sim.soft_reset, sim.reset):
        sim.run_steps(30, **quiet)
        assert not np.allclose(sim.data[net.connection].weights, initial)
        reset()
        np.testing.assert_array_equal(sim.data[net.connection].weights, initial)


def test_parameters_are_no_part_of_the_graph(open_simulator):
    """Weights are fed: a graph has a limit of 2 GB (history 116)."""
    n = 400
    weights = np.random.RandomState(0).uniform(-1, 1, (n, n))
    with nengo.Network(seed=0) as net:
        nodes = [nengo.Node(size_in=n) for _ in range(2)]
        nengo.Connection(*nodes, transform=weights)
        nengo.Probe(nodes[1])
    sim = open_simulator(net)
    assert sim.program.graph.as_graph_def().ByteSize() < weights.astype("f4").nbytes / 2
    found = sim.data[net.all_connections[0]].weights
    np.testing.assert_array_equal(found, weights.astype(np.float32))


def test_initial_values_that_simplifications_find_count(open_simulator):
    """A constant that a rewrite moved out of the step is the value of its signal."""
    model = nengo.builder.Model()
    model.toplevel = nengo.Network()
    targets = []
    for value in (
        np.arange(3),
        np.array([True, False]),
        np.arange(6.0).reshape((2, 3)),
    ):
        targets.append((Signal(np.zeros_like(value), name="target"), value))
        model.add_op(Copy(Signal(value, name="source"), targets[-1][0]))
    sim = open_simulator(None, model=model)
    sim.run_steps(2, **quiet)
    for target, value in targets:
        found = sim.program.signal_value(target)
        np.testing.assert_array_equal(found[0], value)
        assert found.dtype.kind == value.dtype.kind
        assert not np.any(target.initial_value)


@pytest.mark.parametrize("minibatch_size", [None, 3])
def test_live_values_can_be_replaced(network, open_simulator, minibatch_size):
    """Signals side by side in a home keep theirs; one item stands for all."""
    with network:
        configure_settings(dtype="float64")
    sim = open_simulator(network, minibatch_size=minibatch_size)
    sim.run_steps(3, **quiet)
    rng, items = np.random.RandomState(0), minibatch_size or 1
    place = list(sim.program.store.layout.place)
    expected = dict(zip(place, sim.program.signal_values(place)))
    given = {}
    for i, ensemble in enumerate(network.all_ensembles[:-1]):
        for obj, key in ((ensemble.neurons, "voltage"), (ensemble, "encoders")):
            signal = sim.model.sig[obj][key]
            n = items if key == "voltage" and i % 2 else 1
            given[signal] = rng.uniform(0, 0.5, (n,) + signal.shape)
            shape = expected[signal].shape
            expected[signal] = np.broadcast_to(given[signal], shape)
    sim.program.put(given)
    for signal, found in zip(place, sim.program.signal_values(place)):
        np.testing.assert_array_equal(found, expected[signal])
    voltage = sim.model.sig[network.all_ensembles[0].neurons]["voltage"]
    sim.run_steps(1, **quiet)
    assert not np.allclose(sim.program.signal_value(voltage), expected[voltage])


def test_values_of_another_shape_are_refused(network, open_simulator):
    """The message has both shapes, and nothing was stored."""
    sim = open_simulator(network, minibatch_size=2)
    first, second = [
        sim.model.sig[ensemble.neurons]["voltage"]
        for ensemble in network.all_ensembles[:2]
    ]
    before = sim.program.signal_value(first)
    values = {first: np.ones((1, 8)), second: np.ones((3, 8))}
    with pytest.raises(ValueError, match=r"\(2, 8\).*\(3, 8\)"):
        sim.program.put(values)
    np.testing.assert_array_equal(sim.program.signal_value(first), before)
