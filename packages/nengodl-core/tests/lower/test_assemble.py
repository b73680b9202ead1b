# SPDX-License-Identifier: MIT
"""TensorFlow puts values together as NumPy's scatter-add does."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from nengo_dl.lower import recipe as forms
from nengo_dl.lower.assemble import assemble, to_batch
from nengo_dl.lower.values import Piece


def sources(batches, length=24):
    """Make sources of different values, for one or more items."""
    return [
        np.arange(batch * length, dtype=float).reshape((batch, length)) + 1000.0 * i
        for i, batch in enumerate(batches)
    ]


def scatter_add(pieces, length, arrays):
    """Put a value together in NumPy."""
    batch = max(len(array) for array in arrays)
    total = np.zeros((batch, length))
    for piece in pieces:
        np.add.at(total, (slice(None), piece.out), arrays[piece.source][:, piece.src])
    return total


def check(evaluate, pieces, length, rows, arrays, form=None, jit=False):
    """Compare both, and say which forms the recipe has."""
    recipe = forms.make_recipe(pieces, length, rows, lambda i: arrays[i].shape[1])
    found = evaluate(
        lambda *tensors: assemble(recipe, tensors.__getitem__, tf.float64),
        *arrays,
        jit=jit,
    )
    expected = scatter_add(pieces, length, arrays)
    np.testing.assert_allclose(
        np.broadcast_to(found, expected.shape), expected, rtol=1e-12
    )
    if form is not None:
        assert form in {type(layer) for layer in recipe.layers}
    return recipe


def piece(source, src, out):
    """Make a piece from anything that NumPy takes."""
    return Piece(source, np.array(src), np.array(out))


COLUMNS = np.arange(24).reshape((6, 4))
SCATTERED = [9, 3, 7, 1, 5, 0, 2]
MANY = forms.MAX_LAYERS + 2
FORMS = {
    "whole": ([piece(0, range(24), range(24))], 24, 1, forms.Slices),
    "slice": ([piece(0, range(3, 9), range(6))], 6, 1, forms.Slices),
    "slices": (
        [piece(0, range(3, 9), range(6)), piece(1, range(2), [8, 9])],
        10,
        1,
        forms.Slices,
    ),
    "rows": ([piece(0, COLUMNS[:, 1:3].ravel(), range(12))], 12, 6, forms.Slices),
    "rows of two sources": (
        [
            piece(
                0, COLUMNS[:, 1:3].ravel(), np.arange(24).reshape((6, 4))[:, :2].ravel()
            ),
            piece(
                1, COLUMNS[:, :2].ravel(), np.arange(24).reshape((6, 4))[:, 2:].ravel()
            ),
        ],
        24,
        6,
        forms.Slices,
    ),
    "rows beyond the end": (
        [piece(0, (np.arange(5)[:, None] * 5 + [2, 3]).ravel(), range(10))],
        10,
        5,
        forms.Gather,
    ),
    "rows that repeat one": (
        [piece(0, list(range(4, 8)) * 6, range(24))],
        24,
        6,
        forms.Slices,
    ),
    "tile": ([piece(0, list(range(4)) * 3, range(12))], 12, 1, forms.Slices),
    "tile in rows": (
        [piece(0, np.tile(COLUMNS, 2).ravel(), range(48))],
        48,
        6,
        forms.Slices,
    ),
    "gather": ([piece(1, SCATTERED, range(7))], 7, 1, forms.Gather),
    "gather from two": (
        [piece(0, SCATTERED, range(0, 14, 2)), piece(1, SCATTERED, range(1, 15, 2))],
        16,
        1,
        forms.Gather,
    ),
    "gather-sum": (
        [piece(i % 2, range(i, i + 5), range(5)) for i in range(MANY)],
        5,
        1,
        forms.GatherSum,
    ),
    "gather-sum in order": (
        [piece(0, range(i * 4, i * 4 + 4), range(4)) for i in range(MANY)],
        4,
        1,
        forms.GatherSum,
    ),
    "segment-sum": (
        [piece(0, range(24), range(24))] + [piece(1, [i], [7]) for i in range(MANY)],
        24,
        1,
        forms.SegmentSum,
    ),
}


@pytest.mark.parametrize("batches", [(1, 1), (3, 3), (1, 3)])
@pytest.mark.parametrize("name", list(FORMS))
def test_form(name, batches, evaluate):
    """Each form gives what NumPy gives, with sources for one item and for all."""
    pieces, length, rows, form = FORMS[name]
    check(evaluate, pieces, length, rows, sources(batches), form)


def test_forms_with_xla(evaluate):
    """XLA compiles all forms, in one program, to the same values."""
    arrays = sources((1, 3))
    chosen = list(FORMS.values())
    recipes = [forms.make_recipe(*form[:3], lambda i: 24) for form in chosen]

    def function(*tensors):
        values = [assemble(r, tensors.__getitem__, tf.float64) for r in recipes]
        return tf.concat([to_batch(value, 3) for value in values], axis=1)

    expected = np.concatenate(
        [scatter_add(pieces, length, arrays) for pieces, length, _, _ in chosen], axis=1
    )
    found = evaluate(function, *arrays, jit=True)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_nothing_is_zeros(evaluate):
    """A recipe without terms is a row of zeros, which broadcasts to all items."""
    recipe = forms.make_recipe([], 3, 1, len)
    found = evaluate(lambda: assemble(recipe, None, tf.float32))
    np.testing.assert_array_equal(found, np.zeros((1, 3), np.float32))


@st.composite
def any_pieces(draw):
    """Draw pieces with any elements of two sources, for 1, 2 or 3 rows."""
    rows = draw(st.integers(1, 3))
    length = rows * draw(st.integers(1, 5))
    pieces = []
    for _ in range(draw(st.integers(0, 6))):
        out = draw(st.lists(st.integers(0, length - 1), min_size=1, unique=True))
        if draw(st.booleans()):
            start = draw(st.integers(0, 24 - length))
            src = start + np.array(sorted(out))
            out = sorted(out)
        else:
            src = [draw(st.integers(0, 23)) for _ in out]
        pieces.append(piece(draw(st.integers(0, 1)), src, out))
    return pieces, length, rows


@settings(max_examples=60)
@given(any_pieces(), st.sampled_from([(1, 1), (2, 2), (2, 1)]))
def test_any_pieces_equal_numpy(evaluate, drawn, batches):
    """Whatever form is chosen, the value is the sum of its terms."""
    check(evaluate, *drawn, sources(batches))


def test_to_batch(evaluate):
    """One item is repeated for all; what is there for all stays as it is."""
    one, all_items = np.array([[[1.0], [2.0]]]), np.arange(6.0).reshape((3, 2, 1))
    found = evaluate(lambda x: to_batch(x, 3), one)
    np.testing.assert_array_equal(found, np.repeat(one, 3, axis=0))
    np.testing.assert_array_equal(
        evaluate(lambda x: to_batch(x, 3), all_items), all_items
    )
