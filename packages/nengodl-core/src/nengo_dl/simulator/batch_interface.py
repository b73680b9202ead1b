# SPDX-License-Identifier: MIT
"""Run a simulator on many items, in minibatches."""

import contextlib
import numbers
from typing import Any, Callable, Dict, List, Optional, Union

import nengo
import numpy as np
from nengo.exceptions import ValidationError

from nengo_dl.runtime import RunOptions, profiled
from nengo_dl.runtime.made import identity
from nengo_dl.simulator.feeds import check_batches, check_target_shapes
from nengo_dl.simulator.outputs import BuiltOutputs, parse_outputs
from nengo_dl.utils import minibatch_generator


class BatchInterface:
    """Methods that run the network on many items."""

    def run_batch(
        self,
        data: Union[int, Dict[Any, np.ndarray]],
        outputs: Dict[Any, Optional[Callable]],
        extra_feeds: Optional[dict] = None,
        extra_fetches: Any = None,
        n_epochs: int = 1,
        truncation: Optional[int] = None,
        shuffle: bool = False,
        profile: Union[bool, str] = False,
        training: bool = False,
        callback: Optional[Callable] = None,
        combine: Callable = np.stack,
        isolate_state: bool = True,
    ) -> Dict[Any, Any]:
        """
        Simulate many items, minibatch after minibatch, and compute functions of probes.

        Probe data, `n_steps` and `time` of the simulator stay as they are.

        Parameters
        ----------
        data : dict of Node or Probe to ndarray, or int
            Inputs of nodes and targets of probes, arrays of shape (items, steps, size); or
            a number of steps, for one minibatch in which nodes have their ordinary output.
            Items that do not fill a minibatch are left out.
        outputs : dict of Probe or tuple of Probe to callable or None
            For each probe a function of its output, a tensor of shape (minibatch_size,
            steps, ...), or of that and a target, to a tensor or several. For a tuple both
            are tuples. None stands for the output itself. There is a row for each step,
            whatever the `sample_every` of the probe, and one for the last step where the
            network keeps no history of it.
        extra_feeds : dict of tf.Tensor to ndarray, optional
            Values of further tensors of the simulator's graph.
        extra_fetches : structure of tf.Tensor, optional
            Further tensors to compute along with the functions.
        n_epochs : int, optional
            How often to go through the data.
        truncation : int, optional
            Number of steps in one piece: state flows from piece to piece of a minibatch,
            and the functions are computed for each piece.
        shuffle : bool, optional
            Whether items come in random order, by `Simulator.rng`.
        profile : bool or str, optional
            See `run_steps`.
        training : bool, optional
            Whether to compute as in training: with rate neurons in place of spiking ones.
        callback : callable, optional
            Called as ``callback(outputs, extra)`` after each piece, with the results of
            the functions and the values of `extra_fetches`.
        combine : callable, optional
            Joins the list of results of all pieces, for each output (and for each element
            of a result of several). By default they are stacked.
        isolate_state : bool, optional
            Whether each minibatch starts from the initial state at time 0, and the
            simulator's state is put back in the end. Otherwise minibatches follow each
            other, starting from the present state, and leave theirs.

        Returns
        -------
        dict
            For each key of `outputs` the combined results.

        Raises
        ------
        DataError
            If `data` does not fit the network, or the functions.
        ValidationError
            If another argument is wrong.

        Examples
        --------
        >>> with nengo_dl.Simulator(network, minibatch_size=2) as sim:
        ...     means = sim.run_batch(5, {probe: lambda x: tf.reduce_mean(x, axis=1)})
        >>> means[probe].shape
        (1, 2, 1)
        """
        self._require_open("run")
        parsed = parse_outputs(outputs, self.model)
        self._check_batch_options(truncation, n_epochs, training)
        targets = {p: None for one in parsed if one.has_target for p in one.probes}
        check_target_shapes(self._program, targets)
        size = self.minibatch_size
        data = check_batches(data, self.model, size, self.unroll, targets, self._dtype)
        built = self._built_outputs(parsed)
        results: List[Dict[Any, Any]] = []
        with contextlib.ExitStack() as stack:
            trace = stack.enter_context(profiled(profile))
            options = RunOptions(bool(training), extra_feeds, trace, every_step=True)
            if isolate_state:
                stack.enter_context(self._program.isolated())
            run = _Pieces(self._program, self.n_steps, isolate_state, options)
            for _ in range(n_epochs):
                for offset, piece in minibatch_generator(
                    data, size, shuffle, truncation, self.rng
                ):
                    rows = run.piece(offset, piece)
                    found, extra = built.evaluate(
                        rows, run.targets(piece), extra_fetches, extra_feeds
                    )
                    results.append(found)
                    if callback is not None:
                        callback(found, extra)
        return {key: _combine(combine, results, key) for key in outputs}

    def _check_batch_options(self, truncation, n_epochs, training):
        if training and self._inference_only:
            raise ValidationError(
                "this network was built with inference_only=True and cannot run in"
                " training mode; leave that setting out",
                attr="inference_only",
            )
        for name, value in (("truncation", truncation), ("n_epochs", n_epochs)):
            if value is not None and (
                not isinstance(value, numbers.Integral) or value < 1
            ):
                raise ValidationError(
                    f"must be an integer of at least 1, but is {value!r}", attr=name
                )
        if truncation is not None and truncation % self.unroll != 0:
            raise ValidationError(
                f"must be a multiple of unroll_simulation={self.unroll}, but is"
                f" {truncation}",
                attr="truncation",
            )

    def _built_outputs(self, parsed):
        """Build output functions, or return what was built for the same ones before."""
        functions = tuple((one.key, identity(one.function)) for one in parsed)
        key = (self._program.graph, functions)
        if key not in self._outputs:
            self._outputs[key] = BuiltOutputs(parsed, self._program, self._dtype)
        return self._outputs[key]


class _Pieces:
    """Runs pieces of minibatches one after the other, and counts their steps."""

    def __init__(self, program, start, isolated, options):
        self._program = program
        self._next = start
        self._isolated = isolated
        self._options = options

    def piece(self, offset, data):
        """Run one piece; return what the probes recorded."""
        if self._isolated and offset == 0:
            self._program.reset_state()
        counted = isinstance(data, int)
        n_steps = data if counted else _length(data)
        blocks = []
        start = offset if self._isolated else self._next
        self._program.run(
            start,
            n_steps,
            {} if counted else _nodes(data),
            lambda size, rows: blocks.append(rows),
            self._options,
        )
        self._next += n_steps
        return {
            probe: self._program.join(probe, [rows[probe] for rows in blocks])
            for probe in blocks[0]
        }

    def targets(self, data):
        """Return what `piece` should return: one row where the last is all that is kept."""
        if isinstance(data, int):
            return {}
        last = [r.probe for r in self._program.recordings if not r.keep_history]
        return {
            key: array[:, -1:] if key in last else array
            for key, array in data.items()
            if isinstance(key, nengo.Probe)
        }


def _length(data):
    return next(iter(data.values())).shape[1]


def _nodes(data):
    return {key: array for key, array in data.items() if isinstance(key, nengo.Node)}


def _combine(combine, results, key):
    values = [found[key] for found in results]
    if isinstance(values[0], tuple):
        return tuple(combine(list(column)) for column in zip(*values))
    return combine(values)
