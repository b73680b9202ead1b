# SPDX-License-Identifier: MIT
"""A network whose gradients have a closed form, and simulators."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import Simulator, configure_settings


@pytest.fixture
def open_simulator():
    """Make silent simulators on the CPU that are closed after the test."""
    simulators = []

    def make(network, **kwargs):
        kwargs = {"device": "/cpu:0", "progress_bar": False, **kwargs}
        simulators.append(Simulator(network, **kwargs))
        return simulators[-1]

    yield make
    for simulator in simulators:
        simulator.close()


class Linear:
    """
    Inputs ``x``, a matrix that is trained, and outputs ``x @ matrix.T``, in float64.

    Learning rates in tests are powers of 2, as TensorFlow rounds them to float32.
    """

    def __init__(self):
        self.start = np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]])
        with nengo.Network(seed=0) as self.network:
            configure_settings(dtype="float64")
            self.input = nengo.Node([0.5, -1.5], label="input")
            self.output = nengo.Node(size_in=3, label="output")
            self.connection = nengo.Connection(
                self.input, self.output, transform=self.start, synapse=None
            )
            self.probe = nengo.Probe(self.output, label="out")
            self.twin = nengo.Probe(self.output, label="twin")

    def data(self, n_items=4, n_steps=3):
        """Make inputs and targets."""
        rng = np.random.RandomState(0)
        x = rng.uniform(-1, 1, (n_items, n_steps, 2))
        y = rng.uniform(-1, 1, (n_items, n_steps, 3))
        return x, y, {self.input: x, self.probe: y}

    def matrix(self, sim):
        """Return the matrix as it is now."""
        return sim.data[self.connection].weights

    @staticmethod
    def gradient(by_outputs, x):
        """Compute the gradient by the matrix, from that by the outputs."""
        return np.einsum("bto,bti->oi", by_outputs, x)

    def of_mse(self, matrix, x, y):
        """Compute the gradient of the mean squared error."""
        return self.gradient(2 * (x @ matrix.T - y) / y.size, x)

    def descend(self, x, y, rate, minibatches, matrix=None):
        """Go down the mean squared error of some minibatches, one after the other."""
        matrix = self.start if matrix is None else matrix
        for items in minibatches:
            matrix = matrix - rate * self.of_mse(matrix, x[items], y[items])
        return matrix


@pytest.fixture
def linear():
    """A network of one matrix, and what it should learn."""
    return Linear()


@pytest.fixture(scope="session")
def read_events():
    """Read what was written: for each event the step, and values by tag."""

    def read(folder):
        (path,) = folder.glob("run_0/events*")
        return [
            (event.step, {value.tag: value for value in event.summary.value})
            for event in tf.compat.v1.train.summary_iterator(str(path))
            if event.HasField("summary")
        ]

    return read
