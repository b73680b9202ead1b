# SPDX-License-Identifier: MIT
"""Small networks whose training is known from NumPy, and what simulators keep of it."""

import nengo
import numpy as np
import pytest
from nengo_dl import Simulator, configure_settings


class Linear:
    """
    A matrix between an input and a probe, in float64.

    Parameters
    ----------
    n_items, n_steps : int
        Size of the data; inputs are vectors of 3 numbers, outputs of 2.
    """

    def __init__(self, n_items=4, n_steps=3):
        rng = np.random.RandomState(0)
        self.start = rng.uniform(-1, 1, (2, 3))
        self.inputs = rng.uniform(-1, 1, (n_items, n_steps, 3))
        self.targets = rng.uniform(-1, 1, (n_items, n_steps, 2))
        with nengo.Network(seed=0) as self.net:
            configure_settings(dtype="float64")
            self.node = nengo.Node(np.zeros(3), label="input")
            self.output = nengo.Node(size_in=2)
            self.connection = nengo.Connection(
                self.node, self.output, transform=self.start, synapse=None
            )
            self.probe = nengo.Probe(self.output, label="output")

    @property
    def data(self):
        """All inputs and targets."""
        return {self.node: self.inputs, self.probe: self.targets}

    def weights(self, sim):
        """The matrix in a simulator now."""
        return sim.data[self.connection].weights

    def errors(self, weights, items=slice(None)):
        """Outputs less targets."""
        return self.inputs[items] @ weights.T - self.targets[items]

    def loss(self, weights, items=slice(None)):
        """Mean squared error."""
        return np.mean(self.errors(weights, items) ** 2)

    def gradient(self, weights, items=slice(None)):
        """Gradient of the mean squared error."""
        errors = self.errors(weights, items)
        by_outputs = 2 * errors / errors.size
        return np.einsum("bto,bti->oi", by_outputs, self.inputs[items])


@pytest.fixture(scope="session")
def make_linear():
    """Make networks of one matrix."""
    return Linear


@pytest.fixture
def linear():
    """Give a network of one matrix, with data."""
    return Linear()


@pytest.fixture
def open_simulator():
    """Make silent simulators on the CPU that are closed after the test."""
    simulators = []

    def make(network, minibatch_size=4, **kwargs):
        kwargs = {"device": "/cpu:0", "progress_bar": False, **kwargs}
        simulators.append(Simulator(network, minibatch_size=minibatch_size, **kwargs))
        return simulators[-1]

    yield make
    for simulator in simulators:
        simulator.close()


@pytest.fixture(scope="session")
def train():
    """Train silently."""

    def run(sim, data, optimizer, **kwargs):
        return sim.train(data, optimizer, progress_bar=False, **kwargs)

    return run


@pytest.fixture
def saved(tmp_path):
    """All that a simulator saves: parameters, step, and what optimizers keep."""

    def read(sim):
        path = tmp_path / "saved.npz"
        sim.save_params(path)
        with np.load(str(path)) as file:
            return {name: file[name] for name in file.files if name != "manifest"}

    return read


@pytest.fixture(scope="session")
def assert_same():
    """Compare two dicts of arrays bit for bit."""

    def check(found, expected):
        assert list(found) == list(expected)
        assert found
        for name, array in expected.items():
            np.testing.assert_array_equal(found[name], array, err_msg=str(name))

    return check


@pytest.fixture(scope="session")
def assert_close():
    """Compare arrays of values of about 1 up to a few roundings in float64."""

    def check(found, expected, limit=1e-13):
        found, expected = np.asarray(found), np.asarray(expected)
        assert found.shape == expected.shape
        assert np.isfinite(found).all()
        assert np.abs(found - expected).max() <= limit

    return check
