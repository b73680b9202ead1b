# SPDX-License-Identifier: MIT
"""Many items, in minibatches."""

import functools
import json

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulatorClosed, ValidationError
from nengo_dl import configure_settings
from nengo_dl.compat.tensorflow import v1

quiet = {"progress_bar": False}


@pytest.fixture
def net():
    """A node whose sum over time is probed, and what else keeps a state."""
    with nengo.Network(seed=0) as net:
        configure_settings(dtype="float64")
        net.input = nengo.Node([0.0, 0.0])
        net.sum = nengo.Node(size_in=2)
        nengo.Connection(net.input, net.sum, synapse=0)
        nengo.Connection(net.sum, net.sum, synapse=0)
        net.probe = nengo.Probe(net.sum)
        net.echo = nengo.Probe(net.input)
        net.times = []
        net.clock = nengo.Node(lambda t: net.times.append(t) or t, size_out=1)
        net.time = nengo.Probe(net.clock)
        noise = nengo.Node(nengo.processes.WhiteNoise(scale=False), size_out=1)
        net.noise = nengo.Probe(noise)
        ensemble = nengo.Ensemble(6, 2)
        nengo.Connection(net.input, ensemble)
        net.spikes = nengo.Probe(ensemble.neurons)
    return net


def values(n_items, n_steps):
    """Random data."""
    return np.random.RandomState(1).uniform(-1, 1, (n_items, n_steps, 2))


def sums(data):
    """What the summing node shows: all inputs of the steps before."""
    return np.cumsum(data, axis=1) - data


def test_outputs_are_stacked(net, open_simulator):
    """One row a minibatch; each starts from the initial state."""
    sim, data = open_simulator(net, minibatch_size=2), values(6, 4)
    found = sim.run_batch({net.input: data}, {net.probe: None, net.echo: None})
    assert set(found) == {net.probe, net.echo}
    np.testing.assert_array_equal(found[net.echo], data.reshape((3, 2, 4, 2)))
    np.testing.assert_allclose(
        found[net.probe], sums(data).reshape((3, 2, 4, 2)), atol=1e-12
    )


def test_probes_have_a_row_for_each_step(net, open_simulator):
    """Whatever their `sample_every`, which counts in runs only, as for targets."""
    with net:
        slow = nengo.Probe(net.input, sample_every=0.003)
    sim, data = open_simulator(net, minibatch_size=2), values(4, 7)
    found = sim.run_batch(
        {net.input: data, slow: 3 * data},
        {slow: lambda x, y: y - x},
        isolate_state=False,
        combine=np.concatenate,
    )
    np.testing.assert_allclose(found[slow], 2 * data)
    sim.run_steps(7, data={net.input: data[:2]}, **quiet)
    np.testing.assert_array_equal(sim.data[slow], data[:2, 2::3])


def test_targets_of_probes_without_history(net, open_simulator):
    """They are that of the last step of a piece, as the output is."""
    with net:
        configure_settings(keep_history=None)
        net.config[net.echo].keep_history = False
    sim, data = open_simulator(net, minibatch_size=2), values(4, 6)
    given = {net.input: data, net.echo: 3 * data}
    for truncation, last in ((None, [5]), (3, [2, 5])):
        found = sim.run_batch(
            given, {net.echo: lambda x, y: y - x}, truncation=truncation
        )[net.echo]
        expected = 2 * data[:, last].reshape((2, 2, len(last), 1, 2))
        np.testing.assert_allclose(found, expected.swapaxes(1, 2).reshape(found.shape))


def test_truncated_pieces_follow_on(net, open_simulator):
    """State flows from piece to piece, and each counts as a minibatch."""
    sim, data = open_simulator(net, minibatch_size=2), values(4, 6)
    found = sim.run_batch({net.input: data}, {net.probe: None}, truncation=3)
    expected = sums(data).reshape((2, 2, 2, 3, 2)).swapaxes(1, 2).reshape((4, 2, 3, 2))
    np.testing.assert_allclose(found[net.probe], expected, atol=1e-12)
    # host time is that of the graph: it starts at 0 with each minibatch
    np.testing.assert_allclose(net.times, list(0.001 * np.arange(1, 7)) * 2)


