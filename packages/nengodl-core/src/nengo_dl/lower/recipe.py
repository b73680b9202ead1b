# SPDX-License-Identifier: MIT
"""How a value that is read is put together from sources: data, computed once.

A recipe is a sum of layers. A layer holds for each element which element of which source
it takes. The cheapest form wins: the whole tensor, a slice, a few slices beside each
other, one gather. Two layers or more that would all need gathers become one gather with a
reduction.
"""

from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

from nengo_dl.lower.values import Piece

# A fused element of a concatenation costs a branch for each part, a gather one load with
# an index: up to this many parts the concatenation was not slower (TF 2.21, 2 cores).
MAX_PARTS = 4
# Sums of more layers than this are one gather of (layers, elements) and a reduction.
MAX_LAYERS = 3
# ... unless that array would hold more than this many times the elements really added.
MAX_PADDING = 4


class Part(NamedTuple):
    """
    In each row `width` elements of a source, or of zeros if the source is None.

    They start at `start` in the first row and `stride` elements later in each next one.
    """

    source: Optional[int]
    start: int
    width: int
    stride: int = 0


class Slices(NamedTuple):
    """Parts beside each other, in `rows` rows."""

    parts: Tuple[Part, ...]
    rows: int = 1


class Gather(NamedTuple):
    """Elements `index` of parts beside each other."""

    parts: Tuple[Part, ...]
    index: np.ndarray


class GatherSum(NamedTuple):
    """Sums over the first axis of elements `index` of parts beside each other."""

    parts: Tuple[Part, ...]
    index: np.ndarray


class SegmentSum(NamedTuple):
    """Sums of elements `index` of parts beside each other into elements `segments`."""

    parts: Tuple[Part, ...]
    index: np.ndarray
    segments: np.ndarray
    length: int


Layer = Union[Slices, Gather, GatherSum, SegmentSum]


class Recipe(NamedTuple):
    """A sum of layers, each with `length` elements; no layers are zeros."""

    layers: Tuple[Layer, ...]
    length: int

    @property
    def whole(self) -> Optional[int]:
        """Int or None: the source that is the value as it stands."""
        if len(self.layers) != 1 or not isinstance(self.layers[0], Slices):
            return None
        parts, rows = self.layers[0]
        simple = len(parts) == 1 and parts[0].start == 0
        return parts[0].source if simple and rows == 1 else None


def fold(recipe: Recipe, n: int) -> Tuple[Recipe, int]:
    """
    Take a repetition out of a recipe.

    Parameters
    ----------
    recipe : Recipe
        How to put a value together.
    n : int
        Number of operators that the value is for.

    Returns
    -------
    (Recipe, int)
        How to put together what is repeated, and how often it is.
    """
    if len(recipe.layers) == 1 and isinstance(recipe.layers[0], Slices):
        parts, rows = recipe.layers[0]
        times = len(parts)
        if times > 1 and len(set(parts)) == 1 and n % times == 0:
            once = Slices(parts[:1], rows)
            return Recipe((once,), recipe.length // times), times
    return recipe, 1


class _Layer(NamedTuple):
    """For each element the source (-1: none) and the position in it."""

    source: np.ndarray
    position: np.ndarray


def make_recipe(
    pieces: List[Piece], length: int, rows: int, source_length: Callable
) -> Recipe:
    """
    Choose how to put together a value of `length` elements from `pieces`.

    Parameters
    ----------
    pieces : list of Piece
        Which elements of which sources are added to which elements.
    length : int
        Number of elements.
    rows : int
        Number of rows of equal length in which to look for slices.
    source_length : callable
        Function from a source to its number of elements.

    Returns
    -------
    Recipe
        The cheapest form found.
    """
    layers = _disjoint_layers(pieces, length)
    if len(layers) <= MAX_LAYERS:
        chosen = [_layer(layer, rows, source_length) for layer in layers]
        return Recipe(tuple(chosen), length)
    return Recipe((_sum(layers, length),), length)


def is_sum(pieces: List[Piece], length: int) -> bool:
    """Whether some element has more than one term."""
    count = np.zeros(length, dtype=int)
    for piece in pieces:
        count[piece.out] += 1
    return bool((count > 1).any())


def _disjoint_layers(pieces, length):
    """Put each piece into the first layer in which its elements are free."""
    layers: List[_Layer] = []
    for piece in pieces:
        for layer in layers:
            if (layer.source[piece.out] < 0).all():
                break
        else:
            layer = _Layer(np.full(length, -1), np.zeros(length, dtype=int))
            layers.append(layer)
        layer.source[piece.out] = piece.source
        layer.position[piece.out] = piece.src
    return layers


def _layer(layer, rows, source_length) -> Layer:
    for n in dict.fromkeys((1, rows)):
        parts = _runs(layer, n)
        if len(parts) <= MAX_PARTS and all(
            _is_block(part, n, source_length) for part in parts
        ):
            return Slices(tuple(parts), n)
    parts, index = _join(layer.source, layer.position)
    if len(parts) == 1 and parts[0].source is not None:
        # a gather from the whole needs no slice
        source = parts[0].source
        return Gather((Part(source, 0, source_length(source)),), layer.position)
    return Gather(parts, index)


def _runs(layer, rows):
    """Cut rows into parts that are contiguous in one source and alike in all rows."""
    if not len(layer.source):
        return []
    source = layer.source.reshape((rows, -1))
    position = np.where(source < 0, 0, layer.position.reshape((rows, -1)))
    stride = position[min(1, rows - 1)] - position[0]
    expected = position[0] + np.arange(rows)[:, None] * stride
    if (source != source[0]).any() or (position != expected).any():
        return [None] * (MAX_PARTS + 1)
    source, position = source[0], position[0]
    follows = (position[1:] == position[:-1] + 1) & (stride[1:] == stride[:-1])
    same = (source[1:] == source[:-1]) & (follows | (source[1:] < 0))
    starts = np.concatenate([[0], np.flatnonzero(~same) + 1])
    widths = np.diff(np.concatenate([starts, [len(source)]]))
    return [
        Part(None, 0, int(n))
        if source[i] < 0
        else Part(int(source[i]), int(position[i]), int(n), int(stride[i]))
        for i, n in zip(starts, widths)
    ]


def _is_block(part, rows, source_length):
    """Whether the rows of a part are columns of one reshaped slice."""
    if rows == 1 or part.source is None or part.stride == 0:
        return True
    if part.stride < 0:
        return False
    column = part.start % part.stride
    # the last row, too, has to be there up to its end
    end = part.start - column + rows * part.stride
    return column + part.width <= part.stride and end <= source_length(part.source)


def _join(source, position):
    """Lay the used range of each source side by side, and renumber the positions."""
    parts, offset, index = [], 0, np.empty(source.shape, dtype=int)
    for number in np.unique(source):
        mask = source == number
        if number < 0:
            part, local = Part(None, 0, 1), 0
        else:
            used = position[mask]
            first = int(used.min())
            part = Part(int(number), first, int(used.max()) + 1 - first)
            local = used - part.start
        index[mask] = local + offset
        parts.append(part)
        offset += part.width
    return tuple(parts), index


def _sum(layers: Sequence[_Layer], length) -> Layer:
    source = np.stack([layer.source for layer in layers])
    position = np.stack([layer.position for layer in layers])
    added = int((source >= 0).sum())
    if source.size <= MAX_PADDING * added:
        return GatherSum(*_join(source, position))
    where = np.nonzero(source >= 0)
    parts, index = _join(source[where], position[where])
    order = np.argsort(where[1], kind="stable")
    return SegmentSum(parts, index[order], where[1][order], length)
