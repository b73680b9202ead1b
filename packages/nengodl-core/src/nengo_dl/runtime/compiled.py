# SPDX-License-Identifier: MIT
"""One block of steps in a graph: what to feed, what to fetch."""

from typing import Any, Callable, Dict, List, NamedTuple, Sequence

import numpy as np
import tensorflow as tf

from nengo_dl.compat.tensorflow import v1
from nengo_dl.runtime.probing import Recording
from nengo_dl.types import BlockInputs


class Compiled(NamedTuple):
    """
    A block of steps, ready to be run by a session.

    Parameters
    ----------
    fetches : list of tf.Tensor
        Recorded rows of each probe.
    kept : dict of Recording to tf.Tensor
        For probes that do not keep each row, where to feed which ones.
    wait : tf.Operation
        Is done once all steps are, and stores nothing.
    advance : tf.Operation
        Stores the state behind the block.
    random : bool
        Whether the steps draw random numbers, of generators that the session has.
    """

    fetches: List[tf.Tensor]
    kept: Dict[Recording, tf.Tensor]
    wait: Any
    advance: Any
    random: bool


def construct(
    block: Callable, inputs: BlockInputs, recordings: Sequence[Recording], store: Any
) -> Compiled:
    """
    Write a block down in the current graph.

    Parameters
    ----------
    block : callable
        Function from `BlockInputs` to `BlockResults`.
    inputs : BlockInputs
        What it starts from.
    recordings : sequence of Recording
        What is recorded.
    store : Store
        Takes the state behind the block.

    Returns
    -------
    Compiled
        The block.
    """
    results = block(inputs)
    fetches, kept = [], {}
    for recording, rows in zip(recordings, results.rows):
        if recording.every_step:
            rows = rows[: inputs.n_steps]
        else:
            kept[recording] = v1.placeholder(tf.int32, (None,))
            rows = tf.gather(rows, kept[recording])
        fetches.append(rows)
    # fetched before the state is assigned, so that a failing run changes nothing
    with tf.control_dependencies(results.state + results.kept + fetches):
        wait = tf.no_op()
        advance = store.assign(results.state)
    return Compiled(fetches, kept, wait, advance, results.random)


def by_item(recording: Recording, rows: np.ndarray) -> np.ndarray:
    """Bring rows of shape (steps, minibatch or 1, elements) into a probe's form."""
    values = np.ascontiguousarray(np.swapaxes(rows, 0, 1))
    return values.reshape(values.shape[:2] + tuple(recording.shape))


def trial_feeds(operation: tf.Operation, feeds: Dict[Any, Any]) -> Dict[Any, Any]:
    """
    Feed zeros to what else an operation needs: which rows to keep, users' placeholders.

    Without them an attempt to compile fails for another reason than that it tries.

    Parameters
    ----------
    operation : tf.Operation
        What is going to be run.
    feeds : dict of tf.Tensor to array_like
        What is fed already.

    Returns
    -------
    dict of tf.Tensor to array_like
        All feeds.
    """
    feeds, seen, todo = dict(feeds), set(), [operation]
    given = {tensor.op for tensor in feeds}
    while todo:
        op = todo.pop()
        if op in seen:
            continue
        seen.add(op)
        todo += [tensor.op for tensor in op.inputs] + list(op.control_inputs)
        if op.type == "Placeholder" and op not in given:
            (tensor,) = op.outputs
            feeds[tensor] = _zeros(tensor)
    return feeds


def _zeros(tensor):
    shape = tensor.shape.as_list() if tensor.shape.ndims else []
    value = "" if tensor.dtype == tf.string else 0
    return np.full([1 if n is None else n for n in shape], value)
