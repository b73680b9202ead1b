# SPDX-License-Identifier: MIT
"""The time loop over at most C steps, the same in XLA and outside.

The number of steps is an input, so one compilation serves all runs; C bounds what is fed
and recorded at a time.
"""

from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple, Union

import tensorflow as tf

from nengo_dl.compat.tensorflow import compile_with_xla, find_random, v1, xla_text
from nengo_dl.loop.choose import choose_jit, report_choice
from nengo_dl.loop.record import Record
from nengo_dl.loop.upstream import upstream
from nengo_dl.types import BlockInputs, BlockResults


class Block(NamedTuple):
    """
    What is fixed when the program is made.

    Parameters
    ----------
    step : callable
        ``step(homes, feed, constants, number) -> result`` with `state`, `probes`,
        `kept` and `calls`.
    changing : tuple of int
        Which homes change, in the order of the step's `state`.
    unroll : int
        Steps in one iteration.
    jit : bool or "auto"
        Whether XLA compiles the loop; "auto" if it can.
    obstacle : str, optional
        What it can't compile.
    pieces : callable, optional
        Function from whether functions of TensorNodes must stay out to a step of which XLA
        compiles what it can, piece by piece.
    nodes_outside : bool, optional
        Whether functions of TensorNodes are known not to compile.
    """

    step: Callable
    changing: Tuple[int, ...]
    unroll: int
    jit: Union[bool, str]
    obstacle: Optional[str] = None
    pieces: Optional[Callable] = None
    nodes_outside: bool = False


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
    block, trial = _settle(block, inputs)
    report_choice(block.jit, block.obstacle)
    program, flat = _flat_program(block, inputs, trial)
    results = compile_with_xla(program, flat) if block.jit else program(*flat)
    parts = _split(results, len(block.changing), len(trial.probes))
    return BlockResults(*parts, random=bool(trial.random))


def _settle(block, inputs):
    """Try a step, and decide by what it does whether XLA compiles the loop."""
    trial = _trial(block, inputs)
    obstacle = block.obstacle
    if obstacle is None and block.nodes_outside:
        obstacle = "a TensorNode has an operation that XLA cannot compile"
    if obstacle is None and trial.random:
        obstacle = f"XLA would ignore the seed of {trial.random[0]}"
    jit = choose_jit(block.jit, obstacle)
    reason = obstacle if block.jit == "auto" else "as configured"
    step = block.step
    if block.jit == "auto" and not jit and block.pieces is not None:
        step = block.pieces(block.nodes_outside or bool(trial.random))
        trial = trial._replace(kept=[])
    return block._replace(step=step, jit=jit, obstacle=reason), trial


def compiled_text(block: Block, inputs: BlockInputs) -> Optional[str]:
    """
    Compile a block for its own sake, and return the optimised program.

    Parameters
    ----------
    block : Block
        What is fixed.
    inputs : BlockInputs
        What it starts from; only shapes and types matter.

    Returns
    -------
    str or None
        XLA's text; None outside XLA, or where TensorFlow does not give it out.
    """
    block, trial = _settle(block, inputs)
    return xla_text(*_flat_program(block, inputs, trial)) if block.jit else None


def _flat_program(block, inputs, trial):
    """Return the loop as a function of a flat list of tensors, and that list."""
    n_homes, n_constants = len(inputs.homes), len(inputs.constants)

    def program(*args):
        homes, constants, rest = _split(args, n_homes, n_constants)
        return _Loop(block, BlockInputs(homes, constants, *rest), trial).run()

    return program, list(inputs.homes) + list(inputs.constants) + list(inputs[2:])


def _split(items, *lengths):
    """Cut a list into parts of the given lengths, and the rest."""
    parts, items = [], list(items)
    for length in lengths:
        parts.append(items[:length])
        items = items[length:]
    return parts + [items]


class _Loop:
    """The loop's variables: a counter, state, buffers, kept tensors of each step."""

    def __init__(self, block: Block, inputs: BlockInputs, trial: "_Trial"):
        self.block = block
        self.inputs = inputs
        self.trial = trial
        n_steps = int(inputs.feed.shape[0])
        self.records = [Record(n_steps, *spec) for spec in trial.probes]

    def run(self) -> List[tf.Tensor]:
        """Write the loop down; return state, recorded rows and kept tensors."""
        state = [self.inputs.homes[number] for number in self.block.changing]
        arrays = [array for record in self.records for array in record.start()]
        kept = [tf.zeros(*spec) for spec in self.trial.kept] if self.block.jit else []
        variables = [tf.constant(0)] + state + arrays + kept * self.block.unroll
        # one iteration at a time: state is carried anyway, and feeds must not pile up
        results = tf.while_loop(
            lambda i, *_: i < self.inputs.n_steps,
            self._body,
            variables,
            parallel_iterations=1,
        )
        if len(variables) == 1:
            # TensorFlow 1.14 takes the only variable out of the list
            return [results[0] if isinstance(results, (list, tuple)) else results]
        counter, results = results[0], results[1:]
        state, arrays, kept = _split(results, len(state), len(arrays))
        rows = [
            record.finish(own) for record, own in zip(self.records, self._own(arrays))
        ]
        # the counter is kept, as functions of the host may be all that a loop is for
        return state + rows + kept + [counter]

    def _own(self, arrays):
        """Split all arrays into those of each record."""
        return _split(arrays, *[record.n_arrays for record in self.records])[:-1]

    def _body(self, i, *carried):
        n_state, n_arrays = (
            len(self.block.changing),
            sum(r.n_arrays for r in self.records),
        )
        state, arrays, _ = _split(carried, n_state, n_arrays)
        kept: List[tf.Tensor] = []
        calls: List[tf.Tensor] = []
        done: Sequence[tf.Tensor] = ()
        for k in range(self.block.unroll):
            with tf.control_dependencies(calls):
                result = self._step(i + k, state, done)
            state, calls, done = result.state, result.calls, result.done
            kept += result.kept if self.block.jit else []
            arrays = [
                array
                for record, own, value in zip(
                    self.records, self._own(arrays), result.probes
                )
                for array in record.write(own, i + k, value)
            ]
        # the counter waits for the host, and the next iteration for the counter
        with tf.control_dependencies(calls):
            counter = tf.identity(i + self.block.unroll)
        return [counter] + state + arrays + kept

    def _step(self, i, state, done):
        homes = list(self.inputs.homes)
        for number, value in zip(self.block.changing, state):
            homes[number] = value
        feed = tf.gather(self.inputs.feed, i)
        # behind the calls of the step before, also for XLA (see Context.call_host)
        number = done[0] + 1 if done else self.inputs.start + i + 1
        return self.block.step(homes, feed, self.inputs.constants, number)


class _Trial(NamedTuple):
    """Shapes and types of what a step probes and keeps, and its random operations."""

    probes: List[Tuple]
    kept: List[Tuple]
    random: List[str]


def _trial(block, inputs) -> _Trial:
    """
    Write one step down that nobody runs.

    It stands in the program's own graph, because functions of the user make their
    variables at their first call, and a loop is no place for that.
    """
    homes, constants, feed = [
        [v1.placeholder(t.dtype, t.shape) for t in tensors]
        for tensors in (inputs.homes, inputs.constants, [inputs.feed])
    ]
    result = block.step(homes, feed[0][0], constants, tf.constant(1))
    probes, kept = [
        [(tuple(map(int, t.shape)), t.dtype) for t in tensors]
        for tensors in (result.probes, result.kept)
    ]
    return _Trial(probes, kept, find_random(upstream(result.state + result.probes)))
