# SPDX-License-Identifier: MIT
"""The time loop over at most C steps, the same in XLA and outside.

The number of steps is an input, so one compilation serves all runs; C bounds what is fed
and recorded at a time.
"""

from typing import Callable, List, NamedTuple, Tuple

import tensorflow as tf

from nengo_dl.compat.tensorflow import compile_with_xla, v1
from nengo_dl.loop.record import ArrayRecord, ScatterRecord


class Block(NamedTuple):
    """
    What is fixed when the program is made.

    Parameters
    ----------
    step : callable
        ``step(homes, feed, constants, number) -> result`` with `state`, `probes` and
        `kept`.
    changing : tuple of int
        Which homes change, in the order of the step's `state`.
    unroll : int
        Steps in one iteration.
    rows : tuple of int
        Number of rows recorded for each probe.
    sampled : tuple of bool
        For each probe whether the row of a step is given; else it is the step's number
        in the block.
    jit : bool
        Whether XLA compiles the loop.
    """

    step: Callable
    changing: Tuple[int, ...]
    unroll: int
    rows: Tuple[int, ...]
    sampled: Tuple[bool, ...]
    jit: bool


class BlockInputs(NamedTuple):
    """
    What a block starts from.

    Parameters
    ----------
    homes : list of tf.Tensor
        Value of each home, shape (1 or minibatch, elements).
    constants : list of tf.Tensor
        Constants of the step, each of shape (1, elements).
    feed : tf.Tensor, shape (C, minibatch, elements)
        Fed values.
    slots : tf.Tensor, shape (C, number of sampled probes)
        Rows in which to record, int32.
    start : tf.Tensor, shape ()
        Number of steps done before, int32.
    n_steps : tf.Tensor, shape ()
        Number of steps to do, a multiple of `unroll`, int32.
    """

    homes: List[tf.Tensor]
    constants: List[tf.Tensor]
    feed: tf.Tensor
    slots: tf.Tensor
    start: tf.Tensor
    n_steps: tf.Tensor


class BlockResults(NamedTuple):
    """
    What a block gives.

    Parameters
    ----------
    state : list of tf.Tensor
        The changed homes, in order.
    rows : list of tf.Tensor
        For each probe its rows, shape (rows, 1 or minibatch, elements).
    kept : list of tf.Tensor
        Nothing of use, but whoever runs the block must depend on it, or XLA does not
        keep it (see `Context.keep`).
    """

    state: List[tf.Tensor]
    rows: List[tf.Tensor]
    kept: List[tf.Tensor]


def run_block(block: Block, inputs: BlockInputs) -> BlockResults:
    """
    Write a block of steps into the current graph.

    Parameters
    ----------
    block : Block
        What is fixed.
    inputs : BlockInputs
        What it starts from.

    Returns
    -------
    BlockResults
        State behind the block, and what was recorded.
    """
    n_homes, n_constants = len(inputs.homes), len(inputs.constants)
    flat = list(inputs.homes) + list(inputs.constants) + list(inputs[2:])

    def program(*args):
        split = n_homes + n_constants
        given = BlockInputs(list(args[:n_homes]), list(args[n_homes:split]), *args[split:])
        return _Loop(block, given).run()

    results = compile_with_xla(program, flat) if block.jit else program(*flat)
    return BlockResults(*_split(results, len(block.changing), len(block.rows)))


def _split(items, *lengths):
    """Cut a list into parts of the given lengths, and the rest."""
    parts, items = [], list(items)
    for length in lengths:
        parts.append(items[:length])
        items = items[length:]
    return parts + [items]


class _Loop:
    """The loop's variables: a counter, state, buffers, kept tensors of each step."""

    def __init__(self, block: Block, inputs: BlockInputs):
        self.block = block
        self.inputs = inputs
        self.record = ArrayRecord() if block.jit else ScatterRecord()

    def run(self) -> List[tf.Tensor]:
        """Write the loop down; return state, recorded rows and kept tensors."""
        trial = _trial(self.block, self.inputs)
        buffers = [
            self.record.start(rows, shape, dtype)
            for rows, (shape, dtype) in zip(self.block.rows, trial.probes)
        ]
        state = [self.inputs.homes[number] for number in self.block.changing]
        kept = [tf.zeros(*spec) for spec in trial.kept] if self.block.jit else []
        variables = [tf.constant(0)] + state + buffers + kept * self.block.unroll
        # one iteration at a time: state is carried anyway, and feeds must not pile up
        results = tf.while_loop(
            lambda i, *_: i < self.inputs.n_steps,
            self._body,
            variables,
            parallel_iterations=1,
        )
        if len(variables) == 1:  # TensorFlow 1.14 takes the only variable out of the list
            return []
        state, buffers, kept = _split(results[1:], len(state), len(buffers))
        return state + [self.record.finish(buffer) for buffer in buffers] + kept

    def _body(self, i, *carried):
        n_state, n_rows = len(self.block.changing), len(self.block.rows)
        state, buffers, _ = _split(carried, n_state, n_rows)
        kept: List[tf.Tensor] = []
        for k in range(self.block.unroll):
            result, slots = self._step(i + k, state)
            state = result.state
            kept += result.kept if self.block.jit else []
            buffers = [
                self.record.write(*args) for args in zip(buffers, slots, result.probes)
            ]
        return [i + self.block.unroll] + state + buffers + kept

    def _step(self, i, state):
        homes = list(self.inputs.homes)
        for number, value in zip(self.block.changing, state):
            homes[number] = value
        feed = tf.gather(self.inputs.feed, i)
        number = self.inputs.start + i + 1
        result = self.block.step(homes, feed, self.inputs.constants, number)
        return result, self._slots(i)

    def _slots(self, i):
        """Row of each probe's buffer in which to record step `i` of the block."""
        given = tf.gather(self.inputs.slots, i)
        columns = iter(range(sum(self.block.sampled)))
        return [given[next(columns)] if sampled else i for sampled in self.block.sampled]


class _Trial(NamedTuple):
    """Shapes and types of what a step probes and keeps."""

    probes: List[Tuple]
    kept: List[Tuple]


def _trial(block, inputs) -> _Trial:
    """Write one step into a graph that is thrown away."""
    with tf.Graph().as_default():
        homes, constants, feed = [
            [v1.placeholder(t.dtype, t.shape) for t in tensors]
            for tensors in (inputs.homes, inputs.constants, [inputs.feed])
        ]
        result = block.step(homes, feed[0][0], constants, tf.constant(1))
        return _Trial(
            *[
                [(tuple(map(int, t.shape)), t.dtype) for t in tensors]
                for tensors in (result.probes, result.kept)
            ]
        )