@pytest.mark.parametrize("n_steps", [4, np.int64(4)])
def test_a_number_of_steps_is_one_minibatch(net, open_simulator, n_steps):
    """Nodes have their ordinary output."""
    found = open_simulator(net).run_batch(n_steps, {net.time: None}, n_epochs=2)
    np.testing.assert_allclose(
        found[net.time][..., 0], [[[0.001, 0.002, 0.003, 0.004]]] * 2
    )


def two(x, y):
    """Take outputs and targets."""
    return x - y


class Method:
    """Functions that are bound."""

    def outputs(self, x):
        """Take outputs."""
        return 2 * x

    def __call__(self, x, y, z=3):
        """Take outputs and targets."""
        return x - y


@pytest.mark.parametrize(
    "function, has_target",
    [
        (lambda x: 2 * x, False),
        (lambda x, factor=2: factor * x, False),
        (Method().outputs, False),
        (functools.partial(lambda factor, x: factor * x, 2), False),
        (functools.partial(lambda x, factor: factor * x, factor=2), False),
        (two, True),
        (Method(), True),
        (functools.partial(lambda a, x, y: x - y, 0), True),
    ],
)
def test_arguments_decide_about_targets(net, open_simulator, function, has_target):
    """Functions of one argument get outputs, of two targets, too; NaN passes through."""
    sim, data = open_simulator(net), values(1, 3)
    target = np.full((1, 3, 2), np.nan)
    target[0, 0] = 7
    given = {net.input: data, **({net.echo: target} if has_target else {})}
    found = sim.run_batch(given, {net.echo: function})[net.echo][0]
    np.testing.assert_allclose(found, data - target if has_target else 2 * data)


@pytest.mark.parametrize(
    "function",
    [lambda: 0, lambda x, y, z: x, lambda *args: args[0], 5, "mse"],
)
def test_other_functions_are_refused(net, open_simulator, function):
    """Functions take one argument or two."""
    with pytest.raises(ValidationError) as error:
        open_simulator(net).run_batch(2, {net.echo: function})
    assert error.value.attr == "outputs"


@pytest.mark.parametrize(
    "result", [None, "mse", [], {"a": 1.0}, lambda x: x, (1.0, None)]
)
def test_other_results_are_refused(net, open_simulator, result):
    """What a function returns is tensors; else the error says so before anything runs."""
    sim = open_simulator(net)
    with pytest.raises(ValidationError, match="must return a tensor") as error:
        sim.run_batch(2, {net.echo: lambda x: result})
    assert error.value.attr == "outputs"
    assert net.times == []


def test_numbers_are_results(net, open_simulator):
    """A number or an array counts as a tensor."""
    sim, key = open_simulator(net), (net.echo, net.probe)
    outputs = {net.echo: lambda x: 2.0, key: lambda x: (np.arange(3), 1)}
    found = sim.run_batch(2, outputs)
    np.testing.assert_array_equal(found[net.echo], [2])
    np.testing.assert_array_equal(found[key][0], [[0, 1, 2]])
    np.testing.assert_array_equal(found[key][1], [1])


def test_several_probes_and_results(net, open_simulator):
    """Keys that are tuples give tuples, and so do results; each element is combined."""
    sim, data = open_simulator(net), values(2, 3)
    key = (net.echo, net.probe)

    def function(outputs, targets):
        assert isinstance(outputs, tuple) and isinstance(targets, tuple)
        return [outputs[0] - targets[0], outputs[1] + targets[1]]

    target = np.ones_like(data)
    given = {net.input: data, net.echo: target, net.probe: target}
    found = sim.run_batch(given, {key: function}, combine=np.concatenate)[key]
    assert isinstance(found, tuple)
    np.testing.assert_allclose(found[0], data - 1, atol=1e-12)
    np.testing.assert_allclose(found[1], sums(data) + 1, atol=1e-12)


