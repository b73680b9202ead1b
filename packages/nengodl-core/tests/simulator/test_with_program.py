# SPDX-License-Identifier: MIT
"""The simulator on the program that the pipeline compiles."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError
from nengo_dl import Simulator, TensorNode, configure_settings

quiet = {"progress_bar": False}


@pytest.fixture
def real():
    """Make a silent simulator on the CPU that is closed after the test."""
    simulators = []

    def make(network, **kwargs):
        kwargs.setdefault("device", "/cpu:0")
        simulators.append(Simulator(network, progress_bar=False, **kwargs))
        return simulators[-1]

    yield make
    for simulator in simulators:
        simulator.close()


@pytest.mark.parametrize("minibatch_size", [None, 1, 3])
@pytest.mark.parametrize("unroll", [1, 5])
def test_probe_data_is_that_of_nengo(network, real, reference, minibatch_size, unroll):
    """Runs that follow on from each other give nengo's data for each item."""
    sim = real(network, minibatch_size=minibatch_size, unroll_simulation=unroll)
    sim.run_steps(20, **quiet)
    sim.run_steps(10, **quiet)
    data = sim.data[network.probe]
    assert data.shape == (() if minibatch_size is None else (minibatch_size,)) + (30, 2)
    expected = reference(network, 30, network.probe)
    np.testing.assert_allclose(data, np.broadcast_to(expected, data.shape), atol=1e-5)


def test_fed_items_differ(network, real):
    """Each item sees the data given for it, in both of two runs."""
    sim = real(network, minibatch_size=2)
    data = np.random.RandomState(0).uniform(-1, 1, (2, 30, 2))
    sim.run_steps(20, data={network.node: data[:, :20]}, **quiet)
    sim.run_steps(10, data={network.node: data[:, 20:]}, **quiet)
    np.testing.assert_array_equal(sim.data[network.node_probe], data.astype(np.float32))
    assert not np.allclose(sim.data[network.probe][0], sim.data[network.probe][1])


def test_resets_start_again(network, real):
    """A hard reset repeats the run; a soft one goes on in time with fresh state."""
    sim = real(network)
    sim.run_steps(10, **quiet)
    first = sim.data[network.probe]
    sim.soft_reset()
    sim.run_steps(10, **quiet)
    np.testing.assert_array_equal(sim.data[network.probe][10:], first)
    assert sim.n_steps == 20
    sim.reset()
    sim.run_steps(10, **quiet)
    np.testing.assert_array_equal(sim.data[network.probe], first)


@pytest.mark.parametrize("minibatch_size", [None, 2])
def test_parameters_are_those_of_the_build(network, real, minibatch_size):
    """What nothing changes is what nengo built, without a batch axis."""
    sim = real(network, minibatch_size=minibatch_size)
    sim.run_steps(3, **quiet)
    built = sim.model.params[network.ensemble]
    live = sim.data[network.ensemble]
    for name in ("encoders", "gain", "bias", "scaled_encoders", "max_rates"):
        np.testing.assert_allclose(getattr(live, name), getattr(built, name), rtol=1e-5)
    np.testing.assert_allclose(live.intercepts, built.intercepts, atol=1e-5)


@pytest.mark.parametrize("minibatch_size", [None, 2])
def test_learned_weights_are_those_of_nengo(real, minibatch_size):
    """Live weights follow the rule, with a batch axis if there is a batch."""
    with nengo.Network(seed=0) as net:
        node, post = nengo.Node([0.5]), nengo.Node(size_in=1)
        pre = nengo.Ensemble(10, 1, neuron_type=nengo.RectifiedLinear())
        nengo.Connection(node, pre)
        connection = nengo.Connection(pre, post, learning_rule_type=nengo.PES(1e-3))
        nengo.Connection(node, connection.learning_rule)
        probe = nengo.Probe(connection, "weights")
    sim = real(net, minibatch_size=minibatch_size)
    sim.run_steps(20, **quiet)
    with nengo.Simulator(net, progress_bar=False) as nengo_sim:
        nengo_sim.run_steps(20)
    # a probe shows a step's value, the parameter is what the next step starts from
    sim.step()
    expected = np.asarray(nengo_sim.data[probe][-1])
    before = sim.data[probe][..., 19, :, :]
    np.testing.assert_allclose(
        before, np.broadcast_to(expected, before.shape), atol=1e-6
    )
    weights = sim.data[connection].weights
    assert weights.shape == before.shape
    assert not np.allclose(weights, sim.model.params[connection].weights)


def test_history_that_is_not_kept_ends_with_the_last_step(real):
    """With and without sampling, the value of the last step of each run is kept.

    History 28.
    """
    with nengo.Network() as net:
        node = nengo.Node(lambda t: t)
        probes = [nengo.Probe(node, sample_every=s) for s in (None, 0.002, 0.1)]
        configure_settings(keep_history=False, dtype="float64")
    sim = real(net)
    sim.run_steps(5, **quiet)
    sim.run_steps(3, **quiet)
    for probe in probes:
        np.testing.assert_allclose(sim.data[probe], [[0.005], [0.008]])


