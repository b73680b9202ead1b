# SPDX-License-Identifier: MIT
"""A few operators as a program of their own, and the same operators in NumPy."""

from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
import tensorflow as tf
from nengo.builder.operator import Copy
from nengo.builder.signal import Signal, SignalDict

from nengo_dl.compat.tensorflow import compile_with_xla, v1
from nengo_dl.kernels import Kernels
from nengo_dl.layout import check_layout, make_layout
from nengo_dl.lower.context import Environment
from nengo_dl.lower.entries import make_entries
from nengo_dl.lower.hosted import HOSTED, HostedSteps
from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.registry import rule_for
from nengo_dl.lower.schedule import make_schedule
from nengo_dl.lower.step import Step
from nengo_dl.runtime.variables import Variables
from nengo_dl.signals import entries, is_sparse, stored, view_of


class Setting(NamedTuple):
    """How operators are computed: what `nengo_dl.types.Settings` says for models."""

    minibatch: int
    dtype: str
    dt: float
    seed: int
    jit: bool
    kernels: Kernels


def written_bases(op: Any) -> List[Any]:
    """List the base signals that an operator writes, as it says itself."""
    return list(dict.fromkeys(s.base for s in op.sets + op.incs + op.updates))


class Trial:
    """
    Groups of operators, compiled as a program of one step.

    Parameters
    ----------
    plan : sequence of sequence of nengo.builder.Operator
        Groups in order.
    values : dict
        First value of each base signal, of shape (minibatch, *shape).
    shared : set of nengo.builder.Signal
        Base signals which are the same for all items.
    setting : Setting
        How to compute.

    Attributes
    ----------
    early : dict
        Base signals that are compared as they are when a step starts, for each the
        signal that shows it: a deferred result must not be looked at when it ends.
    watched : list of nengo.builder.Signal
        Base signals that are compared as they are when a step ends.
    """

    def __init__(
        self,
        plan: Sequence[Sequence[Any]],
        values: Dict[Any, np.ndarray],
        shared: Any,
        setting: Setting,
    ):
        self.values = values
        self.shared = shared
        self.setting = setting
        rules = [rule_for(group[0]) for group in plan]
        # not by XLA, as the host has to be called
        self._hosted = HOSTED in rules and not setting.kernels.compiles_host_call
        self.early = {
            ref.base: Signal(np.zeros(ref.base.shape), name=f"{ref.base.name}.seen")
            for group in plan
            if rule_for(group[0]).deferred
            for op in group
            for ref, _ in rule_for(op).operands(op).writes
        }
        shown = [(Copy(base, seen),) for base, seen in self.early.items()]
        self.entries = make_entries(shown + list(plan), self._find_watched(plan))
        self.watched = self._find_watched(plan)
        probed = self.watched + list(self.early.values())
        self.layout = make_layout(self.entries, (), probed)
        check_layout(self.layout)
        refs = [ref_of(signal) for signal in probed]
        self.schedule = make_schedule(self.entries, self.layout, (), refs)
        self._shapes = [tuple(signal.shape) for signal in probed]
        self._homes = [self._pack(home) for home in self.layout.homes]
        self._construct()

    def _find_watched(self, plan):
        """Find what both sides write; states may be kept elsewhere than by nengo."""
        watched: Dict[Any, None] = {}
        for group in plan:
            for op in group:
                touched = rule_for(op).operands(op)
                refs = [ref for ref, _ in touched.writes] + list(touched.states)
                known = {ref.base for ref in refs} - set(self.early)
                watched.update((b, None) for b in written_bases(op) if b in known)
        return list(watched)

    def _construct(self):
        batch, dtype = self.setting.minibatch, tf.as_dtype(self.setting.dtype)
        hosted = HostedSteps(self.setting.dt, batch, self.setting.dtype)
        setting = self.setting
        kernels = setting.kernels.inside_xla() if setting.jit else setting.kernels
        step = Step(
            self.schedule,
            Environment(setting.dt, dtype, batch, kernels, hosted, Variables()),
        )

        def function(*args):
            feed = tf.zeros((batch, 0), dtype)
            constants = [
                tf.constant(np.reshape(value, (1, -1)), dtype)
                for _, value in self.schedule.constants
            ]
            result = step(args[:-1], feed, constants, args[-1])
            # nothing at all is nothing that XLA could compile
            with tf.control_dependencies(result.calls):
                first = tf.identity(args[-1])
            return [first] + result.state + result.probes + result.kept

        graph = tf.Graph()
        with graph.as_default():
            self._inputs = [v1.placeholder(h.dtype, h.shape) for h in self._homes]
            self._inputs.append(v1.placeholder(tf.int32, ()))
            self._results = function(*self._inputs)
            if setting.jit and not self._hosted:
                # again: functions of the user make their variables in the first call
                self._results = compile_with_xla(function, self._inputs)
            start = v1.global_variables_initializer()
        self._session = v1.Session(graph=graph)
        self._session.run(start)
        hosted.reset(lambda op: [self._stream() for _ in range(batch)])

    def _stream(self):
        return np.random.RandomState(self.setting.seed)

    def _pack(self, home):
        shared = not home.changes and self.shared.issuperset(home.bases)
        batch = 1 if shared else self.setting.minibatch
        flat = np.empty((batch, home.length))
        for base, place in zip(home.bases, home.places(0)):
            where = np.arange(base.size) * place.stride + place.offset
            flat[:, where] = self.values[base][:batch].reshape((batch, -1))
        kinds = {"f": self.setting.dtype, "b": bool}
        dtype = kinds.get(np.dtype(home.bases[0].dtype).kind, np.int32)
        return flat.reshape((batch,) + home.shape).astype(dtype)

    def run(self, number: int) -> List[np.ndarray]:
        """
        Run one step, after reading anew what no operator writes from `values`.

        Parameters
        ----------
        number : int
            Number of the step, from 1.

        Returns
        -------
        list of np.ndarray
            Values, of shape (minibatch or 1, *shape), of the watched signals and then
            of those shown early.
        """
        for i, home in enumerate(self.layout.homes):
            if not home.changes:
                self._homes[i] = self._pack(home)
        feed = dict(zip(self._inputs, self._homes + [number]))
        results = self._session.run(self._results, feed)[1:]
        changing = sorted(self.schedule.state)
        for i, value in zip(changing, results):
            self._homes[i] = value
        return [
            np.reshape(value, (-1,) + shape)
            for value, shape in zip(results[len(changing) :], self._shapes)
        ]

    def close(self) -> None:
        """Free the session."""
        self._session.close()


