# SPDX-License-Identifier: MIT
"""Write one step down that nobody runs, to see what it is like."""

from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

import tensorflow as tf
from nengo_dl.extend.training import find_random, upstream, v1

from nengodl_train.loops.boundaries import origin


class Trial(NamedTuple):
    """
    What is known of a step before a loop is written.

    Parameters
    ----------
    live : tuple of int
        Positions, among the homes that change, of those that a step really changes: in
        training most of the state of spiking neurons stays as it is.
    rows : list of (tuple, tf.DType)
        Shape and type of the value of each probe.
    kept : list of (tuple, tf.DType)
        Shape and type of what has to leave the loop.
    once : str or None
        Why a step must not be computed twice, None if it may.
    hosted : bool
        Whether the step calls Python.
    """

    live: Tuple[int, ...]
    rows: List[Tuple]
    kept: List[Tuple]
    once: Optional[str]
    hosted: bool


def try_step(trainee: Any, inputs: Sequence[Any]) -> Trial:
    """
    Write a step down, in the current graph.

    Parameters
    ----------
    trainee : nengo_dl.loop.Block
        The step in training.
    inputs : sequence
        Shapes and types (or tensors) of homes, of constants, and of what one step is fed.

    Returns
    -------
    Trial
        What it is like.
    """
    homes, constants, feed = (
        [v1.placeholder(t.dtype, t.shape) for t in tensors] for tensors in inputs
    )
    result = trainee.step(homes, feed[0], constants, tf.constant(1))
    live = tuple(
        position
        for position, (number, value) in enumerate(zip(trainee.changing, result.state))
        if origin(value) is not homes[number]
    )
    found = find_random(upstream(list(result.state) + list(result.probes)))
    once = None
    if result.calls:
        once = "it calls Python"
    elif found:
        once = f"{found[0]} draws random numbers"
    specs = [_spec(tensor) for tensor in result.probes]
    kept = [_spec(tensor) for tensor in result.kept]
    return Trial(live, specs, kept, once, bool(result.calls))


def _spec(tensor):
    return tuple(int(n) for n in tensor.shape), tensor.dtype
