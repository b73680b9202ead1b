# SPDX-License-Identifier: MIT
"""A trained simulator, and a check that an error left everything as it was."""

import contextlib
import runpy
from pathlib import Path

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengo_dl import Simulator

PACKAGES = Path(__file__).parents[3]
CORE = runpy.run_path(str(PACKAGES / "nengodl-core/tests/errors_table/conftest.py"))

# simulator, network and files are as before
unchanged = CORE["unchanged"]


def small_network():
    """Input nodes that drive an ensemble, which drives a node; some are probed."""
    with nengo.Network(seed=0) as net:
        net.node = nengo.Node([0.5, -0.5], label="the node")
        net.other = nengo.Node([0.1], label="the other")
        net.driven = nengo.Node(size_in=2, label="the driven")
        net.ensemble = nengo.Ensemble(
            10, 2, neuron_type=nengo.RectifiedLinear(), label="the ensemble"
        )
        net.connection = nengo.Connection(net.node, net.ensemble)
        nengo.Connection(net.other, net.ensemble[0], synapse=None)
        nengo.Connection(net.ensemble, net.driven, synapse=None)
        net.probe = nengo.Probe(net.driven, synapse=0.01, label="the probe")
        net.node_probe = nengo.Probe(net.node, label="the node's probe")
    return net


@pytest.fixture
def network():
    """A network of the test's own."""
    return small_network()


@pytest.fixture(scope="session")
def optimizer():
    """The optimizer that has trained `sim`, and keeps a state."""
    return tf.compat.v1.train.AdamOptimizer(0.01)


@pytest.fixture(scope="session")
def sim(optimizer):
    """A simulator of two items and two unrolled steps, run and trained; don't close it."""
    net = small_network()
    # no "with": its graph would be the default one in the tests of other modules, too
    simulator = Simulator(
        net,
        device="/cpu:0",
        minibatch_size=2,
        unroll_simulation=2,
        progress_bar=False,
    )
    simulator.run_steps(4, progress_bar=False)
    data = {net.node: np.ones((2, 4, 2)), net.probe: np.ones((2, 4, 2))}
    simulator.train(data, optimizer, progress_bar=False)
    yield simulator
    simulator.close()


@pytest.fixture
def net(sim):
    """The network of `sim`."""
    return sim.model.toplevel


@pytest.fixture
def open_simulator():
    """Make silent simulators on the CPU that are closed after the test."""
    simulators = []

    def make(network, **kwargs):
        kwargs = {"device": "/cpu:0", "progress_bar": False, **kwargs}
        simulators.append(Simulator(network, **kwargs))
        _ = simulators[-1].training_step  # is made when it is first asked for
        return simulators[-1]

    yield make
    for simulator in simulators:
        simulator.close()


@pytest.fixture
def refused(unchanged):
    """Call a method that has to fail, and compare all that it could have changed."""

    def call(method, *arguments, attr, kind=ValidationError, parts=(), **keywords):
        given = [arguments, keywords]
        before = frozen(given)
        with unchanged(method.__self__), pytest.raises(kind) as error:
            method(*arguments, progress_bar=False, **keywords)
        assert getattr(error.value, "attr", None) == attr
        for part in parts:
            assert part in str(error.value)
        np.testing.assert_equal(frozen(given), before)
        return error.value

    return call


@pytest.fixture
def trained():
    """Make contexts behind which a simulator has done some updates, and nothing else."""

    @contextlib.contextmanager
    def check(simulator, n_updates=1):
        before = CORE["snapshot"](simulator)
        yield
        after = CORE["snapshot"](simulator)
        steps = [parts["saved"].pop("training_step", 0) for parts in (before, after)]
        assert steps[1] - steps[0] == n_updates
        for name in ("n_steps", "time", "probes"):
            np.testing.assert_equal(after[name], before[name])

    return check


def frozen(value):
    """Copy arguments; what is no container and no array is itself."""
    if isinstance(value, dict):
        return [[id(key), frozen(one)] for key, one in value.items()]
    if isinstance(value, (list, tuple)):
        return [frozen(one) for one in value]
    return value.copy() if isinstance(value, np.ndarray) else id(value)
