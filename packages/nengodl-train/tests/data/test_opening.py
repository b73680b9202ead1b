# SPDX-License-Identifier: MIT
"""Which data is read in which way."""

import numpy as np
import pytest
from nengo.exceptions import ValidationError
from nengo_dl.errors import DataError


@pytest.mark.parametrize(
    "data, text",
    [
        (None, "None"),
        ("x", "str"),
        (b"x", "bytes"),
        (1.5, "float"),
        (np.zeros((2, 2, 1)), "ndarray"),
        (object(), "object"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_data_is_refused(data, text, open_data):
    """The error says what data may be, and what it is; it is one about `data`."""
    with pytest.raises(DataError, match=f"(?s)dict.*steps.*Dataset.*{text}") as error:
        open_data(data)
    assert error.value.attr == "data"
    assert isinstance(error.value, ValidationError)


@pytest.mark.parametrize("data", [{}, 0, -1, True, {"x": np.zeros((2, 2, 1))}])
def test_arrays_and_numbers_are_checked_at_once(data, open_data):
    """The check that the trainer gives refuses what the network has no use for."""
    with pytest.raises(DataError):
        open_data(data)


def test_streams_are_not_touched_before_the_first_epoch(open_data):
    """Nothing is known of a stream when it is opened, and nothing of it is read."""
    read = []
    source = open_data(read.append(number) for number in range(3))
    assert (source.length, source.n_steps, read) == (None, None, [])


def test_streams_are_not_shuffled(element, open_data, numbers):
    """The order of a stream is its own affair."""
    items = element(20)
    source = open_data([items], shuffle=True, rng=np.random.RandomState(0))
    assert numbers(source) == [[2 * n, 2 * n + 1] for n in range(10)]
