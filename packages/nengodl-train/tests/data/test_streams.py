# SPDX-License-Identifier: MIT
"""Data that comes element by element."""

import numpy as np
import pytest
from nengo_dl.errors import DataError, UnevenMinibatchWarning


def test_elements_are_cut_into_minibatches(element, open_data, numbers):
    """An element may hold one minibatch or several, and the numbers may differ."""
    source = open_data(iter([element(2), element(6, first=2), element(2, first=8)]))
    assert numbers(source) == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]


def test_truncation_cuts_elements_in_time(element, open_data, network):
    """All pieces of a minibatch follow each other, with their first step."""
    source = open_data([element(4, n_steps=4)], truncation=2)
    found = [(offset, piece[network.x][0, :, 0]) for offset, piece in source.epoch()]
    expected = [(0, [0, 1]), (2, [2, 3]), (0, [200, 201]), (2, [202, 203])]
    np.testing.assert_equal(found, expected)


def test_items_that_fill_no_minibatch_are_left_out(element, open_data, numbers):
    """The warning names the first element of which items are left out, and no others."""
    source = open_data([element(2), element(3, first=2), element(5, first=5)])
    with pytest.warns(UnevenMinibatchWarning, match="element 1 .*epoch 1: 3 items"):
        assert numbers(source) == [[0, 1], [2, 3], [5, 6], [7, 8]]
    assert len(numbers(source)) == 4  # where a warning would be an error


def test_elements_may_differ_in_steps(element, open_data):
    """The number of steps is that of the element that came last."""
    source = open_data([element(2, n_steps=3), element(2, n_steps=1)])
    assert [source.n_steps for _ in source.epoch()] == [3, 1]


def test_elements_are_read_one_by_one(element, open_data):
    """An element is asked for when the pieces of the one before it are used up."""
    asked = []

    def elements():
        for number in range(3):
            asked.append(number)
            yield element(4)

    pieces = open_data(elements).epoch()
    assert asked == []
    next(pieces), next(pieces)
    assert asked == [0]
    next(pieces)
    assert asked == [0, 1]


@pytest.mark.parametrize("data", [[], lambda: iter(())], ids=["list", "function"])
def test_empty_streams_are_refused(data, open_data):
    """Nothing would be trained in an epoch without elements."""
    with pytest.raises(DataError, match="gave nothing in epoch 1: the stream is empty"):
        list(open_data(data).epoch())


def test_iterators_are_used_up_after_one_epoch(element, open_data, numbers):
    """The error in the second epoch says what to give instead."""
    source = open_data(element(2) for _ in range(2))
    assert len(numbers(source)) == 2
    with pytest.raises(
        DataError, match="gave nothing in epoch 2.*function.*Dataset.*Sequence"
    ) as error:
        numbers(source)
    assert error.value.attr == "data"


@pytest.mark.parametrize("called", [True, False], ids=["function", "generator"])
def test_generators_are_closed_when_an_epoch_ends_early(called, element, open_data):
    """What a generator holds open is closed with the iterator over pieces."""
    events = []

    def elements():
        try:
            while True:
                yield element(2)
        finally:
            events.append("closed")

    pieces = open_data(elements if called else elements()).epoch()
    next(pieces)
    assert events == []
    pieces.close()
    assert events == ["closed"]


def test_generators_are_closed_after_an_element_that_does_not_fit(element, open_data):
    """An error leaves nothing open."""
    events = []

    def elements():
        try:
            yield element(1)
        finally:
            events.append("closed")

    with pytest.raises(DataError):
        list(open_data(elements()).epoch())
    assert events == ["closed"]


def test_errors_of_the_stream_itself_come_through(element, open_data):
    """What the code of a user raises is not dressed up."""

    def elements():
        yield element(2)
        raise OSError("no more disk")

    pieces = open_data(elements).epoch()
    next(pieces)
    with pytest.raises(OSError, match="^no more disk$"):
        next(pieces)
