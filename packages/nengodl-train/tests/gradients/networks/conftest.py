# SPDX-License-Identifier: MIT
"""Gradients of whole networks through time: from training, and from differences."""

import types
import warnings

import numpy as np
import pytest
from nengo_dl import Simulator
from nengo_dl.errors import UnevenTruncationWarning
from nengo_dl.extend.training import signal_names, v1
from nengodl_train.callbacks import Callback
from nengodl_train.errors import NoGradientWarning, OneStepWarning
from nengodl_train.objectives import mse

N_ITEMS = 2
N_STEPS = 7
# Central differences over five points; of losses about 1 rounding leaves 1e-11.
DELTA = 1e-4
STENCIL = {-2: 1 / 12, -1: -8 / 12, 1: 8 / 12, 2: -1 / 12}
N_DIRECTIONS = 2
LIMIT = 1e-7
NOISE = 1e-9
quiet = {"progress_bar": False}


class Values(Callback):
    """Takes down the parameters before the first update and behind each one."""

    def __init__(self, trained):
        self.trained = trained
        self.found = []

    def on_train_begin(self, training):
        """Take down what training starts from."""
        self.found.append(self.trained.values())

    def on_minibatch_end(self, training, losses):
        """Take down what an update leaves."""
        self.found.append(self.trained.values())


class Trained:
    """
    A simulator of a network, its parameters, and random data.

    Parameters
    ----------
    net : nengo.Network
        The network. Its nodes without input, but for constants, are fed; the objective is
        ``net.objective``, or the mean squared error of all probes.
    **kwargs : object
        Arguments of the simulator.
    """

    def __init__(self, net, **kwargs):
        kwargs = {"device": "/cpu:0", "minibatch_size": N_ITEMS, **quiet, **kwargs}
        self.sim = Simulator(net, **kwargs)
        store = self.sim.program.store
        names = signal_names(self.sim.model, store.layout)
        self.signals = {
            names[base]: base
            for number in store.trainable()
            for base in store.layout.homes[number].bases
            if getattr(base, "trainable", False)
        }
        self.variables = {
            name: handle
            for name, handle in self.sim.program.functions.named.items()
            if handle.trainable
        }
        self.objective = getattr(net, "objective", None)
        if self.objective is None:
            self.objective = dict.fromkeys(net.all_probes, mse)
        rng = np.random.RandomState(4)
        sizes = {node: node.size_out for node in net.inputs}
        needed = [p for p, f in self.objective.items() if f is mse]
        sizes.update({probe: probe.size_in for probe in needed})
        self.data = {
            key: rng.uniform(-1, 1, (N_ITEMS, N_STEPS, size))
            for key, size in sizes.items()
        }

    def values(self):
        """Return all parameters, by name."""
        names = list(self.signals)
        found = self.sim.program.signal_values([self.signals[name] for name in names])
        values = {name: np.array(value) for name, value in zip(names, found)}
        for name, handle in self.variables.items():
            values[name] = handle.value(self.sim.sess)
        return values

    def put(self, values):
        """Set parameters."""
        signals = {self.signals[n]: v for n, v in values.items() if n in self.signals}
        self.sim.program.put(signals)
        for name in set(values) & set(self.variables):
            self.variables[name].load(self.sim.sess, values[name])

    def piece(self, begin, end):
        """Cut some steps out of the data."""
        return {key: array[:, begin:end] for key, array in self.data.items()}

    def train(self, n_steps=N_STEPS, rate=1.0, **kwargs):
        """Train once; return the parameters before, and behind each update."""
        before, seen = self.values(), Values(self)
        with warnings.catch_warnings():
            # of a network one step may say little, and of 7 steps 1 is left over
            warnings.simplefilter("ignore", NoGradientWarning)
            warnings.simplefilter("ignore", OneStepWarning)
            warnings.simplefilter("ignore", UnevenTruncationWarning)
            self.sim.train(
                self.piece(0, n_steps),
                v1.train.GradientDescentOptimizer(rate),
                objective=self.objective,
                callbacks=[seen],
                **kwargs,
                **quiet,
            )
        self.put(before)
        return seen.found

    def gradients(self, n_steps=N_STEPS, **kwargs):
        """Return the gradient of one update: steepest descent by 1 subtracts it."""
        before, after = self.train(n_steps, **kwargs)
        return {name: before[name] - after[name] for name in before}

    def differences(self, loss):
        """Return for each parameter directions, and differences of a loss along them."""
        start, rng, found = self.values(), np.random.RandomState(5), {}
        for name, value in start.items():
            found[name] = []
            for _ in range(N_DIRECTIONS):
                direction = rng.standard_normal(value.shape)
                difference = 0
                for times, weight in STENCIL.items():
                    self.put({name: value + times * DELTA * direction})
                    difference += weight / DELTA * loss()
                found[name].append((direction, difference))
            self.put({name: value})
        return found

    def loss(self, n_steps=N_STEPS):
        """Compute the loss in training."""
        data = self.piece(0, n_steps)
        return self.sim.loss(data, self.objective, training=True, **quiet)

    def loss_of_piece(self, state, begin, end):
        """Compute the loss of some steps, from a given state."""
        program = self.sim.program
        program.store.put_state(self.sim.sess, state)
        found = self.sim.run_batch(
            self.piece(begin, end), self.objective, training=True, isolate_state=False
        )
        return sum(np.mean(value) for value in found.values())

    def states(self, pieces):
        """Return the state before each piece, of training with parameters of its own."""
        self.sim.soft_reset()
        state = self.sim.program.store.state(self.sim.sess)
        for (begin, end), values in pieces:
            yield state
            self.put(values)
            self.loss_of_piece(state, begin, end)
            state = self.sim.program.store.state(self.sim.sess)


def compare(gradients, differences, may_vanish=False):
    """Gradients are differences, and there is some, unless they may vanish."""
    assert set(gradients) == set(differences)
    for name, gradient in gradients.items():
        norm = np.linalg.norm(gradient)
        assert norm > 100 * NOISE or may_vanish, f"{name}: {norm} says nothing"
        for direction, difference in differences[name]:
            along = np.sum(gradient * direction)
            assert abs(along - difference) <= LIMIT * norm + NOISE, (
                f"{name}: gradient {along}, difference {difference}, norm {norm}"
            )


def agree(first, second):
    """Gradients that were computed in two ways are the same, up to rounding."""
    assert set(first) == set(second)
    for name, gradient in first.items():
        limit = 1e-10 * np.linalg.norm(gradient) + 1e-14
        np.testing.assert_allclose(second[name], gradient, 0, limit, err_msg=name)


@pytest.fixture
def trained():
    """Make simulators that are closed after the test."""
    made = []

    def make(net, **kwargs):
        made.append(Trained(net, **kwargs))
        return made[-1]

    yield make
    for one in made:
        one.sim.close()


@pytest.fixture(scope="session")
def check():
    """Functions that compare gradients, and the number of steps."""
    return types.SimpleNamespace(differences=compare, agree=agree)


@pytest.fixture(scope="session")
def n_steps():
    """Number of steps of the data."""
    return N_STEPS
