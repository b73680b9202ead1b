# SPDX-License-Identifier: MIT
"""Checks of numbers that users hand to a simulator."""

import warnings

import numpy as np
import pytest
from nengo.exceptions import ValidationError
from nengo_dl.simulator import checks


@pytest.mark.parametrize("value", [1, np.int8(7), np.array(3)])
def test_positive_integers_come_back_as_int(value):
    """Integers of all kinds are the plain int of the same value."""
    assert checks.positive_integer("x", value) == value
    assert type(checks.positive_integer("x", value)) is int


@pytest.mark.parametrize(
    "n_steps, unroll, executed", [(4, 1, 4), (4, 4, 4), (5, 4, 8), (1, 4, 4)]
)
def test_executed_steps_fill_the_unrolled_loop(n_steps, unroll, executed):
    """Steps are rounded up to a multiple, with a warning only if that adds any."""
    with warnings.catch_warnings(record=True) as record:
        warnings.simplefilter("always")
        assert checks.executed_steps(n_steps, unroll) == executed
    assert [w.category.__mro__[1] for w in record] == [RuntimeWarning] * (
        executed != n_steps
    )


@pytest.mark.parametrize("time", [np.float32(0.25), np.array(0.25), 1, True])
def test_times_are_real_numbers(time):
    """All that NumPy computes with is a time."""
    assert checks.steps_in(time, 0.25) == float(time) / 0.25


@pytest.mark.parametrize("time", [1j, np.array([1.0, 2.0]), [1.0]])
def test_other_times_are_refused(time):
    """Complex numbers and sequences are no times."""
    with pytest.raises(ValidationError):
        checks.steps_in(time, 0.25)


@pytest.mark.parametrize("value", [np.float32(0.25), np.array(0.25), 1, 1e-9])
def test_lengths_of_time_are_positive_numbers(value):
    """All real numbers above zero pass."""
    checks.positive_seconds("x", value)


@pytest.mark.parametrize(
    "value", [0, -1.0, np.nan, np.inf, True, 1j, np.array(1j), [1.0]]
)
def test_other_lengths_of_time_are_refused(value):
    """The error names the argument and has the value."""
    with pytest.raises(ValidationError) as error:
        checks.positive_seconds("x", value)
    assert error.value.attr == "x"
    assert repr(value) in str(error.value)


def test_a_value_has_its_old_or_its_new_name():
    """The new name is silent, the old one warns, and none gives None."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert checks.renamed("old", None, "new", 3, UserWarning) == 3
        assert checks.renamed("old", None, "new", None, UserWarning) is None
    with pytest.warns(UserWarning, match="old.*new"):
        assert checks.renamed("old", 3, "new", None, UserWarning) == 3
