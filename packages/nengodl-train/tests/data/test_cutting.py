# SPDX-License-Identifier: MIT
"""Cutting several data sets alike."""

import warnings

import numpy as np
import pytest
from nengo_dl.errors import UnevenMinibatchWarning, UnevenTruncationWarning
from nengodl_train.data.cutting import Cutter


def test_each_warning_comes_once():
    """The first data set that is uneven is named, whichever it is; others are not."""
    cutter = Cutter(2, False, 2, None)
    shapes = [(4, 4, 1), (4, 3, 1), (5, 3, 1), (3, 5, 1)]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for number, shape in enumerate(shapes):
            list(cutter.pieces({"x": np.zeros(shape)}, f"data set {number}: "))
    assert [warning.category for warning in caught] == [
        UnevenTruncationWarning,
        UnevenMinibatchWarning,
    ]
    assert str(caught[0].message).startswith("data set 1: 3 steps")
    assert str(caught[1].message).startswith("data set 2: 5 items")


def test_warnings_may_be_errors():
    """A warning that the caller makes an error ends the iteration."""
    pieces = Cutter(2, False, None, None).pieces({"x": np.zeros((3, 1, 1))})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UnevenMinibatchWarning):
            next(pieces)


@pytest.mark.parametrize("truncation", [None, 1, 2, 3, 7])
@pytest.mark.parametrize("data", [5, {"x": np.zeros((7, 5, 1))}], ids=["int", "dict"])
@pytest.mark.filterwarnings("ignore::UserWarning")  # of what is left over
def test_pieces_are_counted(data, truncation):
    """The count is that of the pieces that come."""
    cutter = Cutter(2, False, truncation, None)
    assert cutter.count(data) == len(list(cutter.pieces(data)))
    assert cutter.n_steps(data) == 5
