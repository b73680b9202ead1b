# SPDX-License-Identifier: MIT
"""Checks of arguments."""

from fractions import Fraction

import numpy as np
import pytest
from nengo.exceptions import ValidationError
from nengodl_train.arguments import is_integer, is_number, require


@pytest.mark.parametrize(
    "value, integer, number",
    [
        (3, True, True),
        (np.int8(3), True, True),
        (3.0, False, True),
        (np.float32(3), False, True),
        (Fraction(1, 3), False, True),
        (np.inf, False, True),
        (np.nan, False, False),
        (np.float32("nan"), False, False),
        (True, False, False),
        (np.bool_(True), False, False),
        ("3", False, False),
        (3j, False, False),
        (None, False, False),
        (np.zeros(()), False, False),
    ],
)
def test_kinds_of_numbers(value, integer, number):
    """Python's and NumPy's numbers count, truth values and arrays do not."""
    assert is_integer(value) is integer
    assert is_number(value) is number


def test_errors():
    """What is not allowed is an error with the class, the name and the value."""

    class Owner:
        """Something that has arguments."""

    require(True, Owner(), "size", -1, "a positive number")
    with pytest.raises(ValidationError) as error:
        require(False, Owner(), "size", -1, "a positive number")
    assert str(error.value) == "Owner.size: must be a positive number, but is -1"
    assert error.value.attr == "size"
