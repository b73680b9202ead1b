# SPDX-License-Identifier: MIT
"""Carry a schedule out: one step as a pure function of tensors."""

from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import tensorflow as tf

from nengo_dl.lower.assemble import assemble, to_batch
from nengo_dl.lower.context import Context, Environment
from nengo_dl.lower.schedule import Compute, Schedule


class StepResult(NamedTuple):
    """
    What a step gives.

    `state` are the homes that change, in order; `probes` the probed values, flat; `kept`
    tensors that have to leave the loop (see `Context.keep`); `calls` are there once all
    calls of the host are done.
    """

    state: List[tf.Tensor]
    probes: List[tf.Tensor]
    kept: List[tf.Tensor]
    calls: List[tf.Tensor]


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

        Returns
        -------
        StepResult
            State behind the step, and what is probed.
        """
        tensors: Dict[int, tf.Tensor] = dict(enumerate(list(homes) + [feed]))
        for (source, _), constant in zip(self.schedule.constants, constants):
            tensors[source] = constant
        put = _Assembler(tensors)
        kept: List[tf.Tensor] = []
        calls: List[tf.Tensor] = []
        for action in self.schedule.actions:
            if isinstance(action, Compute):
                kept.extend(self._compute(action, put, step, calls))
            else:
                tensors[action.result] = put(action.recipe, self._type(action.dtype))
        state = [
            _state(put, recipe, homes[number])
            for number, recipe in sorted(self.schedule.state.items())
        ]
        probes = [
            put(recipe, self._type(kind)) for recipe, kind in self.schedule.probes
        ]
        return StepResult(state, probes, kept, calls)

    def _type(self, dtype) -> Any:
        return self.environment.dtype if dtype.kind == "f" else tf.as_dtype(dtype)

    def _compute(self, action, put, step, calls):
        ctx = Context(action.ops, self.environment)
        ctx.step, ctx.sizes, ctx.calls = step, action.sizes, calls
        ctx.last, ctx.folds = action.last, action.folds
        reads = [
            put(recipe, ctx.dtype, shape)
            for recipe, shape in zip(action.reads, action.shapes)
        ]
        results = action.rule.lower(ctx, *reads)
        if not isinstance(results, (tuple, list)):
            results = (results,)
        for source, result in zip(action.results, results):
            put.tensors[source] = result
        return ctx.kept


def _state(put, recipe, home):
    shape = [int(n) for n in home.shape]
    return to_batch(put(recipe, home.dtype, tuple(shape[1:])), shape[0])


class _Assembler:
    """Carries recipes out, each only once in a step."""

    def __init__(self, tensors: Dict[int, tf.Tensor]):
        self.tensors = tensors
        self._done: Dict[Tuple, tf.Tensor] = {}

    def __call__(self, recipe, dtype, shape=None):
        key = (id(recipe), dtype, shape)
        if key not in self._done:
            self._done[key] = assemble(recipe, self.tensors.__getitem__, dtype, shape)
        return self._done[key]