def test_the_callback_gets_each_piece(net, open_simulator):
    """With results of the functions and values of extra fetches."""
    sim, data, seen = open_simulator(net), values(2, 4), []
    with sim.program.as_default():
        given = v1.placeholder(tf.float32, ())
        doubled = 2 * given
    sim.run_batch(
        {net.input: data},
        {net.echo: lambda x: tf.reduce_sum(x)},
        extra_feeds={given: 4},
        extra_fetches={"a": doubled},
        truncation=2,
        callback=lambda outputs, extra: seen.append((outputs[net.echo], extra)),
    )
    expected = [data[i, j : j + 2].sum() for i in (0, 1) for j in (0, 2)]
    np.testing.assert_allclose([output for output, _ in seen], expected)
    assert [extra for _, extra in seen] == [{"a": 8}] * 4


@pytest.mark.parametrize("minibatch_size", [None, 2])
def test_isolated_runs_leave_no_trace(net, open_simulator, minibatch_size):
    """Runs before and behind follow each other, processes and all."""
    sims = [open_simulator(net, minibatch_size=minibatch_size, seed=1) for _ in "ab"]
    sim, data = sims[0], values(minibatch_size or 1, 10)
    sim.run_steps(6, data={net.input: data[:, :6]}, **quiet)
    before = net.times[:]
    found = sim.run_batch({net.input: values(4, 3)}, {net.time: None, net.noise: None})
    np.testing.assert_allclose(
        found[net.time][:, 0, :, 0], [[0.001, 0.002, 0.003]] * len(found[net.time])
    )
    assert (sim.n_steps, len(before)) == (6, 6)
    sim.run_steps(4, data={net.input: data[:, 6:]}, **quiet)
    sims[1].run_steps(10, data={net.input: data}, **quiet)
    for probe in net.all_probes:
        np.testing.assert_array_equal(sim.data[probe], sims[1].data[probe])
    # the first isolated minibatch starts like a new simulator
    np.testing.assert_array_equal(
        found[net.noise][0], sims[1].data[net.noise].reshape((-1, 10, 1))[:, :3]
    )


def test_runs_that_are_not_isolated_follow_on(net, open_simulator):
    """Minibatches start from the state before, and leave theirs; time is not counted."""
    sim, data = open_simulator(net), values(3, 2)
    sim.run_steps(2, data={net.input: data[:1]}, **quiet)
    found = sim.run_batch(
        {net.input: data[1:]}, {net.probe: None, net.time: None}, isolate_state=False
    )
    whole = sums(data.reshape((1, 6, 2)))[0]
    np.testing.assert_allclose(found[net.probe].reshape((4, 2)), whole[2:], atol=1e-12)
    np.testing.assert_allclose(found[net.time].ravel(), [0.003, 0.004, 0.005, 0.006])
    assert sim.n_steps == 2
    sim.step()
    np.testing.assert_allclose(
        sim.data[net.probe][-1], data.reshape((6, 2)).sum(axis=0), atol=1e-12
    )


def test_isolated_minibatches_know_nothing_of_each_other(open_simulator):
    """Nor does what a process with input keeps in Python last."""

    class Count(nengo.Process):
        """Counts steps."""

        def make_step(self, shape_in, shape_out, dt, rng, state=None):
            count = [0.0]

            def step(t, x):
                count[0] += 1
                return count[0]

            return step

    with nengo.Network() as net:
        node = nengo.Node([0])
        count = nengo.Node(Count(default_size_in=1, default_size_out=1))
        nengo.Connection(node, count, synapse=None)
        probe = nengo.Probe(count)
    sim = open_simulator(net)
    sim.run_steps(2, **quiet)
    found = sim.run_batch({node: np.zeros((2, 4, 1))}, {probe: None}, truncation=2)
    np.testing.assert_array_equal(found[probe].ravel(), [1, 2, 3, 4] * 2)
    sim.step()
    np.testing.assert_array_equal(sim.data[probe].ravel(), [1, 2, 3])


def test_the_seed_of_a_reset_counts(net, open_simulator):
    """Isolated runs have the noise of the present seed."""
    sim = open_simulator(net, seed=1)
    sim.reset(seed=5)
    found = sim.run_batch(3, {net.noise: None})[net.noise][0, 0]
    sim.run_steps(3, **quiet)
    np.testing.assert_array_equal(found, sim.data[net.noise])


