# SPDX-License-Identifier: MIT
"""Cutting data into minibatches and pieces in time."""

import warnings

import numpy as np
import pytest
from nengo_dl.errors import UnevenMinibatchWarning, UnevenTruncationWarning
from nengo_dl.utils import minibatch_generator


def data(n_items, n_steps):
    """Arrays whose values say which item and step they are of."""
    items, steps = np.ogrid[:n_items, :n_steps]
    x = (100 * items + steps)[..., None]
    return {"x": x, "y": np.concatenate([x, x + 0.5], axis=2)}


def numbers(pieces):
    """Item and step numbers of the array x of each piece."""
    return [(offset, piece["x"][..., 0].tolist()) for offset, piece in pieces]


def test_items_come_in_order():
    """Without shuffling the minibatches are slices, each of all steps (history 44)."""
    found = numbers(minibatch_generator(data(4, 3), 2, shuffle=False))
    assert found == [
        (0, [[0, 1, 2], [100, 101, 102]]),
        (0, [[200, 201, 202], [300, 301, 302]]),
    ]


def test_truncated_pieces_follow_each_other():
    """All pieces of a minibatch come before the next one, with their first step."""
    found = numbers(minibatch_generator(data(2, 4), 1, shuffle=False, truncation=2))
    assert found == [(0, [[0, 1]]), (2, [[2, 3]]), (0, [[100, 101]]), (2, [[102, 103]])]


def test_the_last_piece_may_be_short():
    """Steps that truncation does not divide are warned of with both numbers."""
    with pytest.warns(UnevenTruncationWarning, match="5 steps.*truncation=3"):
        found = list(minibatch_generator(data(1, 5), 1, truncation=3))
    assert [(offset, piece["y"].shape) for offset, piece in found] == [
        (0, (1, 3, 2)),
        (3, (1, 2, 2)),
    ]


def test_items_that_fill_no_minibatch_are_left_out():
    """The warning has both numbers."""
    with pytest.warns(UnevenMinibatchWarning, match="5 items.*minibatch_size=2"):
        found = numbers(minibatch_generator(data(5, 1), 2, shuffle=False))
    assert [piece for _, piece in found] == [[[0], [100]], [[200], [300]]]


def test_shuffling_permutes_items():
    """Each item comes once, arrays alike, in an order that the generator decides."""
    orders = []
    for seed in (0, 0, 1):
        found = list(
            minibatch_generator(data(12, 2), 3, rng=np.random.RandomState(seed))
        )
        for _, piece in found:
            np.testing.assert_array_equal(piece["x"], piece["y"][..., :1])
        orders.append([n for _, piece in found for n in piece["x"][:, 0, 0].tolist()])
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == list(range(0, 1200, 100)) != orders[0]


@pytest.mark.parametrize("n_steps", [5, np.int64(5)])
def test_a_number_of_steps_is_one_minibatch(n_steps):
    """There is no data to cut, but pieces in time there are."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(minibatch_generator(n_steps, 3)) == [(0, 5)]
    with pytest.warns(UnevenTruncationWarning):
        assert list(minibatch_generator(n_steps, 3, truncation=2)) == [
            (0, 2),
            (2, 2),
            (4, 1),
        ]