class _Matrix:
    """A sparse matrix with values that change; nengo's steps only multiply with it."""

    def __init__(self, signal, data):
        self.shape = signal.shape
        self.rows, self.columns, _ = entries(signal)
        self.data = data

    def dot(self, x):
        """Product with a vector or a column."""
        dense = np.zeros(self.shape)
        np.add.at(dense, (self.rows, self.columns), self.data)
        return dense.dot(x)


def _array(signal, values):
    """Make what a NumPy step gets for a signal, from the values of its base."""
    return _Matrix(signal, values) if is_sparse(signal) else view_of(values, signal)


class Reference:
    """
    Operators run by their own NumPy steps, once for each item of a minibatch.

    Parameters
    ----------
    ops : sequence of nengo.builder.Operator
        Operators in order.
    values : dict
        First value of each base signal, of shape (minibatch, *shape).
    setting : Setting
        How to compute.
    """

    def __init__(
        self, ops: Sequence[Any], values: Dict[Any, np.ndarray], setting: Setting
    ):
        self._items = [
            self._make_item(ops, values, i, setting) for i in range(setting.minibatch)
        ]

    @staticmethod
    def _make_item(ops, values, item, setting) -> Tuple:
        signals = SignalDict()
        for op in ops:
            for signal in op.all_signals:
                base = stored(signal.base)
                # past SignalDict's checks: read-only signals get values of ours, too
                if base not in signals:
                    value = np.array(values[base][item], base.dtype)
                    dict.__setitem__(signals, base, value)
                dict.__setitem__(signals, signal, _array(signal, signals[base]))
            op.init_signals(signals)
        rng = np.random.RandomState(setting.seed)
        return signals, [op.make_step(signals, setting.dt, rng) for op in ops]

    def put(self, base: Any, values: np.ndarray) -> None:
        """Give a base signal new values, of shape (minibatch, *shape)."""
        for (signals, _), value in zip(self._items, values):
            signals[base][...] = value

    def get(self, base: Any) -> np.ndarray:
        """Return the values of a base signal, of shape (minibatch, *shape)."""
        return np.stack([signals[base] for signals, _ in self._items])

    def run(self) -> None:
        """Run one step."""
        for _, steps in self._items:
            for step in steps:
                step()
