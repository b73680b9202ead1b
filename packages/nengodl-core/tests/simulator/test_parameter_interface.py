# SPDX-License-Identifier: MIT
"""Parameters and state go from one simulator to another through a file."""

import os

import nengo
import numpy as np
import pytest
from nengo_dl import configure_settings, graph_optimizer
from nengo_dl.errors import ParameterMismatchError

quiet = {"progress_bar": False}
DATA = os.path.join(os.path.dirname(__file__), "data")


def params(sim, *ensembles):
    """Arrays that are trained."""
    return [getattr(sim.data[e], n) for e in ensembles for n in ("encoders", "bias")]


def go_on(sim, done, n_steps=20):
    """Simulate from a loaded state on, as if `done` steps had been run."""
    sim._n_steps = done
    sim.run_steps(n_steps, **quiet)
    return sim.data[sim.model.probes[0]][..., -n_steps:, :]


@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_another_simulator_takes_the_parameters_over(
    open_simulator, learning, tmp_path, kind
):
    """History 80, 181: a network built with another seed has the trained values then."""
    path = kind(tmp_path / "params")
    net, other_net = learning(seed=0), learning(seed=1)
    sim, other = open_simulator(net), open_simulator(other_net)
    kept = other.data[other_net.learned].weights
    sim.save_params(path)
    assert not np.allclose(
        other.data[other_net.pre].bias, sim.data[net.pre].bias, atol=0.01
    )
    other.load_params(path)
    for found, expected in zip(
        params(other, other_net.pre, other_net.post), params(sim, net.pre, net.post)
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-5)
    np.testing.assert_array_equal(
        other.data[other_net.direct].weights, sim.data[net.direct].weights
    )
    # the rule's weights are not trainable, and a matter of include_local
    np.testing.assert_array_equal(other.data[other_net.learned].weights, kept)


@pytest.mark.parametrize(
    "options, arguments",
    [
        ({}, {}),
        ({"planner": graph_optimizer.noop_planner}, {}),
        ({"planner": graph_optimizer.greedy_planner}, {"minibatch_size": 3}),
        ({"sorter": graph_optimizer.noop_order_signals}, {"unroll_simulation": 4}),
    ],
)
def test_a_run_goes_on_in_another_simulator(
    open_simulator, learning, tmp_path, options, arguments
):
    """Planner, order, minibatch size and unrolling do not matter: probes are equal."""
    path = tmp_path / "params"
    sim = open_simulator(learning(dtype="float64"))
    sim.run_steps(30, **quiet)
    sim.save_params(path, include_local=True)
    expected = go_on(sim, 30)
    other = open_simulator(learning(seed=5, dtype="float64", **options), **arguments)
    other.load_params(path, include_local=True)
    found = go_on(other, 30)
    assert np.abs(expected).max() > 0.01
    np.testing.assert_allclose(
        found, np.broadcast_to(expected, found.shape), atol=1e-12
    )


@pytest.mark.parametrize("types", [("float32", "float64"), ("float64", "float32")])
def test_types_of_simulations_may_differ(
    open_simulator, learning, state_of, tmp_path, types
):
    """Values are converted to the type of the simulator that loads them."""
    path = tmp_path / "params"
    sim, other = [open_simulator(learning(dtype=dtype)) for dtype in types]
    sim.run_steps(10, **quiet)
    sim.save_params(path, include_local=True)
    other.load_params(path, include_local=True)
    for found, expected in zip(state_of(other)[0], state_of(sim)[0]):
        if found.dtype.kind == "f":
            assert found.dtype == types[1]
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-30)


def test_items_keep_their_own_state(open_simulator, learning, state_of, tmp_path):
    """State of several items loads into as many, each its own."""
    path = tmp_path / "params"
    net, other_net = learning(), learning()
    sim = open_simulator(net, minibatch_size=2)
    values = np.array([[[0.2, 0.3]], [[-1.0, 0.8]]])
    sim.run_steps(20, data={net.nodes[0]: np.repeat(values, 20, axis=1)}, **quiet)
    sim.save_params(path, include_global=False, include_local=True)
    weights = sim.data[net.learned].weights
    assert not np.allclose(weights[0], weights[1])
    other = open_simulator(other_net, minibatch_size=2)
    other.load_params(path, include_global=False, include_local=True)
    np.testing.assert_array_equal(other.data[other_net.learned].weights, weights)
    alone = open_simulator(learning())
    before, signals = state_of(alone)
    with pytest.raises(ParameterMismatchError, match="minibatch_size=2"):
        alone.load_params(path, include_global=False, include_local=True)
    for value, old in zip(alone.program.signal_values(signals), before):
        np.testing.assert_array_equal(value, old)


def test_rate_and_spiking_networks_interchange(open_simulator, learning, tmp_path):
    """Trained parameters do not depend on the neuron type."""
    path = tmp_path / "params"
    rate, spiking = learning(neuron_type=nengo.LIFRate()), learning(seed=1)
    sim = open_simulator(rate)
    sim.save_params(path)
    other = open_simulator(spiking)
    other.load_params(path)
    np.testing.assert_array_equal(other.data[spiking.pre].bias, sim.data[rate.pre].bias)
    other.save_params(path)
    sim.load_params(path)


@pytest.fixture
def untrained(learning):
    """Biases that are no trained parameters, and encoders that are."""

    def make(seed):
        net = learning(seed=seed, trainable=None)
        net.config[nengo.ensemble.Neurons].trainable = False
        return net

    return make


