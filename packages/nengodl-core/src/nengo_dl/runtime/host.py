# SPDX-License-Identifier: MIT
"""Compute on the host what the steps of a block are fed with, as nengo would."""

import math
from typing import Any, Callable, Dict, Iterator, List, Tuple

import nengo
import numpy as np
from nengo.builder.operator import SimPyFunc

from nengo_dl.errors import NodeOutputError
from nengo_dl.runtime.processes import ProcessRows, process_rows, random_streams
from nengo_dl.utils import function_name


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
    inner : nengo_dl.lower.hosted.HostedSteps
        Operators that run on the host inside the loop.
    """

    def __init__(self, feeds, hosted, model, batch, dtype, inner):
        self.feeds = feeds
        self.hosted = hosted
        self.model = model
        self.batch = batch
        self.dtype = np.dtype(dtype)
        self.dt = model.dt
        self.inner = inner
        self.width = sum(op.feed.size for op in feeds)
        self._functions: Dict[Any, Callable] = {}
        self._processes: Dict[Any, ProcessRows] = {}
        self._used: List[ProcessRows] = []

    def reset(self, seed: int) -> None:
        """Make all functions and processes anew, with nengo's random streams."""
        sources = [feed.source for feed in self.feeds if not _is_node(feed.source)]
        sources += list(self.hosted)
        self._functions = {
            op: _function_step(op.fn, op.output.shape)
            for op in sources
            if isinstance(op, SimPyFunc) and op.output is not None
        }
        drawing = [op for op in sources if not isinstance(op, SimPyFunc)]
        self._processes = process_rows(self.model, drawing, seed, self.batch)
        streams = random_streams(self.model, self.inner.operators, seed, self.batch)
        self.inner.reset(streams.__getitem__)

    def fresh(self, seed: int) -> Any:
        """
        Make all functions and processes anew, and return the present ones.

        Parameters
        ----------
        seed : int
            Seed of the simulation.

        Returns
        -------
        object
            For `put_back`.
        """
        before = self._functions, self._processes, self.inner.swap()
        self.reset(seed)
        return before

    def put_back(self, before: Any) -> None:
        """Put functions and processes back that `fresh` returned."""
        self._functions, self._processes, items = before
        self.inner.swap(items)

    def block(
        self, start: int, n_steps: int, data: Dict[Any, np.ndarray], out: np.ndarray
    ) -> None:
        """
        Fill the feed for a block; if this fails, it may be done again.

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
        times = [(start + i + 1) * self.dt for i in range(n_steps)]
        calls = []
        self._used = []
        for feed, view in self.views(out[:n_steps]):
            given = data.get(self.node(feed))
            if given is not None:
                view[...] = np.swapaxes(given, 0, 1)
            elif _is_node(feed.source):
                # the built signal, not node.output, which the user may have changed since
                view[...] = feed.output.initial_value.ravel()
            elif feed.source in self._processes:
                self._used.append(self._processes[feed.source])
                self._used[-1].read(times, view)
            else:
                calls.append((self._functions[feed.source], view))
        hosted = [op.fn for op in self.hosted]
        for i, time in enumerate(times):
            for function, view in calls:
                view[i] = function(time)
            for function in hosted:
                function(time)

    def advance(self, n_steps: int) -> None:
        """Take note that the steps of the last block have run."""
        for process in self._used:
            process.advance(n_steps)

    def views(self, out: np.ndarray) -> Iterator[Tuple[Any, np.ndarray]]:
        """Yield each feed with its columns of an array of (..., width)."""
        column = 0
        for feed in self.feeds:
            yield feed, out[..., column : column + feed.feed.size]
            column += feed.feed.size

    def node(self, feed: Any) -> Any:
        """Return the input node that a feed is of, None if there is none."""
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


def _function_step(function, shape):
    """Return a function from time to the flat, checked value of `function`."""
    row = np.empty(shape)
    flat = row.reshape(-1)

    def step(time):
        value = function(time)
        try:
            row[...] = value
        except (TypeError, ValueError):
            raise _wrong_value(function, time, value, shape) from None
        if value is None or not _all_finite(flat):
            name = function_name(function)
            raise NodeOutputError(name, time, value, "finite numbers")
        return flat

    return step


def _all_finite(flat):
    # for one value 0.2 us, where NumPy takes 1 to 2 (nengo's own step takes about 5)
    if flat.size < 16:
        return all(map(math.isfinite, flat.tolist()))
    return np.isfinite(flat).all()


def _wrong_value(function, time, value, shape):
    """Say why a value can't be that of a signal."""
    name = function_name(function)
    try:
        received = np.asarray(value, dtype=float).shape
    except (TypeError, ValueError):
        return NodeOutputError(name, time, value, "a number or array")
    return ValueError(
        f"Node function {name!r} returned a value of shape {received} at t={time:g} s,"
        f" where its node has the shape {tuple(shape)}. Return as many values as size_out."
    )
