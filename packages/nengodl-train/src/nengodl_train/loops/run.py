# SPDX-License-Identifier: MIT
"""A whole run with its gradient, in the way that suits it."""

from typing import Any, List, NamedTuple, Optional, Sequence

import tensorflow as tf

from nengodl_train.loops.backward import Backward, dense
from nengodl_train.loops.detach import detached
from nengodl_train.loops.dynamics import Dynamics
from nengodl_train.loops.forward import Records, advance, loop, spec, split


class Trajectory(NamedTuple):
    """
    A run that was written down.

    Parameters
    ----------
    rows : list of tf.Tensor
        What the probes recorded, (steps or 1, 1 or minibatch, elements); gradients by them
        are what `backward` is given, and do not go on by themselves.
    state : list of tf.Tensor
        Live state behind the last step.
    kept : list of tf.Tensor
        Nothing of use, but it must leave the program.
    backward : callable
        Function from gradients by `rows` (None for no gradient) to gradients by
        parameters and variables, and more to keep; see `Xs.total`.
    """

    rows: List[Any]
    state: List[Any]
    kept: List[Any]
    backward: Any


def make_trajectory(
    dynamics: Dynamics, last: Sequence[bool], segment: Optional[int] = None
) -> Trajectory:
    """
    Write a run down.

    Parameters
    ----------
    dynamics : Dynamics
        The steps.
    last : sequence of bool
        For each probe, whether the row of the last step is all that is wanted.
    segment : int, optional
        Save the state only every so many steps, and compute it again from there.

    Returns
    -------
    Trajectory
        The run.
    """
    if dynamics.n_steps == 1:
        run = _single(dynamics)
    elif dynamics.trial.once is not None:
        run = _stored(dynamics, last)
    elif segment is None or segment >= dynamics.n_steps:
        run = _recomputed(dynamics, last)
    else:
        run = _segmented(dynamics, last, segment)
    return run._replace(rows=[detached(row) for row in run.rows])


def _single(dynamics):
    """One step needs no loop."""
    xs = dynamics.xs.renamed()
    moment = dynamics.step(0, dynamics.initial(), xs)
    rows = [row[None] for row in moment.rows]
    with tf.control_dependencies(moment.calls):
        done = [tf.zeros(())] if moment.calls else []
    return Trajectory(
        rows,
        moment.state,
        moment.kept + done,
        lambda gradients: (_direct(dynamics, xs, rows, gradients), []),
    )


def _stored(dynamics, last):
    """Let TensorFlow save what the gradient needs: no step may be computed again."""
    n, xs = dynamics.n_steps, dynamics.xs.renamed()
    records = Records(n, dynamics.rows, last)
    done = advance(
        dynamics,
        range(n),
        dynamics.initial(),
        records,
        records.start(),
        save=False,
        xs=xs,
        maximum_iterations=n,
    )
    rows = records.finish(done.records)
    return Trajectory(
        rows,
        done.state,
        done.kept,
        lambda gradients: (_direct(dynamics, xs, rows, gradients), []),
    )


def _direct(dynamics, stands_in, rows, gradients):
    # by the stand-ins: parts of parameters are made of parameters, which would count twice
    pairs = [(row, g) for row, g in zip(rows, gradients) if g is not None]
    xs = stands_in.flat()
    if not pairs or not xs:
        return dynamics.xs.total([None] * len(xs))
    ys, grads = zip(*pairs)
    found = tf.gradients(list(ys), xs, grad_ys=list(grads))
    return dynamics.xs.total(dense(found, xs))


def _recomputed(dynamics, last):
    n = dynamics.n_steps
    records = Records(n, dynamics.rows, last)
    done = advance(
        dynamics, range(n), dynamics.initial(), records, records.start(), save=True
    )

    def backward(gradients):
        back = Backward(dynamics, gradients)
        found = back.run(n, done.saved, back.zeros(done.state), back.start())
        return dynamics.xs.total(back.fill(found.xs)), found.kept

    return Trajectory(records.finish(done.records), done.state, done.kept, backward)


class _Segments:
    """The steps in segments, of which the last one may be shorter."""

    def __init__(self, dynamics, last, length):
        self.dynamics = dynamics
        self.length = length
        self.n_whole, self.rest = divmod(dynamics.n_steps, length)
        self.records = Records(dynamics.n_steps, dynamics.rows, last)
        self.saves = Records(self.n_whole, [spec(v) for v in dynamics.initial()])

    def advance(self, state, variables, number, n, save=False):
        begin = number * self.length
        return advance(
            self.dynamics, range(n), state, self.records, variables, save, begin
        )

    def saved(self, state, number, n):
        """Compute the state before each step of a segment again."""
        # what probes would record is not used, and XLA leaves it out
        return self.advance(state, self.records.start(), number, n, save=True)


def _segmented(dynamics, last, length):
    """Save state before each segment: memory grows with the square root of the steps."""
    segments = _Segments(dynamics, last, length)
    records, saves = segments.records, segments.saves
    state = dynamics.initial()
    lengths = len(state), records.n_variables, saves.n_variables

    def body(number, *carried):
        state, rows, saved, _ = split(carried, *lengths)
        saved = saves.write(saved, number, state)
        done = segments.advance(state, rows, number, length)
        return [number + 1] + done.state + done.records + saved + done.kept[:-1]

    kept = [tf.zeros(*one) for one in dynamics.trial.kept]
    variables = state + records.start() + saves.start() + kept
    found = loop(
        lambda number, *_: number < segments.n_whole,
        body,
        [tf.constant(0)] + variables,
    )
    state, rows, saved, kept = split(found[1:], *lengths)
    starts, middle = saves.finish(saved), state
    if segments.rest:
        done = segments.advance(state, rows, segments.n_whole, segments.rest)
        state, rows, kept = done.state, done.records, kept + done.kept
    return Trajectory(
        records.finish(rows),
        state,
        kept,
        lambda gradients: _back(segments, gradients, starts, middle),
    )


def _back(segments, gradients, starts, middle):
    """Go back segment by segment; `middle` is the state before the shorter last one."""
    back = Backward(segments.dynamics, gradients)
    after, sums, kept = back.zeros(middle), back.start(), []
    if segments.rest:
        done = segments.saved(middle, segments.n_whole, segments.rest)
        begin = segments.n_whole * segments.length
        after, sums, kept = back.run(segments.rest, done.saved, after, sums, begin)
    lengths = len(after), len(sums)

    def body(number, *carried):
        after, sums, _ = split(carried, *lengths)
        state = [tf.gather(value, number) for value in starts]
        done = segments.saved(state, number, segments.length)
        begin = number * segments.length
        found = back.run(segments.length, done.saved, after, sums, begin)
        return [number - 1] + found.state + found.xs + found.kept

    found = loop(
        lambda number, *_: number >= 0,
        body,
        [tf.constant(segments.n_whole - 1)] + after + sums + back.keep(),
    )
    _, sums, more = split(found[1:], *lengths)
    return segments.dynamics.xs.total(back.fill(sums)), kept + more