def test_parameters_that_are_not_trained_are_local(open_simulator, untrained, tmp_path):
    """Only include_local brings them into a network with another seed."""
    path = tmp_path / "params"
    net, other_net = untrained(0), untrained(1)
    sim, other = open_simulator(net), open_simulator(other_net)
    sim.save_params(path, include_local=True)
    before = other.data[other_net.pre].bias
    other.load_params(path)
    np.testing.assert_array_equal(other.data[other_net.pre].bias, before)
    other.load_params(path, include_local=True)
    np.testing.assert_array_equal(
        other.data[other_net.pre].bias, sim.data[net.pre].bias
    )
    for simulator in (sim, other):
        simulator.run_steps(15, **quiet)
    np.testing.assert_allclose(
        other.data[other_net.probe], sim.data[net.probe], atol=1e-6
    )


def test_parameters_load_into_an_inference_network(open_simulator, learning, tmp_path):
    """What was trained elsewhere is used where nothing is trainable."""
    path = tmp_path / "params"
    sim = open_simulator(learning())
    sim.save_params(path)
    net = learning(seed=1, inference_only=True)
    other = open_simulator(net)
    other.load_params(path)
    bias = sim.data[sim.model.toplevel.pre].bias
    np.testing.assert_array_equal(other.data[net.pre].bias, bias)


def test_what_was_compiled_into_the_program_cannot_be_loaded(open_simulator, tmp_path):
    """A weight that is 1 and will not be trained is no part of the program any more."""

    def scaled(weight, **options):
        with nengo.Network(seed=0) as net:
            configure_settings(**options)
            a, b = nengo.Node([1.0, 1.0]), nengo.Node(size_in=2)
            nengo.Connection(a, b, transform=weight, synapse=None)
            nengo.Probe(b)
        return net

    path = tmp_path / "params"
    open_simulator(scaled(2.0)).save_params(path)
    other = open_simulator(scaled(1.0, inference_only=True))
    with pytest.raises(ParameterMismatchError, match="inference_only") as error:
        other.load_params(path)
    assert "connections[0]/weights" in str(error.value)
    open_simulator(scaled(1.0)).save_params(path)
    other.load_params(path)  # the value that it was compiled for


def test_parameters_that_nothing_reads_are_loaded(open_simulator, tmp_path):
    """A simplification leaves out weights of what is always zero, but they have values."""

    def network(weight):
        with nengo.Network(seed=0) as net:
            a, b = nengo.Node([0.0]), nengo.Node(size_in=1)
            middle = nengo.Node(size_in=1)
            nengo.Connection(a, middle, transform=[[0.0]], synapse=None)
            net.unused = nengo.Connection(middle, b, transform=[[weight]])
        return net

    path = tmp_path / "params"
    nets = network(2.0), network(3.0)
    sim, other = [open_simulator(net) for net in nets]
    sim.save_params(path)
    other.load_params(path)
    np.testing.assert_array_equal(other.data[nets[1].unused].weights, [[2.0]])
    other.reset()
    np.testing.assert_array_equal(other.data[nets[1].unused].weights, [[3.0]])


def test_reset_forgets_what_was_loaded(open_simulator, learning, tmp_path):
    """A soft reset keeps loaded parameters; a reset sets all back."""
    path = tmp_path / "params"
    open_simulator(learning()).save_params(path)
    net = learning(seed=1)
    sim = open_simulator(net)
    built = sim.data[net.pre].bias
    sim.load_params(path)
    loaded = sim.data[net.pre].bias
    sim.soft_reset()
    np.testing.assert_array_equal(sim.data[net.pre].bias, loaded)
    sim.reset()
    np.testing.assert_array_equal(sim.data[net.pre].bias, built)


def test_the_graph_does_not_grow(open_simulator, learning, tmp_path):
    """Saving, loading and reading make no operations of TensorFlow."""
    sim = open_simulator(learning())
    before = len(sim.program.graph.get_operations())
    for _ in range(2):
        sim.save_params(tmp_path / "params", include_local=True)
        sim.load_params(tmp_path / "params", include_local=True)
        sim.get_nengo_params(sim.model.toplevel.all_ensembles)
    assert len(sim.program.graph.get_operations()) == before


# -- files of other installations


def known(value):
    """A network whose parameters are all `value` times some known numbers."""
    numbers = value * np.arange(1.0, 4.0)
    with nengo.Network(seed=0) as net:
        node = nengo.Node([0.0])
        net.ensemble = nengo.Ensemble(
            3,
            1,
            encoders=np.ones((3, 1)),
            gain=numbers,
            bias=numbers / 4,
            neuron_type=nengo.RectifiedLinear(),
        )
        net.inward = nengo.Connection(node, net.ensemble, transform=value)
        net.inner = nengo.Connection(
            net.ensemble.neurons,
            net.ensemble.neurons,
            transform=np.outer(numbers, [1, 2, 4]),
        )
    return net


@pytest.mark.parametrize("file", ["tensorflow114-nengo28", "tensorflow221-nengo41"])
def test_files_of_other_versions_can_be_read(open_simulator, file):
    """What TensorFlow 1.14 with nengo 2.8 wrote 2.21 with nengo 4.1 reads, and back."""
    net = known(0.5)
    sim = open_simulator(net)
    sim.load_params(os.path.join(DATA, f"{file}.npz"))
    numbers = np.arange(1.0, 4.0)
    np.testing.assert_array_equal(sim.data[net.ensemble].gain, numbers)
    np.testing.assert_array_equal(sim.data[net.ensemble].bias, numbers / 4)
    np.testing.assert_array_equal(sim.data[net.inward].weights, 1.0)
    np.testing.assert_array_equal(
        sim.data[net.inner].weights, np.outer(numbers, [1, 2, 4])
    )
