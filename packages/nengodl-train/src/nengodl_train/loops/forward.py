# SPDX-License-Identifier: MIT
"""Forward through some steps, with what they record."""

from typing import Any, List, NamedTuple, Optional, Sequence

import tensorflow as tf
from nengo_dl.extend.training import Record

from nengodl_train.loops.dynamics import Dynamics, Xs


def split(items: Sequence[Any], *lengths: int) -> List[List[Any]]:
    """Cut a list into parts of the given lengths, and the rest."""
    parts, items = [], list(items)
    for length in lengths:
        parts.append(items[:length])
        items = items[length:]
    return parts + [items]


class Records:
    """
    Rows of several tensors, for some steps, as the variables of a loop.

    Parameters
    ----------
    n_rows : int
        Number of steps.
    specs : sequence of (tuple, tf.DType)
        Shape and type of each tensor.
    last : sequence of bool, optional
        For which of them the last value is all that is wanted.
    """

    def __init__(self, n_rows: int, specs: Sequence[Any], last: Sequence[bool] = ()):
        last = list(last) or [False] * len(specs)
        self._specs = list(specs)
        self._records = [
            None if only else Record(n_rows, *spec) for spec, only in zip(specs, last)
        ]
        self._lengths = [1 if r is None else r.n_arrays for r in self._records]

    @property
    def n_variables(self) -> int:
        """int: number of variables of the loop."""
        return sum(self._lengths)

    def start(self) -> List[Any]:
        """Make the variables."""
        return [
            variable
            for record, spec in zip(self._records, self._specs)
            for variable in ([tf.zeros(*spec)] if record is None else record.start())
        ]

    def write(self, variables: Sequence[Any], row: Any, values: Sequence[Any]):
        """Put the values of a step into a row; return the variables behind that."""
        parts = split(variables, *self._lengths)[:-1]
        return [
            variable
            for record, part, value in zip(self._records, parts, values)
            for variable in (
                [value] if record is None else record.write(part, row, value)
            )
        ]

    def finish(self, variables: Sequence[Any]) -> List[tf.Tensor]:
        """Return all rows of each tensor, (n_rows or 1, *shape)."""
        parts = split(variables, *self._lengths)[:-1]
        return [
            part[0][None] if record is None else record.finish(part)
            for record, part in zip(self._records, parts)
        ]


class Advance(NamedTuple):
    """Behind some steps: state, variables of the records, saved state, what to keep."""

    state: List[Any]
    records: List[Any]
    saved: List[Any]
    kept: List[Any]


def advance(
    dynamics: Dynamics,
    steps: range,
    state: Sequence[tf.Tensor],
    records: Records,
    variables: Sequence[Any],
    save: bool,
    begin: Any = 0,
    xs: Optional[Xs] = None,
    **options: Any,
) -> Advance:
    """
    Run some steps in a loop.

    Parameters
    ----------
    dynamics : Dynamics
        The steps.
    steps : range
        Which ones, counted from `begin`.
    state : sequence of tf.Tensor
        Live state before them.
    records : Records
        Take the rows of the probes.
    variables : sequence
        Variables of the records.
    save : bool
        Whether to save the state before each step.
    begin : int or tf.Tensor, optional
        Number of the first step.
    xs : Xs, optional
        Stand-ins for what gradients are taken by.
    **options : object
        Further arguments of `tf.while_loop`.

    Returns
    -------
    Advance
        All behind the steps.
    """
    n = len(steps)
    saves = Records(n, [spec(value) for value in state] if save else [])
    start = saves.start()
    lengths = len(state), records.n_variables, saves.n_variables

    def body(i, *carried):
        state, rows, saved, _ = split(carried, *lengths)
        moment = dynamics.step(begin + i, state, xs)
        rows = records.write(rows, begin + i, moment.rows)
        saved = saves.write(saved, i, state) if save else saved
        with tf.control_dependencies(moment.calls):
            counter = tf.identity(i + 1)
        return [counter] + moment.state + rows + saved + moment.kept

    kept = [tf.zeros(*one) for one in dynamics.trial.kept]
    found = loop(
        lambda i, *_: i < n,
        body,
        [tf.constant(0)] + list(state) + list(variables) + start + kept,
        **options,
    )
    state, rows, saved, kept = split(found[1:], *lengths)
    # the counter, as functions of the host may be all that a loop is for
    return Advance(state, rows, saves.finish(saved), kept + found[:1])


def spec(tensor: tf.Tensor) -> Any:
    """Return shape and type of a tensor."""
    return tuple(int(n) for n in tensor.shape), tensor.dtype


def loop(condition: Any, body: Any, variables: List[Any], **options: Any) -> List[Any]:
    """Write a loop down; see `tf.while_loop`."""
    options.setdefault("parallel_iterations", 1)
    found = tf.while_loop(condition, body, variables, **options)
    # TensorFlow 1.14 takes the only variable out of the list
    return list(found) if isinstance(found, (list, tuple)) else [found]
