# SPDX-License-Identifier: MIT
"""Compute on the host what the steps of a block are fed with, as nengo would."""

from typing import Any, Callable, Dict, List, Optional, Sequence

import nengo
import numpy as np
from nengo.builder.operator import SimPyFunc
from nengo.utils.graphs import toposort
from nengo.utils.simulator import operator_dependency_graph

from nengo_dl.errors import NodeOutputError
from nengo_dl.utils import function_name

# nengo's own range of seeds
MAX_SEED = np.iinfo(np.int32).max


class HostInputs:
    """
    The values of everything that depends on nothing but time.

    Parameters
    ----------
    feeds : sequence of HostFeed
        What is fed, side by side.
    hosted : sequence of nengo.builder.Operator
        Functions that are called for their side effects only.
    model : nengo.builder.Model
        The built model.
    batch : int
        Number of items.
    dtype : np.dtype
        Type of the fed values.
    """

    def __init__(self, feeds, hosted, model, batch, dtype):
        self.feeds = feeds
        self.hosted = hosted
        self.model = model
        self.batch = batch
        self.dtype = np.dtype(dtype)
        self.dt = model.dt
        self.width = sum(op.feed.size for op in feeds)
        self._steps: Dict[Any, List[Callable]] = {}

    def reset(self, seed: int) -> None:
        """Make all functions and processes anew, with nengo's random streams."""
        rng = np.random.RandomState(seed)
        sources = [feed.source for feed in self.feeds if not _is_node(feed.source)]
        sources += list(self.hosted)
        processes = {op for op in sources if not isinstance(op, SimPyFunc)}
        streams = _streams(self.model, processes, rng, self.batch) if processes else {}
        self._steps = {
            op: _process_steps(op, streams[op], self.dt)
            if op in processes
            else [_function_step(op)]
            for op in sources
        }

    def block(
        self, start: int, n_steps: int, data: Dict[Any, np.ndarray], out: np.ndarray
    ) -> None:
        """
        Fill the feed for a block.

        Parameters
        ----------
        start : int
            Number of steps before the block.
        n_steps : int
            Number of steps in it.
        data : dict
            Values for some nodes, of shape (batch, n_steps, size).
        out : np.ndarray, shape (at least n_steps, batch, width)
            Where to write.
        """
        column, computed = 0, []
        for feed in self.feeds:
            view = out[:n_steps, :, column : column + feed.feed.size]
            column += feed.feed.size
            given = data.get(self._node(feed))
            if given is not None:
                view[...] = np.swapaxes(given, 0, 1)
            elif _is_node(feed.source):
                view[...] = _constant(feed)
            else:
                computed.append((self._steps[feed.source], view, feed.feed.shape))
        called = [self._steps[op] for op in self.hosted]
        for i in range(n_steps):
            time = (start + i + 1) * self.dt
            for steps, view, shape in computed:
                _fill(steps, time, view[i], shape)
            for steps in called:
                for step in steps:
                    step(time)

    def _node(self, feed) -> Optional[Any]:
        if _is_node(feed.source):
            return feed.source
        return self._node_of.get(feed.output)

    @property
    def _node_of(self):
        if not hasattr(self, "_nodes"):
            self._nodes = {
                self.model.sig[node].get("out"): node
                for node in list(self.model.params)
                if _is_node(node) and node.size_in == 0
            }
        return self._nodes


def _is_node(source):
    return isinstance(source, nengo.Node)


def _constant(feed):
    # the built signal, not node.output, which the user may have changed since
    return feed.output.initial_value.ravel()


def _fill(steps, time, row, shape):
    if len(steps) == 1:
        row[...] = np.broadcast_to(steps[0](time), shape).reshape(-1)
    else:
        for item, step in enumerate(steps):
            row[item] = np.broadcast_to(step(time), shape).reshape(-1)


def _function_step(op):
    function, output = op.fn, op.output

    def step(time):
        value = function(time)
        if output is None:
            return None
        return _checked(value, function, output.shape, time)

    return step


def _checked(value, function, shape, time):
    """Return the function's value as an array, or say what is wrong with it."""
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise NodeOutputError(function_name(function), time, value, "a number or array")
    if value is None or not np.all(np.isfinite(array)):
        raise NodeOutputError(function_name(function), time, value, "finite numbers")
    if array.size not in (1, int(np.prod(shape))):
        raise ValueError(
            "Node function {!r} returned {} values at t={:g} where its size_out is "
            "{}.".format(function_name(function), array.size, time, int(np.prod(shape)))
        )
    return array.reshape(shape) if array.size == np.prod(shape) else array


def _streams(model, processes, rng, batch) -> Dict[Any, List[np.random.RandomState]]:
    """Random generators of processes: nengo's for the first item, more for the others."""
    order = toposort(operator_dependency_graph(model.operators))
    first = {}
    for op in order:
        if hasattr(op, "process"):
            first[op] = op.process.get_rng(rng)
    streams = {}
    for op in order:
        if op in processes:
            seeded = op.process.seed is not None
            others = [
                op.process.get_rng(rng)
                if seeded
                else np.random.RandomState(rng.randint(MAX_SEED))
                for _ in range(batch - 1)
            ]
            streams[op] = [first[op]] + others
    return streams


def _process_steps(op, rngs: Sequence[np.random.RandomState], dt) -> List[Callable]:
    shape_in, shape_out = (0,), op.output.shape
    steps = []
    for rng in rngs:
        if hasattr(op, "state"):  # nengo >= 3 hands states in
            state = {name: sig.initial_value.copy() for name, sig in op.state.items()}
            step = op.process.make_step(shape_in, shape_out, dt, rng, state)
        else:
            step = op.process.make_step(shape_in, shape_out, dt, rng)
        steps.append(step)
    return steps
