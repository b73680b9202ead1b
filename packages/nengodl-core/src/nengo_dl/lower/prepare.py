# SPDX-License-Identifier: MIT
"""Put together once for all steps what they read of parameters, for training.

The gradient of a parameter is a sum over steps. What a step reads of it may be a selection
of its elements, whose gradient scatters them, and one value for all items, whose gradient
is a sum over items: both are linear, and can wait until the sum over steps is there.
"""

from typing import Any, Collection, Dict, Iterator, Sequence, Tuple

import numpy as np
import tensorflow as tf

from nengo_dl.lower.assemble import layer_key, put_layer, to_batch
from nengo_dl.lower.schedule import Compute, Schedule

# Values for each item of the minibatch may have so many elements together (64 MiB).
LARGEST = 1 << 24


def prepare(
    step: Any,
    homes: Sequence[tf.Tensor],
    constants: Sequence[tf.Tensor],
    parameters: Collection[int],
) -> Dict[Any, tf.Tensor]:
    """
    Put together what steps read of parameters.

    Parameters
    ----------
    step : Step
        The step.
    homes, constants : sequence of tf.Tensor
        As for a step; homes that change don't matter.
    parameters : collection of int
        Numbers of the homes that are parameters.

    Returns
    -------
    dict of object to tf.Tensor
        For a step's argument `prepared`. What is used element by element is there for each
        item of the minibatch.
    """
    schedule, environment = step.schedule, step.environment
    lasting = set(range(len(homes))).difference(schedule.state)
    lasting |= {source for source, _ in schedule.constants}
    tensors = step.start(homes, None, constants)
    chosen: Dict[Any, Tuple[Any, Tuple[int, ...], bool]] = {}
    for layer, shape, by_item in _layers(schedule, homes):
        used = {part.source for part in layer.parts if part.source is not None}
        if used <= lasting and used.intersection(parameters):
            key = layer_key(layer, shape)
            by_item = by_item and chosen.get(key, (None, None, True))[2]
            chosen[key] = layer, shape, by_item
    prepared = {}
    for key, (layer, shape, by_item) in chosen.items():
        value = put_layer(layer, tensors.__getitem__, environment.dtype, shape)
        few = environment.batch * int(np.prod(shape, dtype=int)) <= LARGEST
        prepared[key] = to_batch(value, environment.batch) if by_item and few else value
    return prepared


def _layers(schedule: Schedule, homes) -> Iterator[Tuple[Any, Tuple[int, ...], bool]]:
    """Yield each layer, its shape, and whether it is used element by element."""
    for action in schedule.actions:
        if isinstance(action, Compute):
            itemwise = action.last or action.rule.elementwise
            for recipe, shape in zip(action.reads, action.shapes):
                yield from _of(recipe, shape, itemwise)
        else:
            yield from _of(action.recipe, (action.recipe.length,), False)
    for number, recipe in schedule.state.items():
        yield from _of(recipe, tuple(int(n) for n in homes[number].shape[1:]), True)
    for recipe, _ in schedule.probes:
        yield from _of(recipe, (recipe.length,), False)


def _of(recipe, shape, itemwise):
    for layer in recipe.layers:
        yield layer, tuple(shape), itemwise or len(recipe.layers) > 1
