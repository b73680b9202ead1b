# SPDX-License-Identifier: MIT
"""Operators that run on the host, inside the loop, by their own NumPy steps.

An operator without a formula in TensorFlow (a Python function, a process or neuron type of
the user's) still has nengo's `make_step`. Each item of the minibatch gets a step of its
own; the values it reads are put into its arrays before, and taken out of them behind.
"""

import copy
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
import tensorflow as tf
from nengo.builder.signal import SignalDict
from nengo.exceptions import SimulationError

from nengo_dl.errors import HostFunctionError, NodeOutputError
from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.rule import Operands, Rule
from nengo_dl.utils import function_name


def time_of(op: Any) -> Optional[Any]:
    """Return the signal of simulated time that an operator reads, None if none."""
    return getattr(op, "t", None)


def read_signals(op: Any) -> List[Any]:
    """List what an operator reads, without time, which the host knows exactly."""
    return [signal for signal in op.reads if signal is not time_of(op)]


def state_signals(op: Any) -> List[Any]:
    """List the signals that an operator keeps from step to step: nengo's `state`."""
    # the attribute is a dict in nengo >= 3, of processes from 3.0 and neurons from 3.1 on
    state = getattr(op, "state", None)
    if state is None:
        state = getattr(op, "states", [])
    return list(state.values()) if isinstance(state, dict) else list(state)


def _outputs(op) -> List[Tuple[Any, str]]:
    states = state_signals(op)
    return [
        (signal, mode)
        for mode in ("set", "inc", "update")
        for signal in getattr(op, mode + "s")
        if signal not in states
    ]


def hosted_operands(op: Any) -> Operands:
    """Separate what is kept from step to step from what is only written."""
    return Operands(
        tuple(ref_of(signal) for signal in read_signals(op)),
        tuple(ref_of(signal) for signal in state_signals(op)),
        tuple((ref_of(signal), mode) for signal, mode in _outputs(op)),
    )


def _shapes(op):
    touched = hosted_operands(op)
    refs = touched.reads + touched.states + tuple(ref for ref, _ in touched.writes)
    modes = tuple(mode for _, mode in touched.writes)
    return tuple(ref.shape for ref in refs), modes


def lower_on_host(ctx, *tensors: tf.Tensor):
    """Call the NumPy steps of operators with what they read and what they keep."""
    touched = hosted_operands(ctx.ops[0])
    refs = [ref for ref, _ in touched.writes] + list(touched.states)
    shapes = [(ctx.batch, len(ctx.ops)) + ref.shape for ref in refs]
    types = [ctx.type_of(ref.base.dtype) for ref in refs]
    group = ctx.hosted.group(ctx.ops, [kind.as_numpy_dtype for kind in types])
    return tuple(ctx.call_host(group, [ctx.step, *tensors], types, shapes))


# Operators with operands of equal shapes share one call, which costs more than most of
# what is called (41 us with tf.numpy_function, TF 2.21).
HOSTED = Rule(lower_on_host, _shapes, hosted_operands)


class HostedSteps:
    """
    The NumPy steps of all operators of a program that run inside its loop.

    Parameters
    ----------
    dt : float
        Length of a step, in seconds.
    batch : int
        Number of items.
    dtype : np.dtype
        Type of floating point values.

    Attributes
    ----------
    error : HostFunctionError, NodeOutputError or None
        The first error since it was last set to None: TensorFlow's own, which ends the
        loop, only has its text.
    """

    def __init__(self, dt: float, batch: int, dtype: Any):
        self.dt = dt
        self.batch = batch
        self.dtype = np.dtype(dtype)
        self.error: Union[HostFunctionError, NodeOutputError, None] = None
        self._groups: Dict[Tuple, HostedGroup] = {}
        self._items: Dict[Any, List[HostedItem]] = {}

    @property
    def operators(self) -> List[Any]:
        """List of nengo.builder.Operator: those that have steps here."""
        return [op for ops in self._groups for op in ops]

    def group(self, ops: Tuple, types: Sequence[Any]) -> "HostedGroup":
        """Return the function that runs a group, the same at each call."""
        if ops not in self._groups:
            self._groups[ops] = HostedGroup(self, ops, types)
        return self._groups[ops]

    def items(self, op: Any) -> List["HostedItem"]:
        """Return the steps of an operator, one for each item."""
        return self._items[op]

    def reset(self, streams: Callable[[Any], Sequence[np.random.RandomState]]) -> None:
        """Make all steps anew, with the random streams of each operator's items."""
        self._items = {
            op: [HostedItem(op, rng, i, self) for i, rng in enumerate(streams(op))]
            for op in self.operators
        }

    def restart(self) -> None:
        """
        Make the steps anew that have run, as some keep more than nengo's signals.

        Random streams go on, and are other ones from then on.
        """
        for op, items in self._items.items():
            self._items[op] = [item.restarted() for item in items]

    def swap(self, items: Optional[Dict] = None) -> Dict:
        """Put other steps in place of the present ones, and return those."""
        before, self._items = self._items, {} if items is None else items
        return before


