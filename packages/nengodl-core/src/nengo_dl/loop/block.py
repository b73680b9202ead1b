# SPDX-License-Identifier: MIT
"""The time loop over at most C steps, the same in XLA and outside.

The number of steps is an input, so one compilation serves all runs; C bounds what is fed
and recorded at a time.
"""

from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple

import tensorflow as tf

from nengo_dl.compat.tensorflow import compile_with_xla
from nengo_dl.loop.record import ArrayRecord, ScatterRecord


class Block(NamedTuple):
    """
    What is fixed when the program is made.

    Parameters
    ----------
    step : callable
        ``step(homes, feed, constants, number) -> result`` with `state` and `probes`.
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


def run_block(block: Block, inputs: BlockInputs) -> Tuple[List, List]:
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
    (list of tf.Tensor, list of tf.Tensor)
        The changed homes, and for each probe its rows, of shape (rows, 1 or minibatch,
        elements).
    """
    n_homes, n_constants = len(inputs.homes), len(inputs.constants)
    flat = list(inputs.homes) + list(inputs.constants) + list(inputs[2:])

    def program(*args):
        split = n_homes + n_constants
        given = BlockInputs(list(args[:n_homes]), list(args[n_homes:split]), *args[split:])
        return _loop(block, given)

    results = compile_with_xla(program, flat) if block.jit else program(*flat)
    n_state = len(block.changing)
    return results[:n_state], results[n_state:]


def _loop(block, inputs):
    record = ArrayRecord() if block.jit else ScatterRecord()
    shapes = _probe_shapes(block, inputs)
    buffers = [record.start(n, shape, kind) for n, (shape, kind) in zip(block.rows, shapes)]
    state = [inputs.homes[number] for number in block.changing]
    n_state = len(state)

    def body(i, *carried):
        state, buffers = list(carried[:n_state]), list(carried[n_state:])
        for k in range(block.unroll):
            state, buffers = _step(block, inputs, record, i + k, state, buffers)
        return [i + block.unroll] + state + buffers

    variables = [tf.constant(0)] + state + buffers
    # one iteration at a time: state is carried anyway, and feeds must not pile up
    results = tf.while_loop(
        lambda i, *_: i < inputs.n_steps, body, variables, parallel_iterations=1
    )
    state, buffers = results[1 : n_state + 1], results[n_state + 1 :]
    return list(state) + [record.finish(buffer) for buffer in buffers]


def _step(block, inputs, record, i, state, buffers):
    homes = list(inputs.homes)
    for number, value in zip(block.changing, state):
        homes[number] = value
    feed = tf.gather(inputs.feed, i)
    result = block.step(homes, feed, inputs.constants, inputs.start + i + 1)
    slots = tf.gather(inputs.slots, i)
    column, rows = 0, []
    for sampled in block.sampled:
        rows.append(slots[column] if sampled else i)
        column += int(sampled)
    buffers = [record.write(*args) for args in zip(buffers, rows, result.probes)]
    return result.state, buffers


def _probe_shapes(block, inputs):
    """Shapes of probed values, from a trial step in a graph that is thrown away."""
    with tf.Graph().as_default():
        homes, constants, feed = [
            [tf.compat.v1.placeholder(t.dtype, t.shape) for t in tensors]
            for tensors in (inputs.homes, inputs.constants, [inputs.feed])
        ]
        number = tf.constant(1)
        result = block.step(homes, feed[0][0], constants, number)
        return [(tuple(map(int, p.shape)), p.dtype) for p in result.probes]
