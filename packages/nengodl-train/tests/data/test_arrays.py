# SPDX-License-Identifier: MIT
"""Data in memory."""

import warnings

import numpy as np
import pytest
from nengo_dl.errors import UnevenMinibatchWarning, UnevenTruncationWarning


@pytest.mark.parametrize("truncation, length", [(None, 3), (2, 9), (5, 3)])
def test_arrays_know_their_length(truncation, length, element, open_data):
    """There are as many pieces as announced, short ones at the end of items included."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnevenTruncationWarning)
        source = open_data(element(6, n_steps=5), truncation=truncation)
        assert (source.n_steps, source.length) == (5, length)
        assert len(list(source.epoch())) == length


@pytest.mark.parametrize("n_steps", [5, np.int64(5)])
def test_a_number_of_steps_is_one_minibatch(n_steps, open_data):
    """The pieces of each epoch have a number of steps in place of arrays."""
    source = open_data(n_steps, truncation=5)
    assert (source.n_steps, source.length) == (5, 1)
    assert [list(source.epoch()) for _ in range(2)] == [[(0, 5)]] * 2

    source = open_data(6, truncation=2)
    assert source.length == 3
    assert list(source.epoch()) == [(0, 2), (2, 2), (4, 2)]


def test_items_come_in_an_order_of_their_own_in_each_epoch(element, open_data, numbers):
    """Shuffling goes on from epoch to epoch, by the generator that was given."""
    epochs = []
    for seed in (0, 0):
        rng = np.random.RandomState(seed)
        source = open_data(element(12), shuffle=True, rng=rng)
        epochs.append([sum(numbers(source), []) for _ in range(2)])
    assert epochs[0] == epochs[1]
    assert epochs[0][0] != epochs[0][1]
    assert sorted(epochs[0][0]) == sorted(epochs[0][1]) == list(range(12))


def test_what_is_left_out_is_told_once(element, open_data, numbers):
    """Later epochs leave items out as well, and do not repeat the warning."""
    source = open_data(element(5))
    with pytest.warns(UnevenMinibatchWarning, match="5 items.*minibatch_size=2"):
        assert numbers(source) == [[0, 1], [2, 3]]
    assert numbers(source) == [[0, 1], [2, 3]]  # where a warning would be an error