@pytest.mark.parametrize("value", [None, np.nan, "text"])
def test_bad_node_output_is_told(real, value):
    """A function that gives no number is named, and the run counts for nothing."""

    def faulty(t):
        return value if t > 0.0045 else 0.0

    with nengo.Network() as net:
        node = nengo.Node(faulty, size_out=1)
        probe = nengo.Probe(node)
    sim = real(net)
    sim.run_steps(3, **quiet)
    with pytest.raises(SimulationError, match="faulty"):
        sim.run_steps(3, **quiet)
    assert sim.n_steps == 3
    assert len(sim.data[probe]) == 3


def test_exceptions_of_input_nodes_pass_through(real):
    """What the function of an input node raises is what the user sees."""

    def failing(t):
        raise ZeroDivisionError("mine")

    with nengo.Network() as net:
        node = nengo.Node(failing, size_out=1)
        nengo.Probe(node)
    sim = real(net)
    with pytest.raises(ZeroDivisionError, match="mine"):
        sim.run_steps(3, **quiet)
    assert sim.n_steps == 0


def test_a_missing_device_is_a_framework_error(network):
    """No other device is taken in silence (history 92)."""
    with pytest.raises(tf.errors.InvalidArgumentError, match="GPU:77"):
        with Simulator(network, device="/gpu:77", progress_bar=False) as sim:
            sim.run_steps(1, **quiet)


def test_contexts_nest(network, real):
    """Each block has the simulator's graph and session, and gives back those before.

    History 77.
    """
    sim, other = real(network), real(network)
    with tf.Graph().as_default() as outside:
        with sim:
            with other, sim:
                assert tf.compat.v1.get_default_graph() is sim.program.graph
                assert tf.compat.v1.get_default_session() is sim.sess
            assert other.closed
            assert tf.compat.v1.get_default_graph() is sim.program.graph
            assert tf.compat.v1.get_default_session() is sim.sess
        assert sim.closed
        assert tf.compat.v1.get_default_graph() is outside


def test_contexts_follow_a_reset(real):
    """A reset inside the block, which makes another session, becomes the default."""
    with nengo.Network(seed=0) as net:
        node = TensorNode(lambda t: tf.compat.v1.random_normal((1, 1)), size_out=1)
        probe = nengo.Probe(node)
    sim, drawn = real(net), []
    with tf.Graph().as_default() as outside:
        with sim, sim:
            for seed in (None, 7):  # another session; another graph, too
                old = sim.sess
                sim.reset(seed)
                assert sim.sess is not old
                assert tf.compat.v1.get_default_graph() is sim.program.graph
                assert tf.compat.v1.get_default_session() is sim.sess
                sim.run_steps(2, **quiet)
                drawn.append(sim.data[probe])
        assert sim.closed
        assert tf.compat.v1.get_default_graph() is outside
    assert not np.array_equal(drawn[0], drawn[1])


def test_other_contexts_outlive_a_reset(real):
    """A reset leaves a session alone that the user put over that of the simulator."""
    with nengo.Network(seed=0) as net:
        TensorNode(lambda t: tf.compat.v1.random_normal((1, 1)), size_out=1)
    sim = real(net)
    with sim, tf.Graph().as_default() as graph, tf.compat.v1.Session() as session:
        sim.reset(seed=3)
        assert tf.compat.v1.get_default_graph() is graph
        assert tf.compat.v1.get_default_session() is session


def test_unknown_session_fields_are_told(network):
    """A field that ConfigProto does not have is named."""
    with network:
        configure_settings(session_config={"no_such_field": 1})
    with pytest.raises(AttributeError, match="no_such_field"):
        Simulator(network, device="/cpu:0", progress_bar=False)


def test_an_empty_simulator_runs(real):
    """Without network and model there is nothing to compute, and time passes."""
    sim = real(None)
    sim.run_steps(3, **quiet)
    assert sim.n_steps == 3


def test_a_model_serves_several_simulators(network, real, reference):
    """A built model is not changed by simulating it, not even for nengo (history 217)."""
    model = nengo.builder.Model(dt=0.001)
    model.build(network)
    operators = list(model.operators)
    expected = reference(network, 5, network.probe)
    for _ in range(2):
        sim = real(None, model=model)
        sim.run_steps(5, **quiet)
        np.testing.assert_allclose(sim.data[network.probe], expected, atol=1e-5)
    assert model.operators == operators
    with nengo.Simulator(None, model=model, progress_bar=False) as nengo_sim:
        nengo_sim.run_steps(5)
    np.testing.assert_allclose(nengo_sim.data[network.probe], expected)


def test_soft_reset_lets_processes_go_on(real):
    """A process goes on like one that was never reset; only `reset` starts it again."""
    with nengo.Network(seed=1) as net:
        node = nengo.Node(nengo.processes.WhiteSignal(0.5, 100, seed=3))
        probe = nengo.Probe(node)
    sim = real(net)
    sim.run_steps(10, **quiet)
    sim.soft_reset()
    sim.run_steps(10, **quiet)
    with nengo.Simulator(net, progress_bar=False) as reference:
        reference.run_steps(20, progress_bar=False)
    np.testing.assert_allclose(sim.data[probe], reference.data[probe], atol=1e-6)
    sim.reset()
    sim.run_steps(10, **quiet)
    np.testing.assert_allclose(sim.data[probe], reference.data[probe][:10], atol=1e-6)
