# SPDX-License-Identifier: MIT
"""Processes without input, with the random streams that nengo gives them."""

import copy
from typing import Any, Callable, Dict, List, Sequence

import numpy as np
from nengo.utils import graphs
from nengo.utils.simulator import operator_dependency_graph

from nengo_dl.operators import NoisyNeurons, noise_step

# nengo's own range of seeds
MAX_SEED = np.iinfo(np.int32).max


class ProcessRows:
    """
    The output of a process, step after step.

    A process cannot go back. If a block fails on the host after some processes have
    advanced, what they gave is kept for the run that tries these steps again.

    Parameters
    ----------
    steps : sequence of callable
        Function from time to output, for each item.
    shape : tuple
        Shape of an output.
    """

    def __init__(self, steps: Sequence[Callable], shape: Sequence[int]):
        self._steps = list(steps)
        self._shape = tuple(shape)
        self._ahead: List[np.ndarray] = []

    def read(self, times: Sequence[float], out: np.ndarray) -> None:
        """
        Write the rows of the next steps, without advancing beyond them.

        Parameters
        ----------
        times : sequence of float
            Time of each step.
        out : np.ndarray, shape (steps, items, elements)
            Where to write.
        """
        for time in times[len(self._ahead) :]:
            rows = [np.broadcast_to(step(time), self._shape) for step in self._steps]
            self._ahead.append(np.reshape(rows, (len(rows), -1)))
        out[...] = self._ahead[: len(times)]

    def advance(self, n_steps: int) -> None:
        """Forget the rows of steps that have run."""
        del self._ahead[:n_steps]


def process_rows(model: Any, processes: Sequence[Any], seed: int, batch: int) -> Dict:
    """
    Start processes anew.

    Parameters
    ----------
    model : nengo.builder.Model
        The built model.
    processes : collection of nengo.builder.processes.SimProcess or NoisyNeurons
        Processes without input, and neurons for which random numbers are drawn.
    seed : int
        Seed of the simulation.
    batch : int
        Number of items.

    Returns
    -------
    dict of operator to ProcessRows
        Their outputs, of nengo's random stream for the first item. Others have streams of
        their own, unless the process has a seed.
    """
    streams = random_streams(model, processes, seed, batch)
    return {
        op: ProcessRows(_draw_steps(op, streams[op], model.dt), op.output.shape)
        for op in processes
    }


def _draw_steps(op, rngs, dt):
    if not isinstance(op, NoisyNeurons):
        return _process_steps(op, rngs, dt)
    # nengo's numbers come from a stream of the ensemble's own
    return [noise_step(op, rng) for rng in [copy.deepcopy(op.stream)] + rngs[1:]]


def random_streams(
    model: Any, operators: Sequence[Any], seed: int, batch: int
) -> Dict[Any, List[np.random.RandomState]]:
    """
    Make the random generators that operators get when their steps are made.

    Parameters
    ----------
    model : nengo.builder.Model
        The built model.
    operators : collection of nengo.builder.Operator
        Operators of the model.
    seed : int
        Seed of the simulation.
    batch : int
        Number of items.

    Returns
    -------
    dict of nengo.builder.Operator to list of np.random.RandomState
        For each item one: that of the first stands where nengo's stands when it makes the
        operator's step, the others are streams of their own.
    """
    if not operators:
        return {}
    rng = np.random.RandomState(seed)
    wanted, first = set(operators), {}
    for op in _nengo_order(model.operators):
        if op in wanted:
            first[op] = copy.deepcopy(rng)
        if hasattr(op, "process"):
            op.process.get_rng(rng)
    return {
        op: [first.get(op, rng)]
        + [np.random.RandomState(rng.randint(MAX_SEED)) for _ in range(batch - 1)]
        for op in operators
    }


def _nengo_order(operators):
    """Operators in the order in which nengo makes their steps."""
    if hasattr(graphs, "OrderedSet"):
        return graphs.toposort(operator_dependency_graph(operators))
    # Older versions sort by addresses, so that no two of nengo's simulators agree. Ours do.
    return operators


def _process_steps(op, rngs: Sequence[np.random.RandomState], dt) -> List[Callable]:
    shape_in, shape_out = (0,), op.output.shape
    steps = []
    for rng in map(op.process.get_rng, rngs):
        if hasattr(op, "state"):  # nengo >= 3 hands states in
            state = {name: sig.initial_value.copy() for name, sig in op.state.items()}
            step = op.process.make_step(shape_in, shape_out, dt, rng, state)
        else:
            step = op.process.make_step(shape_in, shape_out, dt, rng)
        steps.append(step)
    return steps
