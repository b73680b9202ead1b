# SPDX-License-Identifier: MIT
"""The values of constant signals."""

import numpy as np
import pytest
from nengo.builder import Signal
from nengo.builder.operator import Reset
from nengo_dl.simplify.constants import Constants, compact


@pytest.mark.parametrize(
    "item", [slice(1, 3), slice(None, None, 2), slice(None, None, -1)]
)
def test_views_have_their_part_of_the_value(item):
    """A view of a partly reset base has the elements that the view shows."""
    base = Signal(np.arange(8.0).reshape((4, 2)), name="base")
    expected = np.arange(8.0).reshape((4, 2))
    expected[2:] = 9
    constants = Constants([Reset(base[2:], 9)])
    np.testing.assert_array_equal(constants.value(base[item]), expected[item])
    np.testing.assert_array_equal(base.initial_value, np.arange(8.0).reshape((4, 2)))


def test_compact_values_are_numbers_or_arrays():
    """Equal elements make a number; others an array that nobody can change."""
    assert compact(np.full((2, 2), 3.0)) == 3.0
    assert compact(np.zeros(0)) == 0.0
    values = np.array([1.0, 2.0])
    array = compact(values)
    values[0] = 5
    np.testing.assert_array_equal(array, [1, 2])
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 0