def test_functions_are_built_once(net, open_simulator):
    """Repeated calls add nothing to the graph, other functions do."""
    sim, calls = open_simulator(net), []

    def function(x):
        calls.append(x)
        return x * tf.Variable(np.float64(2))

    sim.run_batch(2, {net.time: function})
    sim.run_batch(2, {net.time: function})
    before = len(sim.program.graph.get_operations())
    for isolate_state in (True, False):
        found = sim.run_batch(2, {net.time: function}, isolate_state=isolate_state)
        np.testing.assert_allclose(found[net.time].ravel(), [0.002, 0.004])
    assert len(sim.program.graph.get_operations()) == before
    assert len(calls) == 1
    sim.run_batch(2, {net.time: lambda x: 3 * x})
    assert len(sim.program.graph.get_operations()) > before


def test_variables_of_functions_keep_their_values(net, open_simulator):
    """They are initialised when the function is built, and never again by a run."""
    sim, made = open_simulator(net), []

    def function(x):
        made.append(tf.Variable(np.float64(2)))
        return x * made[0]

    sim.run_batch(1, {net.time: function})
    with sim.program.as_default():
        assign = v1.assign(made[0], np.float64(5))
    sim.sess.run(assign)
    found = sim.run_batch(1, {net.time: function})
    np.testing.assert_allclose(found[net.time].ravel(), [0.005])


def test_without_outputs_the_network_runs(net, open_simulator):
    """Functions of nodes are called, and there is nothing to return."""
    assert open_simulator(net).run_batch(3, {}) == {}
    assert len(net.times) == 3


@pytest.mark.parametrize(
    "arguments, attr",
    [
        ({"data": 3}, "data"),
        ({"truncation": 3}, "truncation"),
        ({"truncation": 0}, "truncation"),
        ({"n_epochs": 0}, "n_epochs"),
        ({"data": 0}, "data"),
        ({"data": {}}, "data"),
        ({"training": True}, "inference_only"),
    ],
)
def test_what_does_not_fit_is_refused(net, open_simulator, arguments, attr):
    """Before anything runs."""
    with net:
        configure_settings(inference_only=True)
    sim = open_simulator(net, unroll_simulation=2)
    with pytest.raises(ValidationError) as error:
        sim.run_batch(**{"data": 4, "outputs": {net.echo: None}, **arguments})
    assert error.value.attr == attr
    assert net.times == []


def test_targets_have_to_be_used_and_there(net, open_simulator):
    """A target that nobody takes, and one that is missing, are named."""
    sim, data = open_simulator(net), values(1, 2)
    with pytest.raises(ValidationError, match="not used") as error:
        sim.run_batch({net.input: data, net.echo: data}, {net.echo: None})
    assert error.value.attr == "targets"
    with pytest.raises(ValidationError, match="target"):
        sim.run_batch({net.input: data}, {net.echo: two})


def test_training_computes_with_rates(net, open_simulator):
    """Spiking neurons are replaced by rates, for this run only."""
    sim = open_simulator(net)
    rates = sim.run_batch(3, {net.spikes: None}, training=True)[net.spikes]
    spikes = sim.run_batch(3, {net.spikes: None})[net.spikes]
    assert set(np.unique(spikes)) <= {0, 1000}
    assert not np.isin(rates[rates > 0], [1000]).any() and rates.any()


def test_the_profile_is_a_trace(net, open_simulator, tmp_path):
    """A file in the format of Chrome's trace viewer."""
    path = str(tmp_path / "profile.json")
    open_simulator(net).run_batch(2, {net.echo: None}, profile=path)
    with open(path) as file:
        events = json.load(file)["traceEvents"]
    assert {event["ph"] for event in events} == {"M", "X"}
    assert all(event["dur"] > 0 for event in events if event["ph"] == "X")


def test_closed_simulators_refuse(net, open_simulator):
    """There is no session any more."""
    sim = open_simulator(net)
    sim.close()
    with pytest.raises(SimulatorClosed):
        sim.run_batch(1, {})
