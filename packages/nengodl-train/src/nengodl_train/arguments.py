# SPDX-License-Identifier: MIT
"""Checks of arguments."""

import math
import numbers
from typing import Any

from nengo.exceptions import ValidationError


def require(allowed: bool, owner: Any, attr: str, value: Any, expected: str):
    """
    Raise an error about an argument unless it is allowed.

    Parameters
    ----------
    allowed : bool
        Whether it is.
    owner : object
        What the argument is of.
    attr : str
        Its name.
    value : object
        What it is.
    expected : str
        What it must be.

    Raises
    ------
    nengo.exceptions.ValidationError
        If it is not.
    """
    if not allowed:
        raise ValidationError(
            f"must be {expected}, but is {value!r}", attr=attr, obj=owner
        )


def is_integer(value: Any) -> bool:
    """
    Say whether a value is an integer of any type, and no boolean.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    bool
        Whether it is.
    """
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """
    Say whether a value is a real number of any type, no boolean and not NaN.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    bool
        Whether it is.
    """
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return real and not math.isnan(value)
