# SPDX-License-Identifier: MIT
"""Mistakes, and unusual orders of calls, change nothing that they should not."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import configure_settings
from nengo_dl.errors import DataError
from nengodl_train.callbacks import Callback
from nengodl_train.errors import NoGradientWarning, OneStepWarning
from nengodl_train.objectives import Regularize, mse

v1 = tf.compat.v1


class Head:
    """Has a method that is an objective with a variable."""

    def loss(self, outputs):
        """Sum of outputs times a variable that starts with 2."""
        scale = v1.get_variable("scale", initializer=np.array(2.0))
        return tf.reduce_sum(outputs) * scale


def adam():
    """Make an optimizer with state."""
    return v1.train.AdamOptimizer(0.1)


def n_operations(sim):
    """Size of the graph."""
    return len(sim.program.graph.get_operations())


def test_equal_objectives_are_one(linear, open_simulator, train):
    """A method that is taken twice, and equal objects, build and keep one thing."""
    sim, head, optimizer = open_simulator(linear.net), Head(), adam()
    data = {linear.node: linear.inputs}
    for make in (lambda: head.loss, lambda: Regularize(weight=0.1)):
        train(sim, data, optimizer, objective={linear.probe: make()})
        before = n_operations(sim)
        first = sim.loss(data, {linear.probe: make()}, progress_bar=False)
        train(sim, data, optimizer, objective={linear.probe: make()})
        assert sim.loss(data, {linear.probe: make()}, progress_bar=False) != first
        # sim.loss builds the function once for runs
        built = n_operations(sim)
        train(sim, data, optimizer, objective={linear.probe: make()})
        assert n_operations(sim) == built
        assert built > before
    names = [name for name in sim.program.variables if name.startswith("outputs/")]
    assert names == ["outputs/loss/variables[0]"]


def test_refused_objective_leaves_no_optimizer(linear, open_simulator, train, saved):
    """The state of the next optimizer is that of the first one in files."""
    sim = open_simulator(linear.net)
    with pytest.raises(nengo.exceptions.ValidationError, match="depend on its outputs"):
        train(sim, linear.data, adam(), objective={linear.probe: lambda a, b: 3.0})
    train(sim, linear.data, adam())
    prefixes = {n.split(".")[0] for n in saved(sim) if "optimizers" in n}
    assert prefixes == {"variables/optimizers[0]"}


def test_what_waits_is_saved(
    linear, open_simulator, train, tmp_path, assert_same, saved
):
    """Step and state of an optimizer go from file to file without any training."""
    paths = [str(tmp_path / f"{n}.npz") for n in range(2)]
    with open_simulator(linear.net) as sim:
        optimizer = adam()
        train(sim, linear.data, optimizer, n_epochs=2, shuffle=False)
        sim.save_params(paths[0])
        train(sim, linear.data, optimizer, shuffle=False)
        expected = saved(sim)
    with open_simulator(linear.net) as sim:
        sim.load_params(paths[0])
        sim.save_params(paths[1])
    sim = open_simulator(linear.net)
    sim.load_params(paths[1])
    train(sim, linear.data, adam(), shuffle=False)
    assert_same(saved(sim), expected)
    assert any("optimizers[0]" in name for name in expected)


@pytest.mark.parametrize("reset", ["reset", "soft_reset"])
def test_reset_after_loading(linear, open_simulator, train, tmp_path, reset):
    """The number of updates is zero behind a reset, used before or not."""
    path = str(tmp_path / "parameters.npz")
    with open_simulator(linear.net) as sim:
        train(sim, linear.data, adam(), n_epochs=2)
        sim.save_params(path)
    sim = open_simulator(linear.net)
    sim.load_params(path)
    if reset == "reset":
        sim.reset()
    else:
        sim.soft_reset(include_trainable=True)
    assert sim.sess.run(sim.training_step) == 0


@pytest.fixture
def filtered():
    """An ensemble behind a filter, read through another one."""
    with nengo.Network(seed=0) as net:
        configure_settings(dtype="float64")
        net.node = nengo.Node(np.zeros(2))
        ensemble = nengo.Ensemble(6, 2)
        nengo.Connection(net.node, ensemble, synapse=0.01)
        net.probe = nengo.Probe(ensemble, synapse=0.1)
    return net


def test_too_few_steps_for_filters(filtered, open_simulator, train, saved):
    """What no gradient gets through is told, and nothing but the step changes."""
    sim = open_simulator(filtered, minibatch_size=2)
    data = {filtered.node: np.ones((2, 1, 2)), filtered.probe: np.ones((2, 1, 2))}
    optimizer = adam()
    before = saved(sim)
    with pytest.warns(UserWarning) as caught:
        history = train(sim, data, optimizer)
    kinds = {warning.category for warning in caught}
    assert {OneStepWarning, NoGradientWarning} <= kinds
    assert history["loss"] == [1.0]
    after = saved(sim)
    for name, array in before.items():
        if name != "variables/training_step":
            np.testing.assert_array_equal(after[name], array)
    assert after["variables/training_step"] == 1


def test_short_items_of_a_stream(filtered, open_simulator, train):
    """Minibatches that are too short for a gradient come between others."""
    sim = open_simulator(filtered, minibatch_size=2)

    def items():
        for n_steps in (4, 1, 4):
            ones = np.ones((2, n_steps, 2))
            yield {filtered.node: ones, filtered.probe: ones}

    train(sim, items, adam(), objective={filtered.probe: mse})
    assert sim.sess.run(sim.training_step) == 3


def test_runs_in_callbacks_are_refused(linear, open_simulator, train):
    """They would take state that is put aside; losses do not."""
    sim, found = open_simulator(linear.net), []

    class Run(Callback):
        def on_epoch_end(self, training, losses):
            """Compute a loss, and run."""
            found.append(training.sim.loss(linear.data, progress_bar=False))
            training.sim.run_steps(1, progress_bar=False)

    sim.run_steps(2, progress_bar=False)
    with pytest.raises(nengo.exceptions.SimulationError, match="put aside"):
        train(sim, linear.data, adam(), callbacks=[Run()])
    assert len(found) == 1
    sim.run_steps(1, progress_bar=False)
    assert sim.n_steps == 3 and len(sim.data[linear.probe][0]) == 3


def test_no_targets_for_probes_of_weights(open_simulator, train):
    """Targets are vectors, and what such a probe records is none."""
    with nengo.Network(seed=0) as net:
        node = nengo.Node(np.zeros(2))
        ensemble = nengo.Ensemble(5, 2)
        nengo.Connection(node, ensemble)
        readout = nengo.Node(size_in=1)
        connection = nengo.Connection(ensemble, readout, function=lambda x: x[0])
        probe = nengo.Probe(connection, "weights")
    sim = open_simulator(net)
    data = {node: np.ones((2, 3, 2)), probe: np.ones((2, 3, 1))}
    with pytest.raises(DataError, match=r"no target for .* shape \(1, 5\)"):
        train(sim, data, adam())
    with pytest.raises(DataError, match="no target for"):
        sim.loss(data, progress_bar=False)


@pytest.mark.parametrize(
    "arguments, attr",
    [
        ({"n_epochs": None}, "n_epochs"),
        ({"extra_feeds": 5}, "extra_feeds"),
        ({"profile": "no/such/folder/profile.json"}, "profile"),
        ({"objective": {(): lambda x: x}}, "objective"),
        ({"objective": "empty"}, "objective"),
    ],
)
def test_refused_arguments(linear, open_simulator, train, saved, arguments, attr):
    """Each mistake has an error that names the argument, before anything changes."""
    if arguments.get("objective") == "empty":
        arguments = {"objective": {linear.probe: lambda x: []}}
    sim = open_simulator(linear.net)
    before = saved(sim)
    with pytest.raises(nengo.exceptions.ValidationError, match=attr):
        train(sim, linear.data, adam(), **arguments)
    after = saved(sim)
    assert all((after[name] == before[name]).all() for name in before)


@pytest.mark.parametrize("name, value", [("atol", -1), ("atol", "a"), ("rtol", np.nan)])
def test_tolerances_are_numbers(linear, open_simulator, name, value):
    """Gradients cannot differ by less than a negative number."""
    with pytest.raises(nengo.exceptions.ValidationError, match=name):
        open_simulator(linear.net).check_gradients(**{name: value})


def test_gradients_are_checked_again(linear, open_simulator):
    """A second check builds nothing."""
    sim = open_simulator(linear.net)
    sim.check_gradients()
    before = n_operations(sim)
    sim.check_gradients()
    assert n_operations(sim) == before