class HostedItem:
    """One operator's step for one item, and the arrays that it works on."""

    def __init__(self, op, rng, number: int, owner: HostedSteps):
        self._arguments = (op, rng, number, owner)
        self._op, self._noted = op, _Noting(getattr(op, "fn", None))
        self._has_run = False
        reads, states, written = read_signals(op), state_signals(op), _outputs(op)
        outputs = [signal for signal, _ in written]
        self._signals = SignalDict()
        for signal in reads + states + outputs:
            self._add(signal, owner.dtype)
        self._time = time_of(op)
        if self._time is not None:
            dict.__setitem__(self._signals, self._time, np.zeros(()))
        self.inputs = [self._signals[signal] for signal in reads + states]
        self.outputs = [self._signals[signal] for signal in outputs + states]
        self._increments = [
            self._signals[signal] for signal, mode in written if mode == "inc"
        ]
        op = _with_streams(op, rng, number)
        if hasattr(op, "fn"):
            op = copy.copy(op)
            op.fn = self._noted
        self._step = op.make_step(self._signals, owner.dt, rng)

    def _add(self, signal, dtype):
        if signal not in self._signals:
            kind = dtype if np.dtype(signal.dtype).kind == "f" else signal.dtype
            value = np.array(signal.initial_value, kind)
            dict.__setitem__(self._signals, signal, value)

    def restarted(self) -> "HostedItem":
        """Return an item that has not run yet."""
        return HostedItem(*self._arguments) if self._has_run else self

    def explain(self, time: float, error: BaseException) -> SimulationError:
        """Say whose fault an error of the last step is; nengo's does not show values."""
        function = getattr(self._op, "fn", self._op)
        name = function_name(function, sanitize=False)
        if not self._noted.returned or not self.outputs:
            return HostFunctionError(name, time, error)
        expected = f"finite numbers of shape {self.outputs[0].shape}"
        return NodeOutputError(name, time, self._noted.returned[0], expected, error)

    def run(self, time: float, values: Sequence[np.ndarray]) -> List[np.ndarray]:
        """Run one step; return what it wrote."""
        self._has_run = True
        if self._time is not None:
            self._signals[self._time][...] = time
        for array, value in zip(self.inputs, values):
            array[...] = value
        for array in self._increments:
            array[...] = 0
        self._step()
        return self.outputs


class _Noting:
    """The function of a node, which notes what its last call returned."""

    def __init__(self, function):
        self._function = function
        self.returned: Tuple[Any, ...] = ()

    def __call__(self, *arguments):
        self.returned = ()
        value = self._function(*arguments)
        self.returned = (value,)
        return value


def _with_streams(op, rng, number):
    """Give an operator that holds random generators (neurons) some of its own."""
    extra = getattr(op, "state_extra", None)
    if not extra:
        return op
    op = copy.copy(op)
    op.state_extra = {
        name: copy.deepcopy(stream)
        if number == 0
        else np.random.RandomState(rng.randint(np.iinfo(np.int32).max))
        for name, stream in extra.items()
    }
    return op


class HostedGroup:
    """Runs a group of operators for all items: arrays in, arrays out."""

    def __init__(self, owner: HostedSteps, ops: Tuple, types: Sequence[Any]):
        self._owner = owner
        self._ops = ops
        self._types = list(types)

    def __call__(self, step: np.ndarray, *arrays: np.ndarray) -> List[np.ndarray]:
        """
        Run one step.

        Parameters
        ----------
        step : np.ndarray, shape ()
            Number of the step, from 1.
        *arrays : np.ndarray, shape (minibatch or 1, n_operators, *shape)
            What is read, and what is kept.

        Returns
        -------
        list of np.ndarray, shape (minibatch, n_operators, *shape)
            What is written, and what is kept.
        """
        time = int(step) * self._owner.dt
        items_of = [self._owner.items(op) for op in self._ops]
        results: List[List[List[np.ndarray]]] = [[] for _ in self._types]
        for number in range(self._owner.batch):
            rows = [
                self._run(items[number], op, time, _select(arrays, number, i))
                for i, (op, items) in enumerate(zip(self._ops, items_of))
            ]
            for k, result in enumerate(results):
                # copied now: the arrays are overwritten by the next step
                result.append(np.array([row[k] for row in rows], self._types[k]))
        return [np.array(result) for result in results]

    def _run(self, item, op, time, values):
        try:
            return item.run(time, values)
        except BaseException as error:  # TensorFlow would turn any into one of its own
            if self._owner.error is None:
                self._owner.error = item.explain(time, error)
            raise


def _select(arrays, number, i):
    return [array[number if len(array) > 1 else 0, i] for array in arrays]
