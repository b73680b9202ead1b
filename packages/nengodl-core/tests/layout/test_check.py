# SPDX-License-Identifier: MIT
"""The check of layouts finds what is wrong with them."""

import numpy as np
import pytest
from nengo.builder import Signal
from nengo_dl.layout import Home, Layout, Place, check_layout

A, B = (Signal(np.zeros(2), name=name) for name in "ab")
HOME = Home((A, B), True, False)
PLACES = {A: Place(0, 0, 1), B: Place(0, 2, 1)}


def test_right_layouts_pass():
    """Signals one after the other, and interleaved ones, each with its place."""
    check_layout(Layout((HOME,), PLACES))
    interleaved = {A: Place(0, 0, 2), B: Place(0, 1, 2)}
    check_layout(Layout((HOME._replace(last=True),), interleaved))
    check_layout(Layout((), {}))


@pytest.mark.parametrize(
    "homes, places, message",
    [
        ((HOME, HOME._replace(bases=(A,))), PLACES, "two places"),
        ((HOME,), {A: Place(0, 0, 1), B: Place(0, 1, 1)}, "misplaced"),
        ((HOME._replace(last=True),), PLACES, "misplaced"),
        ((HOME._replace(bases=(A,)),), PLACES, "without a home"),
        ((HOME._replace(bases=(A[:1],)),), {}, "is a view"),
    ],
)
def test_wrong_layouts_are_found(homes, places, message):
    """Views, doubles, misplaced signals and signals without a home are named."""
    with pytest.raises(AssertionError, match=message):
        check_layout(Layout(homes, places))
