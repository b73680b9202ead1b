# SPDX-License-Identifier: MIT
"""Each value is put together in its cheapest form."""

import numpy as np
import pytest
from nengo_dl.lower import recipe as forms
from nengo_dl.lower.recipe import Gather, GatherSum, Part, SegmentSum, Slices
from nengo_dl.lower.values import Piece


def pieces_of(*terms):
    """Make pieces out of (source, positions in it, positions in the value)."""
    return [Piece(source, np.array(src), np.array(out)) for source, src, out in terms]


def recipe_of(terms, length, rows=1, lengths=100):
    """Choose a recipe when all sources have the same length."""
    return forms.make_recipe(pieces_of(*terms), length, rows, lambda source: lengths)


def test_nothing_is_zeros():
    """A value without terms is zero."""
    recipe = recipe_of([], 3)
    assert recipe.length == 3
    assert recipe.whole is None
    assert all(part.source is None for layer in recipe.layers for part in layer.parts)


def test_whole_source():
    """A value that is a source as it stands says so."""
    recipe = recipe_of([(4, range(5), range(5))], 5)
    assert recipe.layers == (Slices((Part(4, 0, 5),)),)
    assert recipe.whole == 4


def test_slice_is_not_whole():
    """A value that starts inside a source is a slice of it."""
    recipe = recipe_of([(4, range(2, 5), range(3))], 3)
    assert recipe.layers == (Slices((Part(4, 2, 3),)),)
    assert recipe.whole is None


def test_slices_beside_each_other():
    """A few slices and zeros are concatenated."""
    recipe = recipe_of([(0, range(2), range(2)), (1, range(7, 10), range(3, 6))], 6)
    expected = (Part(0, 0, 2), Part(None, 0, 1), Part(1, 7, 3))
    assert recipe.layers == (Slices(expected),)


def test_rows():
    """Columns of an interleaved source are slices in each row, not many small ones."""
    index = np.arange(24).reshape((6, 4))[:, 1:3].ravel()
    recipe = recipe_of([(0, index, range(12))], 12, rows=6)
    assert recipe.layers == (Slices((Part(0, 1, 2, 4),), 6),)


def test_rows_end_with_their_source():
    """Rows that reach beyond the end of a source can't be slices of it."""
    index = (np.arange(6)[:, None] * 20 + np.arange(2)).ravel()
    ends = [
        recipe_of([(0, index, range(12))], 12, rows=6, lengths=n).layers[0]
        for n in (120, 119)
    ]
    assert [type(layer) for layer in ends] == [Slices, Gather]


def test_tile():
    """A repetition is so many equal parts."""
    recipe = recipe_of([(0, list(range(3)) * 2, range(6))], 6)
    assert recipe.layers == (Slices((Part(0, 0, 3),) * 2),)


def test_gather():
    """Scattered elements of one source are one gather from the whole source."""
    index = np.array([9, 3, 7, 1, 5, 0, 2])
    (layer,) = recipe_of([(3, index, range(7))], 7, lengths=10).layers
    assert isinstance(layer, Gather)
    assert layer.parts == (Part(3, 0, 10),)
    np.testing.assert_array_equal(layer.index, index)


def test_gather_from_several_sources():
    """Scattered elements of more sources are a gather from their used ranges."""
    terms = [(0, [9, 3, 7], [0, 2, 4]), (1, [5, 1, 3], [1, 3, 6])]
    (layer,) = recipe_of(terms, 7).layers
    assert isinstance(layer, Gather)
    assert layer.parts == (Part(None, 0, 1), Part(0, 3, 7), Part(1, 1, 5))
    joined = np.concatenate([[0], np.arange(3, 10), 100 + np.arange(1, 6)])
    np.testing.assert_array_equal(joined[layer.index], [9, 105, 3, 101, 7, 0, 103])


def test_few_layers_are_added():
    """Up to `MAX_LAYERS` terms of an element are layers of their own."""
    terms = [(i, range(4), range(4)) for i in range(forms.MAX_LAYERS)]
    layers = recipe_of(terms, 4).layers
    assert layers == tuple(Slices((Part(i, 0, 4),)) for i in range(forms.MAX_LAYERS))


def test_pieces_share_a_layer():
    """Pieces that add to different elements need one layer only."""
    terms = [(0, range(2), range(2)), (1, range(2), [2, 3])]
    assert len(recipe_of(terms, 4).layers) == 1


def test_gather_sum():
    """Sums of many terms everywhere are one gather and a reduction."""
    n = forms.MAX_LAYERS + 2
    (layer,) = recipe_of([(0, range(i, i + 3), range(3)) for i in range(n)], 3).layers
    assert isinstance(layer, GatherSum)
    assert layer.index.shape == (n, 3)


def test_segment_sum():
    """Where only few elements have many terms, nothing is padded with zeros."""
    n = forms.MAX_LAYERS + 2
    terms = [(0, range(40), range(40))] + [(1, [i], [7]) for i in range(n)]
    (layer,) = recipe_of(terms, 40).layers
    assert isinstance(layer, SegmentSum)
    assert len(layer.index) == len(layer.segments) == 40 + n
    assert (np.diff(layer.segments) >= 0).all()


@pytest.mark.parametrize(
    "terms, expected",
    [
        ([(0, [0], [0]), (1, [0], [0])], True),
        ([(0, [0], [0]), (1, [0], [1])], False),
        ([], False),
    ],
)
def test_is_sum(terms, expected):
    """A value is a sum if an element has two terms."""
    assert forms.is_sum(pieces_of(*terms), 2) == expected


def test_fold_takes_a_repetition_out():
    """What all parts have in common is put together once."""
    recipe = recipe_of([(0, list(range(3)) * 2, range(6))], 6)
    once, times = forms.fold(recipe, 6)
    assert times == 2
    assert once == forms.Recipe((Slices((Part(0, 0, 3),)),), 3)


@pytest.mark.parametrize(
    "terms, n",
    [
        ([(0, range(6), range(6))], 6),
        ([(0, range(3), range(3)), (1, range(3), range(3, 6))], 6),
        ([(0, list(range(3)) * 2, range(6))], 3),
    ],
)
def test_fold_leaves_other_recipes(terms, n):
    """Without a repetition, or if it cuts an operator in two, all is as it was."""
    recipe = recipe_of(terms, 6)
    assert forms.fold(recipe, n) == (recipe, 1)
