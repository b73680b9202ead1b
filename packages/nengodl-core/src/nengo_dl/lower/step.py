# SPDX-License-Identifier: MIT
"""Carry a schedule out: one step as a pure function of tensors."""

import types
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple

import tensorflow as tf

from nengo_dl.lower.assemble import assemble, to_batch
from nengo_dl.lower.context import Context, Environment
from nengo_dl.lower.results import check_results
from nengo_dl.lower.schedule import Compute, Schedule


class StepResult(NamedTuple):
    """
    What a step gives.

    `state` are the homes that change, in order; `probes` the probed values, flat; `kept`
    tensors that have to leave the loop (see `Context.keep`); `calls` are there once all
    calls of the host are done; `boundaries` is what groups read and what they return, in
    training only; `done` has the number of the step as the last call of the host gives it
    back, if there was one.
    """

    state: List[tf.Tensor]
    probes: List[tf.Tensor]
    kept: List[tf.Tensor]
    calls: List[tf.Tensor]
    boundaries: Sequence[tf.Tensor] = ()
    done: Sequence[tf.Tensor] = ()


class Step:
    """
    The step function of a model.

    Parameters
    ----------
    schedule : Schedule
        What to do.
    environment : Environment
        What all operators have in common.
    """

    def __init__(self, schedule: Schedule, environment: Environment):
        self.schedule = schedule
        self.environment = environment

    def __call__(
        self,
        homes: Sequence[tf.Tensor],
        feed: tf.Tensor,
        constants: Sequence[tf.Tensor],
        step: tf.Tensor,
        prepared: Mapping[Any, tf.Tensor] = types.MappingProxyType({}),
    ) -> StepResult:
        """
        Compute one step.

        Parameters
        ----------
        homes : sequence of tf.Tensor
            Value of each home, of shape (1 or minibatch, *shape of the home).
        feed : tf.Tensor
            Fed values, of shape (minibatch, elements).
        constants : sequence of tf.Tensor
            The schedule's constants, each of shape (1, elements).
        step : tf.Tensor
            Number of the step, from 1; int32, shape ().
        prepared : mapping, optional
            Parts of what is read that are there already (see `lower.prepare`).

        Returns
        -------
        StepResult
            State behind the step, and what is probed.
        """
        put = Assembler(self.start(homes, feed, constants), prepared)
        calls: List[tf.Tensor] = []
        kept = self.run_actions(self.schedule.actions, put, step, calls)
        # each call waits for the one before
        last = calls[-1:]
        return StepResult(
            self.state(put, homes), self.probes(put), kept, last, put.boundaries, last
        )

    def start(self, homes, feed, constants) -> Dict[int, tf.Tensor]:
        """Give numbers to the sources that a step starts with."""
        tensors = dict(enumerate(list(homes) + [feed]))
        for (source, _), constant in zip(self.schedule.constants, constants):
            tensors[source] = constant
        return tensors

    def run_actions(self, actions, put, step, calls) -> List[tf.Tensor]:
        """Carry actions out; return what has to leave the loop."""
        kept: List[tf.Tensor] = []
        for action in actions:
            if isinstance(action, Compute):
                reads = self.reads(action, put)
                more, results = self.run_rule(action, reads, step, calls)
                kept += more
                if self.environment.training:
                    put.boundaries += list(reads) + list(results)
                put.tensors.update(zip(action.results, results))
            else:
                put.tensors[action.result] = put(
                    action.recipe, self._type(action.dtype)
                )
        return kept

    def state(self, put, homes) -> List[tf.Tensor]:
        """Put the homes that change together."""
        return [
            _state(put, recipe, homes[number])
            for number, recipe in sorted(self.schedule.state.items())
        ]

    def probes(self, put) -> List[tf.Tensor]:
        """Put probed values together."""
        return [put(recipe, self._type(kind)) for recipe, kind in self.schedule.probes]

    def _type(self, dtype) -> Any:
        return self.environment.dtype if dtype.kind == "f" else tf.as_dtype(dtype)

    def reads(self, action, put) -> List[tf.Tensor]:
        """Put together what a group reads."""
        return [
            put(recipe, self.environment.dtype, shape)
            for recipe, shape in zip(action.reads, action.shapes)
        ]

    def run_rule(self, action, reads, step, calls):
        """Call the rule of a group; return what it keeps, and its results."""
        ctx = Context(action.ops, self.environment)
        ctx.step, ctx.sizes, ctx.calls = step, action.sizes, calls
        ctx.last, ctx.folds = action.last, action.folds
        results = action.rule.lower(ctx, *reads)
        if not isinstance(results, (tuple, list)):
            results = (results,)
        check_results(action, results, self.environment.dtype)
        return ctx.kept, results


def _state(put, recipe, home):
    shape = [int(n) for n in home.shape]
    return to_batch(put(recipe, home.dtype, tuple(shape[1:])), shape[0])


class Assembler:
    """Carries recipes out, each only once in a step."""

    def __init__(
        self,
        tensors: Dict[int, tf.Tensor],
        prepared: Mapping[Any, tf.Tensor] = types.MappingProxyType({}),
    ):
        self.tensors = tensors
        self.boundaries: List[tf.Tensor] = []
        self._prepared = prepared
        self._done: Dict[Tuple, tf.Tensor] = {}

    def __call__(self, recipe, dtype, shape=None):
        """Put a value together, or return what was put together before."""
        key = (id(recipe), dtype, shape)
        if key not in self._done:
            self._done[key] = assemble(
                recipe, self.tensors.__getitem__, dtype, shape, self._prepared
            )
        return self._done[key]
