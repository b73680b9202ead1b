# SPDX-License-Identifier: MIT
"""Small public helpers."""

import functools
import re

import numpy as np
from nengo.exceptions import SimulationError

from nengo_dl.progress import NullProgressBar, ProgressBar

__all__ = [
    "NullProgressBar",
    "ProgressBar",
    "align_func",
    "function_name",
    "sanitize_name",
]


def sanitize_name(name):
    """
    Turn any value into a name that TensorFlow accepts.

    Parameters
    ----------
    name : object
        Anything that has a string form.

    Returns
    -------
    str
        Its string form with spaces and colons as underscores, and without any other
        character than letters, digits, ``_``, ``.``, ``-`` and ``/``.
    """
    return re.sub(r"[^A-Za-z0-9_.\-/]", "", re.sub(r"[ :]", "_", str(name)))


def function_name(function, sanitize=True):
    """
    Name of a function, or of the class of a callable object.

    Parameters
    ----------
    function : callable
        The function.
    sanitize : bool, optional
        Whether to apply `sanitize_name`.

    Returns
    -------
    str
        The name.
    """
    name = getattr(function, "__name__", type(function).__name__)
    return sanitize_name(name) if sanitize else name


def align_func(shape, dtype):
    """
    Decorate a function so that its results have a fixed shape and type.

    Parameters
    ----------
    shape : tuple of int or list of tuple of int
        Shape of the result, or one for each result.
    dtype : dtype or list of dtype
        NumPy or TensorFlow type of the result, or one for each result.

    Returns
    -------
    callable
        Decorator. The decorated function raises `nengo.exceptions.SimulationError` where
        a result is None, not a number, or not finite, and ValueError where its size does
        not fit.
    """
    several = isinstance(shape, list)

    def decorate(function):
        @functools.wraps(function, assigned=_present_names(function))
        def aligned(*args):
            result = function(*args)
            if not several:
                return _align(function, result, shape, dtype)
            return [_align(function, *one) for one in zip(result, shape, dtype)]

        return aligned

    return decorate


def _align(function, result, shape, dtype):
    dtype = getattr(dtype, "as_numpy_dtype", dtype)
    problem = None
    if result is None:
        problem = "returned None; it must return a number or an array"
    else:
        try:
            array = np.asarray(result, dtype=dtype)
        except (TypeError, ValueError):
            problem = f"returned {result!r}, which is not numeric"
        else:
            if not np.all(np.isfinite(array)):
                problem = f"returned {result!r}, which is not finite"
    if problem is not None:
        raise SimulationError(f"Function '{function_name(function, False)}' {problem}.")
    return array.reshape(shape)


def _present_names(function):
    """Attributes to copy: callable objects and partials lack some of the usual ones."""
    return [name for name in functools.WRAPPER_ASSIGNMENTS if hasattr(function, name)]
