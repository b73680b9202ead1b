# SPDX-License-Identifier: MIT
"""A simulator that has run, and a check that an error left everything as it was."""

import contextlib
import os

import nengo
import numpy as np
import pytest
from nengo.params import iter_params
from nengo_dl import Simulator


def small_network():
    """An input node that drives an ensemble, which a rule changes; all probed."""
    with nengo.Network(seed=0) as net:
        net.node = nengo.Node([0.5, -0.5], label="the node")
        net.other = nengo.Node([0.1], label="the other")
        net.driven = nengo.Node(size_in=2, label="the driven")
        net.ensemble = nengo.Ensemble(
            10, 2, neuron_type=nengo.RectifiedLinear(), label="the ensemble"
        )
        nengo.Connection(net.node, net.ensemble)
        net.learned = nengo.Connection(
            net.ensemble, net.driven, learning_rule_type=nengo.PES()
        )
        nengo.Connection(net.node, net.learned.learning_rule)
        net.probe = nengo.Probe(net.ensemble, synapse=0.01, label="the probe")
        net.node_probe = nengo.Probe(net.node, label="the node's probe")
    return net


@pytest.fixture
def network():
    """A network of the test's own."""
    return small_network()


@pytest.fixture(scope="module")
def sim():
    """A simulator of two items that unrolls two steps and has run four; do not close it."""
    net = small_network()
    with Simulator(
        net,
        device="/cpu:0",
        minibatch_size=2,
        unroll_simulation=2,
        progress_bar=False,
    ) as simulator:
        simulator.run_steps(4, progress_bar=False)
        yield simulator


@pytest.fixture
def net(sim):
    """The network of `sim`."""
    return sim.model.toplevel


@pytest.fixture
def unchanged(tmp_path, monkeypatch):
    """Make contexts behind which a simulator, its network and all files are as before."""
    monkeypatch.chdir(tmp_path)

    @contextlib.contextmanager
    def check(simulator, network=None):
        network = simulator.model.toplevel if network is None else network
        states = [snapshot(simulator), of_network(network), os.listdir(str(tmp_path))]
        yield
        found = [snapshot(simulator), of_network(network), os.listdir(str(tmp_path))]
        np.testing.assert_equal(found, states)

    return check


def snapshot(simulator):
    """Counters, probe data and the values of all signals and of all that is saved."""
    if simulator is None:
        return None
    parts = {"n_steps": simulator.n_steps, "time": simulator.time}
    parts["seed"], parts["closed"] = simulator.seed, simulator.closed
    parts["probes"] = [np.array(simulator.data[p]) for p in simulator.model.probes]
    if not simulator.closed:
        signals = list(simulator.program.store.layout.place)
        assert signals
        parts["signals"] = simulator.program.signal_values(signals)
        parts["random"] = simulator.rng.get_state()
        saved = simulator.program.variables.items()
        parts["saved"] = {name: kept.value(simulator.sess) for name, kept in saved}
    return parts


def of_network(network):
    """Arguments of all objects of a network, and its configuration."""
    objects = {
        obj: {name: shown(getattr(obj, name)) for name in iter_params(obj)}
        for obj in network.all_objects
    }
    config = {
        key: {name: repr(getattr(params, name)) for name in extra_names(params)}
        for key, params in network.config.params.items()
    }
    return [{repr(key): value for key, value in d.items()} for d in (objects, config)]


def extra_names(params):
    """Names of the options that were added to a part of the configuration."""
    return sorted(getattr(params, "extra_params", ()))


def shown(value):
    """An array as it is, anything else as text."""
    return value if isinstance(value, np.ndarray) else repr(value)
