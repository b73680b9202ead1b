# SPDX-License-Identifier: MIT
"""Plan and layout to a schedule: the whole step as data, before TensorFlow is asked.

Sources are numbered: first one for each home, then the feed, then one for each tensor
that the step makes. The schedule is made once and carried out for each unrolled step.
"""

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from nengo_dl.lower.entries import Entry
from nengo_dl.lower.recipe import Recipe, fold, is_sum, make_recipe
from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.registry import Rule
from nengo_dl.lower.values import Values, positions


class Compute(NamedTuple):
    """Call a rule: tensors put together by `reads`, results are sources `results`."""

    rule: Rule
    ops: Tuple[Any, ...]
    reads: Tuple[Recipe, ...]
    shapes: Tuple[Tuple[int, ...], ...]
    folds: Tuple[int, ...]
    sizes: Optional[Tuple[int, ...]]
    last: bool
    results: Tuple[int, ...]


class Assemble(NamedTuple):
    """Put a value together that is used more than once: source `result`."""

    recipe: Recipe
    dtype: np.dtype
    result: int


class Schedule(NamedTuple):
    """
    One step.

    `constants` are arrays for the sources behind homes and feed; `actions` are carried
    out in order; `state` has a recipe for each home that changes; `probes` one for each
    probed signal.
    """

    n_homes: int
    constants: Tuple[Tuple[int, np.ndarray], ...]
    actions: Tuple[Any, ...]
    state: Dict[int, Recipe]
    probes: Tuple[Tuple[Recipe, np.dtype], ...]


class Scheduler:
    """Writes a schedule down, group by group."""

    def __init__(self, layout: Any, fed: Sequence[Any]):
        self.values = Values()
        self.lengths: List[int] = []
        self.actions: List[Any] = []
        self.constants: List[Tuple[int, np.ndarray]] = []
        self.layout = layout
        self._cache: Dict[Any, Recipe] = {}
        for number, home in enumerate(layout.homes):
            self.new_source(home.length)
            for base, place in zip(home.bases, home.places(number)):
                self.values.start(base, number, place.offset, place.stride)
        feed = self.new_source(sum(base.size for base in fed))
        for base, end in zip(fed, np.cumsum([base.size for base in fed]).tolist()):
            self.values.start(base, feed, end - base.size)

    def new_source(self, length: int) -> int:
        """Give a number to a new source of `length` elements."""
        self.lengths.append(int(length))
        return len(self.lengths) - 1

    def recipe(self, refs: Sequence[Any], last: bool = False) -> Recipe:
        """Say how to put the values of `refs` together; see `values.positions`."""
        key = (self.values.key(tuple(refs)), last)
        if key not in self._cache:
            length = sum(ref.size for ref in refs)
            pieces = self.values.read(refs, last)
            rows = refs[0].size if last else 1
            self._cache[key] = make_recipe(
                pieces, length, rows, self.lengths.__getitem__
            )
        return self._cache[key]

    # -- the kinds of group

    def group(self, entry: Entry) -> None:
        """Write one group of the plan down."""
        if entry.rule.constant is not None:
            self._constant(entry)
        elif entry.rule.lower is None:
            self._move(entry)
        else:
            self._compute(entry)

    def _constant(self, entry):
        refs, modes = zip(*[touched.writes[0] for touched in entry.operands])
        self.values.clear([ref for ref, mode in zip(refs, modes) if mode != "inc"])
        values = [
            np.broadcast_to(np.asarray(entry.rule.constant(op)), ref.shape).ravel()
            for op, ref in zip(entry.ops, refs)
        ]
        if any(value.any() for value in values):
            places = np.concatenate(positions(refs, entry.last))
            flat = np.empty(len(places))
            flat[places] = np.concatenate(values)
            source = self.new_source(len(flat))
            self.constants.append((source, flat.astype(refs[0].base.dtype)))
            self.values.write(refs, ["inc"] * len(refs), source, entry.last)

    def _move(self, entry):
        reads = [touched.reads[0] for touched in entry.operands]
        writes = [touched.writes[0] for touched in entry.operands]
        refs, modes = [ref for ref, _ in writes], [mode for _, mode in writes]
        pieces = self.values.read(reads)
        if is_sum(pieces, sum(ref.size for ref in reads)):
            # summed here once, not by each reader of the copy
            source = self._materialise(reads, entry.last)
            self.values.write(refs, modes, source, entry.last)
        else:
            self.values.move(pieces, refs, modes)

    def _materialise(self, refs, last):
        recipe = self.recipe(refs, last)
        source = self.new_source(recipe.length)
        self.actions.append(Assemble(recipe, np.dtype(refs[0].base.dtype), source))
        return source

    def _compute(self, entry):
        operands = entry.operands
        columns = list(zip(*[touched.reads + touched.states for touched in operands]))
        equal = all(len({ref.shape for ref in column}) == 1 for column in columns)
        reads = tuple(self.recipe(column, entry.last) for column in columns)
        folds = (1,) * len(reads)
        if entry.rule.folds and equal and reads:
            reads, folds = zip(*[fold(recipe, len(entry.ops)) for recipe in reads])
        shapes = tuple(
            _tensor_shape(column[: len(column) // times], equal, entry.last)
            for column, times in zip(columns, folds)
        )
        sizes = None if equal else tuple(ref.size for ref in columns[0])
        targets = [
            [touched.writes[i] for touched in operands]
            for i in range(len(operands[0].writes))
        ] + [
            [(touched.states[i], "update") for touched in operands]
            for i in range(len(operands[0].states))
        ]
        results = tuple(
            self.new_source(sum(ref.size for ref, _ in target)) for target in targets
        )
        self.actions.append(
            Compute(
                entry.rule, entry.ops, reads, shapes, folds, sizes, entry.last, results
            )
        )
        for target, source in zip(targets, results):
            refs, modes = [ref for ref, _ in target], [mode for _, mode in target]
            self.values.write(refs, modes, source, entry.last)

    def finish(self, probed: Sequence[Any]) -> Schedule:
        """Close the step: what the next one starts from, and what is probed."""
        state = {
            number: self.recipe([ref_of(base) for base in home.bases], home.last)
            for number, home in enumerate(self.layout.homes)
            if home.changes
        }
        probes = tuple((self.recipe([ref]), np.dtype(ref.base.dtype)) for ref in probed)
        return Schedule(
            len(self.layout.homes),
            tuple(self.constants),
            tuple(self.actions),
            state,
            probes,
        )


def _tensor_shape(column, equal, last):
    """Shape, behind the batch, in which a rule gets an operand of all operators."""
    if not equal:
        return (1, sum(ref.size for ref in column))
    shape = column[0].shape
    return shape + (len(column),) if last else (len(column),) + shape


def make_schedule(
    entries: Sequence[Entry],
    layout: Any,
    fed: Sequence[Any],
    probed: Sequence[Any],
) -> Schedule:
    """
    Write the whole step down as data.

    Parameters
    ----------
    entries : sequence of Entry
        Groups in order.
    layout : nengo_dl.layout.Layout
        Where the signals that outlast a step live.
    fed : sequence of nengo.builder.Signal
        Base signals that lie side by side in what each step is fed with.
    probed : sequence of Ref
        What to give out at the end of the step.

    Returns
    -------
    Schedule
        The step.
    """
    scheduler = Scheduler(layout, fed)
    for entry in entries:
        scheduler.group(entry)
    return scheduler.finish(probed)
