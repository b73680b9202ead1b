# SPDX-License-Identifier: MIT
"""A step that XLA compiles in pieces, between what it cannot compile.

Each call of a compiled piece costs some microseconds, each operation that TensorFlow
carries out by itself about one: a step has hundreds of these.
"""

from typing import Any, Callable, List, NamedTuple, Sequence, Set, Tuple

import tensorflow as tf

from nengo_dl.compat.tensorflow import compile_with_xla
from nengo_dl.lower.schedule import Compute, Schedule
from nengo_dl.lower.step import Assembler, Step, StepResult


class Piece(NamedTuple):
    """
    Actions that are compiled together, and the outside actions that come behind them.

    What the outside actions read is put together inside the piece.
    """

    inside: Tuple[Any, ...]
    outside: Tuple[Compute, ...]


def cut(schedule: Schedule, is_outside: Callable[[Any], bool]) -> List[Piece]:
    """
    Cut a schedule into pieces.

    Parameters
    ----------
    schedule : Schedule
        The step.
    is_outside : callable
        Function from an action to whether it must not be compiled.

    Returns
    -------
    list of Piece
        The pieces in order; the last one has no outside actions.
    """
    pieces: List[Piece] = []
    inside: List[Any] = []
    outside: List[Compute] = []
    made: Set[int] = set()
    for action in schedule.actions:
        joins = is_outside(action) and not made.intersection(_used(action))
        if outside and not joins:
            pieces.append(Piece(tuple(inside), tuple(outside)))
            inside, outside, made = [], [], set()
        if is_outside(action):
            outside.append(action)
            made.update(action.results)
        else:
            inside.append(action)
    if outside:
        pieces.append(Piece(tuple(inside), tuple(outside)))
        inside = []
    return pieces + [Piece(tuple(inside), ())]


def _used(action) -> Set[int]:
    recipes = action.reads if isinstance(action, Compute) else (action.recipe,)
    return _sources(recipes)


def _sources(recipes) -> Set[int]:
    return {
        part.source
        for recipe in recipes
        for layer in recipe.layers
        for part in layer.parts
        if part.source is not None
    }


def _made(action) -> Tuple[int, ...]:
    return action.results if isinstance(action, Compute) else (action.result,)


class PieceStep(Step):
    """
    The step function of a model, compiled in pieces.

    Parameters
    ----------
    schedule : Schedule
        What to do.
    environment : Environment
        What all operators have in common.
    is_outside : callable
        Function from an action to whether it must not be compiled.
    """

    def __init__(self, schedule, environment, is_outside):
        super().__init__(schedule, environment)
        self._pieces = cut(schedule, is_outside)
        last = _sources(schedule.state.values())
        last |= _sources(recipe for recipe, _ in schedule.probes)
        self._needed = [last]
        for piece in self._pieces[:0:-1]:
            used = [_used(action) for action in piece.inside + piece.outside]
            self._needed.insert(0, self._needed[0].union(*used))

    def __call__(
        self,
        homes: Sequence[tf.Tensor],
        feed: tf.Tensor,
        constants: Sequence[tf.Tensor],
        step: tf.Tensor,
    ) -> StepResult:
        """Compute one step; see `Step`."""
        tensors = self.start(homes, feed, constants)
        calls: List[tf.Tensor] = []
        kept: List[tf.Tensor] = []
        for piece, needed in zip(self._pieces, self._needed):
            last = piece is self._pieces[-1]
            made, more, rest = self._run(piece, needed, tensors, step, homes, last)
            tensors.update(made)
            kept += more
            if last:
                # nothing leaves a piece that nobody waits for
                last = calls[-1:]
                return StepResult(*rest, [], last + kept, done=last)
            self._run_outside(piece.outside, rest, tensors, step, calls)
        raise AssertionError("the last piece has no outside actions")

    def _run_outside(self, actions, reads, tensors, step, calls):
        reads = list(reads)
        for action in actions:
            own, reads = reads[: len(action.reads)], reads[len(action.reads) :]
            before = calls[-1:]
            with tf.control_dependencies(before):
                _, results = self.run_rule(action, own, step, calls)
            tensors.update(zip(action.results, results))

    def _run(self, piece, needed, tensors, step, homes, last):
        """Compile a piece; return what it makes, and what comes behind."""
        made = [s for action in piece.inside for s in _made(action) if s in needed]
        used = self._inputs(piece, tensors, last)
        counts: List[int] = []

        def compute(number, *arrays):
            local = dict(zip(used, arrays))
            put = Assembler(local)
            kept = self.run_actions(piece.inside, put, number, [])
            rest = self._behind(piece, put, homes, last)
            counts[:] = [len(kept)] + [len(part) for part in rest]
            flat = [local[source] for source in made] + kept
            return flat + [tensor for part in rest for tensor in part]

        results = compile_with_xla(compute, [step] + [tensors[s] for s in used])
        parts = _split(results, [len(made)] + counts)
        return dict(zip(made, parts[0])), parts[1], parts[2] if not last else parts[2:]

    def _inputs(self, piece, tensors, last) -> List[int]:
        used: Set[int] = set()
        for action in piece.inside + piece.outside:
            used |= _used(action)
        if last:
            used |= self._needed[-1]
        return sorted(used.intersection(tensors))

    def _behind(self, piece, put, homes, last) -> List[List[tf.Tensor]]:
        """Put together what outside actions read, or what the step gives."""
        if last:
            return [self.state(put, homes), self.probes(put)]
        return [[t for action in piece.outside for t in self.reads(action, put)]]


def _split(items: Sequence[Any], lengths: Sequence[int]) -> List[List[Any]]:
    parts, items = [], list(items)
    for length in lengths:
        parts.append(items[:length])
        items = items[length:]
    return parts
