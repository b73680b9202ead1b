# SPDX-License-Identifier: MIT
"""What releases 0.5.0 to 0.5.2 of the original brought to training."""

import json

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import configure_settings
from nengo_dl.objectives import mse

v1 = tf.compat.v1
quiet = {"progress_bar": False}


def descent(rate=0.5):
    """Plain gradient descent."""
    return v1.train.GradientDescentOptimizer(rate)


def test_summaries(open_simulator, tmp_path, read_events):
    """History 149: losses, weights, encoders and biases, once for each update."""
    with nengo.Network(seed=0) as net:
        node = nengo.Node([0.5], label="in")
        ensemble = nengo.Ensemble(5, 1, label="my ens", neuron_type=nengo.Sigmoid())
        nengo.Connection(node, ensemble, synapse=None)
        end = nengo.Node(size_in=1)
        connection = nengo.Connection(ensemble, end, synapse=None, label="my conn")
        probe, other = nengo.Probe(end, label="out"), nengo.Probe(end)
    sim = open_simulator(net, tensorboard=str(tmp_path))
    summaries = ("loss", connection, ensemble, ensemble.neurons)
    objective = {probe: tf.reduce_sum, other: lambda x: 2 * tf.reduce_sum(x)}
    arguments = {"objective": objective, "n_epochs": 2, "summaries": summaries, **quiet}
    history = sim.train(3, descent(2.0**-10), **arguments)
    events = read_events(tmp_path)
    assert [step for step, _ in events] == [1, 2]
    encoders = sim.model.sig[ensemble]["encoders"]
    losses = {
        "loss/loss/loss": history["loss"],
        "loss/loss/Probe_out_loss": history[probe],
        "loss/loss/Probe_None_loss": history[other],
    }
    histograms = {
        "Connection_my_conn_weights": sim.data[connection].weights,
        "Ensemble_my_ens_encoders": sim.program.signal_value(encoders),
        "Ensemble.neurons_my_ens_bias": sim.data[ensemble].bias,
    }
    assert set(events[0][1]) == set(losses) | set(histograms)
    for tag, expected in losses.items():
        found = [values[tag].simple_value for _, values in events]
        np.testing.assert_allclose(found, expected, rtol=1e-6)
    for tag, expected in histograms.items():
        histogram = events[-1][1][tag].histo
        np.testing.assert_allclose(histogram.sum, np.sum(expected), rtol=1e-5)
        assert histogram.num == 5


def test_steps_are_counted(linear, open_simulator):
    """History 151: one for each update, and none by loss; a reset starts over."""
    sim = open_simulator(linear.network, minibatch_size=2)
    _, _, data = linear.data(n_items=6)

    def count():
        return int(sim.sess.run(sim.training_step))

    assert count() == 0
    sim.train(data, descent(), n_epochs=2, **quiet)
    assert count() == 6
    sim.train(data, v1.train.AdamOptimizer(), **quiet)
    sim.loss(data, **quiet)
    sim.soft_reset()
    assert count() == 9
    for reset in (lambda: sim.soft_reset(include_trainable=True), sim.reset):
        reset()
        assert count() == 0
        np.testing.assert_array_equal(linear.matrix(sim), linear.start)
        sim.train(data, descent(), **quiet)
        assert count() == 3


def test_own_summaries(linear, open_simulator, tmp_path, read_events):
    """History 152: a summary of the user's is written as it is, behind each update."""
    sim = open_simulator(linear.network, minibatch_size=2, tensorboard=str(tmp_path))
    _, _, data = linear.data()
    with sim.program.as_default():
        doubled = 2 * tf.cast(sim.training_step, tf.float32)
        own = v1.summary.scalar("twice_the_step", doubled)
    sim.train(data, descent(), summaries=[own], **quiet)
    found = [
        (step, {tag: value.simple_value for tag, value in values.items()})
        for step, values in read_events(tmp_path)
    ]
    assert found == [(1, {"twice_the_step": 2}), (2, {"twice_the_step": 4})]


def test_objectives_of_several_probes(linear, open_simulator):
    """History 154 and 157: each probe has its own, and losses and gradients are summed."""
    sim = open_simulator(linear.network, minibatch_size=4)
    x, y, data = linear.data()
    objective = {linear.probe: mse, linear.twin: lambda z: tf.reduce_sum(z) / 8}
    rows = x @ linear.start.T
    values = {
        linear.probe: np.mean((rows - y) ** 2),
        linear.twin: np.sum(rows) / 8,
    }
    values["loss"] = sum(values.values())
    loss = sim.loss(data, objective, **quiet)
    np.testing.assert_allclose(loss, values["loss"], rtol=1e-13)
    history = sim.train(data, descent(), objective=objective, **quiet)
    assert set(history) == set(values)
    for key, value in values.items():
        np.testing.assert_allclose(history[key], [value], rtol=1e-13)
    gradient = linear.of_mse(linear.start, x, y)
    gradient += linear.gradient(np.full_like(y, 1 / 8), x)
    expected = linear.start - 0.5 * gradient
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-13)


