# SPDX-License-Identifier: MIT
"""Small public helpers."""

import functools

import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError
from nengo_dl import progress, utils


@pytest.mark.parametrize(
    "value, name",
    [
        ("plain", "plain"),
        ("a b:c", "a_b_c"),
        ("x_1.0-y/z", "x_1.0-y/z"),
        ("<Ensemble 'é'>(\t\n)", "Ensemble_"),
        (3.5, "3.5"),
        (None, "None"),
    ],
)
def test_names_are_sanitized(value, name):
    """Spaces and colons become underscores, other odd characters vanish."""
    assert utils.sanitize_name(value) == name


class Callable:
    """An object that can be called."""

    def __call__(self):
        """Do nothing."""


def test_function_names():
    """Functions have their name, callable objects that of their class."""
    assert utils.function_name(test_function_names) == "test_function_names"
    assert utils.function_name(Callable()) == "Callable"
    assert utils.function_name(functools.partial(max)) == "partial"
    assert utils.function_name(lambda: 0) == "lambda"
    assert utils.function_name(lambda: 0, sanitize=False) == "<lambda>"


@pytest.mark.parametrize("dtype", [np.float32, "float64", tf.float32])
def test_aligned_results_have_one_shape_and_type(dtype):
    """Numbers, lists and arrays come out as arrays."""
    expected = np.dtype(getattr(dtype, "as_numpy_dtype", dtype))
    for value in (3, [3], np.array([[3.0]])):
        result = utils.align_func((1,), dtype)(lambda x: x)(value)
        assert (result.shape, result.dtype) == ((1,), expected)
        assert result == 3


def test_several_results_are_aligned():
    """Lists of shapes and types align one result each."""
    function = utils.align_func([(2,), ()], [np.float32, np.int64])(lambda: ([1, 2], 3))
    first, second = function()
    assert (first.shape, first.dtype) == ((2,), np.float32)
    assert (second.shape, second.dtype) == ((), np.int64)


@pytest.mark.parametrize("value", [None, np.nan, np.inf, "text", [1, None]])
def test_results_that_are_no_numbers_are_refused(value):
    """The function and the value are named."""

    def faulty():
        return value

    with pytest.raises(SimulationError, match="'faulty'") as error:
        utils.align_func((1,), np.float32)(faulty)()
    assert str(value) in str(error.value)


def test_results_of_another_size_are_refused():
    """A result that cannot be reshaped is a ValueError."""
    with pytest.raises(ValueError, match="reshape"):
        utils.align_func((3,), np.float32)(lambda: [1, 2])()


def test_callable_objects_can_be_aligned():
    """What lacks the attributes of a function is decorated as well."""
    aligned = utils.align_func((1,), np.float32)
    assert aligned(functools.partial(max, 1))(2) == 2


def test_progress_bars_are_public_here():
    """The spec lists them among the utilities."""
    assert utils.ProgressBar is progress.ProgressBar
    assert utils.NullProgressBar is progress.NullProgressBar
