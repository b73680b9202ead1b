# SPDX-License-Identifier: MIT
"""Steps of a few operators, as in training, with gradients; and the core's examples."""

import runpy
import types
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from nengo_dl.compat.tensorflow import compile_with_xla, session_config, v1
from nengo_dl.kernels import PLAIN
from nengo_dl.layout import check_layout, make_layout
from nengo_dl.lower.context import Environment
from nengo_dl.lower.entries import make_entries
from nengo_dl.lower.hosted import HostedSteps, time_of
from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.registry import merge_key, rule_for
from nengo_dl.lower.schedule import make_schedule
from nengo_dl.lower.step import Step
from nengo_dl.runtime.variables import Variables
from nengo_dl.signals import stored

# Central differences over five points, for sums that reach 1e5: rounding leaves 1e-7 of
# them, and their own error is a fifth derivative times 3e-18.
DELTA = 1e-4
STENCIL = {-2: 1 / 12, -1: -8 / 12, 1: 8 / 12, 2: -1 / 12}
LIMIT = 1e-6
N_DIRECTIONS = 3


class TrainedStep:
    """
    One step of operators in training, and a sum of all results with random weights.

    Parameters
    ----------
    ops : sequence of nengo.builder.Operator
        The operators; those with equal merge keys are one group.
    minibatch : int
        Number of items.
    shared : sequence of Signal
        Signals that all items have in common.
    values : dict of Signal to array
        Values other than random ones.
    hidden : sequence of Signal
        Results that are not looked at, so that rules may put them off to the next step.
    **environment : object
        Fields of `Environment` other than the usual ones.
    """

    def __init__(
        self, ops, minibatch=2, shared=(), values=None, hidden=(), **environment
    ):
        self._batch = minibatch
        times = [time_of(op) for op in ops if time_of(op) is not None]
        self._shared = {stored(signal.base) for signal in list(shared) + times}
        self._rng = np.random.RandomState(0)
        touched = [rule_for(op).operands(op) for op in ops]
        written = [ref.base for one in touched for ref, _ in one.writes]
        self.states = {ref.base for one in touched for ref in one.states}
        self.reads = {ref.base for one in touched for ref in one.reads}
        probed = list(dict.fromkeys(written + list(self.states)))
        probed = [base for base in probed if base not in set(hidden)]
        self.entries = make_entries(_groups(ops), set(probed))
        self.layout = make_layout(self.entries, (), probed)
        self._probed = probed
        check_layout(self.layout)
        refs = [ref_of(signal) for signal in probed]
        self._schedule = make_schedule(self.entries, self.layout, (), refs)
        self.homes = [self._draw(home) for home in self.layout.homes]
        for signal, value in (values or {}).items():
            self._put(ref_of(signal), np.asarray(value, dtype=float))
        self._environment = {"training": True, **environment}
        self._construct()

    # -- values

    def _draw(self, home):
        shared = not home.changes and self._shared.issuperset(home.bases)
        shape = (1 if shared else self._batch,) + home.shape
        if np.dtype(home.bases[0].dtype).kind != "f":
            return np.ones(shape, np.int32)
        if self.states.issuperset(home.bases):
            return self._rng.uniform(0, 1, shape)  # it may be a time
        return self._rng.standard_normal(shape)

    def _put(self, ref, value):
        place = self.layout.place.get(ref.base)
        if place is not None:
            home = self.homes[place.home]
            flat = home.reshape((len(home), -1))
            flat[:, ref.index.ravel() * place.stride + place.offset] = value.ravel()

    # -- the graph

    def _construct(self):
        hosted = HostedSteps(0.001, self._batch, "float64")
        step = Step(
            self._schedule,
            Environment(
                0.001,
                tf.float64,
                self._batch,
                PLAIN,
                hosted,
                Variables(),
                **self._environment,
            ),
        )

        def function(*homes):
            results = self._results(step, homes)
            total = tf.add_n(results[1]) if results[1] else tf.zeros((), tf.float64)
            return [total] + self._gradients(total, homes) + results[0]

        graph = tf.Graph()
        with graph.as_default():
            self._inputs = [v1.placeholder(h.dtype, h.shape) for h in self.homes]
            self._results_of = {False: function(*self._inputs)}
            if not hosted.operators:
                self._results_of[True] = compile_with_xla(function, self._inputs)
        self._session = v1.Session(graph=graph, config=session_config({}))
        hosted.reset(lambda op: [np.random.RandomState(0) for _ in range(self._batch)])

    def _results(self, step, homes):
        """All results of a step, and the weighted sum of each."""
        constants = [
            tf.constant(np.reshape(value, (1, -1)), tf.float64)
            for _, value in self._schedule.constants
        ]
        feed = tf.zeros((self._batch, 0), tf.float64)
        found = step(homes, feed, constants, tf.constant(3))
        results = [r for r in found.state + found.probes if r.dtype.is_floating]
        rng = np.random.RandomState(1)  # the same weights in each call
        weighted = [
            tf.reduce_sum(r * rng.standard_normal(r.shape.as_list())) for r in results
        ]
        return results, weighted

    def _gradients(self, total, homes):
        floats = [home for home in homes if home.dtype.is_floating]
        found = tf.gradients(total, floats) if floats else []
        return [tf.zeros_like(x) if g is None else g for x, g in zip(floats, found)]

    @property
    def compiles(self):
        """Whether XLA compiles the step."""
        return True in self._results_of

    @property
    def floats(self):
        """Numbers of the homes that have gradients."""
        return [i for i, home in enumerate(self.homes) if home.dtype.kind == "f"]

    def _run(self, fetches, homes=None):
        homes = self.homes if homes is None else homes
        return self._session.run(fetches, dict(zip(self._inputs, homes)))

    # -- what tests look at

    def folds(self, number):
        """Return how often a group repeats each of its operands."""
        computed = [a for a in self._schedule.actions if hasattr(a, "folds")]
        return computed[number].folds

    def value(self, signal):
        """Return what a signal starts with, (minibatch or 1, *shape)."""
        base, index = ref_of(signal)
        place = self.layout.place[base]
        flat = self.homes[place.home].reshape((len(self.homes[place.home]), -1))
        return flat[:, index * place.stride + place.offset]

    def result(self, signal, jit=False):
        """Return what a signal is behind the step."""
        base, index = ref_of(signal)
        rows = self._run(self._results_of[jit])[-len(self._probed) :]
        return rows[self._probed.index(base)][:, index]

    def gradients(self, jit=False):
        """Return gradients of the sum by homes, a dict from their numbers."""
        found = self._run(self._results_of[jit])[1 : 1 + len(self.floats)]
        return dict(zip(self.floats, found))

    def differences(self, number):
        """Yield directions of a home, and the central difference of the sum in each."""
        total = self._results_of[False][0]
        for _ in range(N_DIRECTIONS):
            direction = self._rng.standard_normal(self.homes[number].shape)
            difference = 0
            for times, weight in STENCIL.items():
                homes = list(self.homes)
                homes[number] = homes[number] + times * DELTA * direction
                difference += weight / DELTA * self._run(total, homes)
            yield direction, difference

    def check(self):
        """Compare gradients with differences, with XLA and without."""
        modes = [False, True] if self.compiles else [False]
        found = {jit: self.gradients(jit) for jit in modes}
        for number in self.floats:
            for direction, difference in self.differences(number):
                for jit in modes:
                    gradient = found[jit][number]
                    scale = max(1.0, np.linalg.norm(gradient))
                    along = np.sum(gradient * direction)
                    assert abs(along - difference) <= LIMIT * scale, (
                        f"{self.layout.homes[number].bases}, jit={jit}: gradient"
                        f" {along}, difference {difference}"
                    )

    def has_gradient(self, bases):
        """Say whether the gradient by one of these signals is not zero."""
        found = self.gradients()
        bases = {stored(signal.base) for signal in bases}
        homes = {self.layout.place[b].home for b in bases if b in self.layout.place}
        return any(np.any(found[home]) for home in homes if home in found)

    def close(self):
        """Free the session."""
        self._session.close()


def _groups(ops):
    groups = {}
    for op in ops:
        key = merge_key(op)
        groups.setdefault(op if key is None else key, []).append(op)
    return [tuple(group) for group in groups.values()]


@pytest.fixture
def trained_step():
    """Make steps that are closed after the test."""
    made = []

    def make(ops, **kwargs):
        made.append(TrainedStep(ops, **kwargs))
        return made[-1]

    yield make
    for step in made:
        step.close()


@pytest.fixture(scope="session")
def examples():
    """The examples of the core's tests: operators for all rules, neurons, processes."""
    folder = Path(__file__).parents[3] / "nengodl-core" / "tests" / "lower"
    found = runpy.run_path(str(folder / "test_every_rule.py"))
    make = runpy.run_path(str(folder / "conftest.py"))["MAKE"]
    return types.SimpleNamespace(
        make=make,
        operators=found["OPERATORS"],
        neurons_of=found["neurons_of"],
        neuron_types=found["NEURON_TYPES"],
        process_types=found["PROCESS_TYPES"],
    )