def test_two_equal_probes(linear, open_simulator):
    """History 157: two probes with the same error have twice its loss."""
    sim = open_simulator(linear.network, minibatch_size=2)
    _, y, data = linear.data()
    once = sim.loss(data, **quiet)
    assert sim.loss({**data, linear.twin: y}, **quiet) == 2 * once


def test_targets_of_nan(linear, open_simulator):
    """History 156: they count as no error, but in the mean, and train nothing."""
    sim = open_simulator(linear.network, minibatch_size=4)
    x, y, data = linear.data()
    y[:2] = np.nan
    y[3, 1, 2] = np.nan
    errors = np.where(np.isnan(y), 0, x @ linear.start.T - y)
    loss = sim.loss(data, **quiet)
    np.testing.assert_allclose(loss, np.sum(errors**2) / y.size, rtol=1e-13)
    sim.train(data, descent(), **quiet)
    expected = linear.start - 0.5 * linear.gradient(2 * errors / y.size, x)
    np.testing.assert_allclose(linear.matrix(sim), expected, rtol=1e-13)
    y[...] = np.nan
    before = linear.matrix(sim).copy()
    assert sim.loss(data, **quiet) == 0
    sim.train(data, descent(), **quiet)
    np.testing.assert_array_equal(linear.matrix(sim), before)


@pytest.mark.parametrize("before", ["GradientDescentOptimizer", "RMSPropOptimizer"])
def test_optimizers_in_turn(linear, open_simulator, before):
    """History 160: Adam has all of its variables at once, also behind another optimizer."""
    sim = open_simulator(linear.network, minibatch_size=4)
    x, y, data = linear.data()
    sim.train(data, getattr(v1.train, before)(0.5), **quiet)
    matrix = linear.matrix(sim).copy()
    assert (matrix != linear.start).all()
    adam = v1.train.AdamOptimizer(0.5, beta1=0.5, beta2=0.75, epsilon=2.0**-10)
    first = second = 0
    for n in (1, 2, 3):
        sim.train(data, adam, **quiet)
        gradient = linear.of_mse(matrix, x, y)
        first = 0.5 * first + 0.5 * gradient
        second = 0.75 * second + 0.25 * gradient**2
        rate = 0.5 * np.sqrt(1 - 0.75**n) / (1 - 0.5**n)
        matrix = matrix - rate * first / (np.sqrt(second) + 2.0**-10)
        np.testing.assert_allclose(linear.matrix(sim), matrix, rtol=1e-10)


def test_parameters_are_live(linear, open_simulator):
    """History 163: what sim.data shows follows each training and each reset."""
    sim = open_simulator(linear.network, minibatch_size=4)
    x, y, data = linear.data()
    seen = [linear.matrix(sim)]
    for _ in range(2):
        sim.train(data, descent(), **quiet)
        seen.append(linear.matrix(sim))
    expected = [linear.descend(x, y, 0.5, n * [slice(0, 4)]) for n in range(3)]
    np.testing.assert_allclose(seen, expected, rtol=1e-13)
    sim.soft_reset(include_trainable=True)
    np.testing.assert_array_equal(linear.matrix(sim), linear.start)


@pytest.mark.parametrize("profile", [True, "mine.json"])
def test_profiles(linear, open_simulator, tmp_path, monkeypatch, profile):
    """History 169: a training writes one file for Chrome's viewer of traces."""
    monkeypatch.chdir(tmp_path)
    sim = open_simulator(linear.network, minibatch_size=2)
    _, _, data = linear.data()
    sim.train(data, descent(), n_epochs=2, profile=profile, **quiet)
    (path,) = tmp_path.iterdir()
    assert path.name == ("nengo_dl_profile.json" if profile is True else profile)
    events = json.loads(path.read_text())["traceEvents"]
    assert {event["ph"] for event in events} == {"M", "X"}


def test_simulation_goes_on(open_simulator):
    """History 178: runs around train and loss are one run, with noise, state and all."""
    with nengo.Network(seed=0) as net:
        configure_settings(dtype="float64")
        noise = nengo.Node(nengo.processes.WhiteSignal(0.1, high=50, seed=None))
        times = nengo.Node(lambda t: t)
        ensemble = nengo.Ensemble(20, 1)
        nengo.Connection(noise, ensemble)
        nengo.Connection(times, ensemble)
        nengo.Connection(ensemble, ensemble, synapse=0.02)
        probe = nengo.Probe(ensemble, synapse=0.01)
        spikes = nengo.Probe(ensemble.neurons)
    sims = [open_simulator(net, minibatch_size=2, seed=1) for _ in range(2)]
    sims[0].run_steps(12, **quiet)
    sim, data = sims[1], {probe: np.ones((4, 3, 1))}
    sim.run_steps(5, **quiet)
    sim.train(data, descent(0.0), n_epochs=2, **quiet)
    assert (sim.n_steps, sim.time) == (5, 0.005)
    np.testing.assert_array_equal(sim.data[probe], sims[0].data[probe][:, :5])
    first, second = (sim.loss(data, **quiet) for _ in range(2))
    assert first == second
    sim.run_steps(7, **quiet)
    for one in (probe, spikes):
        np.testing.assert_array_equal(sim.data[one], sims[0].data[one])
    assert sim.data[spikes].any()
