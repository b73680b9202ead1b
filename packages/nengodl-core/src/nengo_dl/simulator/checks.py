# SPDX-License-Identifier: MIT
"""Checks of the numbers that users hand to a simulator, made before anything runs."""

import math
import numbers
import operator
import warnings
from typing import Any

import numpy as np
from nengo.exceptions import SimulationError, ValidationError

from nengo_dl.errors import NoStepsWarning, UnevenUnrollWarning


def positive_integer(name, value):
    """
    Check a count that must be at least one.

    Parameters
    ----------
    name : str
        Name of the argument.
    value : int
        The count.

    Returns
    -------
    int
        The count.

    Raises
    ------
    ValidationError
        If it is not an integer, or less than one.
    """
    count = _integer(value)
    if count is None or count < 1:
        raise ValidationError(
            f"must be an integer of at least 1, but is {value!r}", attr=name
        )
    return count


def step_count(n_steps):
    """
    Check a number of steps to run.

    Parameters
    ----------
    n_steps : int
        The number.

    Returns
    -------
    int
        The number.

    Raises
    ------
    ValidationError
        If it is not an integer, or negative.
    """
    count = _integer(n_steps)
    if count is None or count < 0:
        raise ValidationError(
            f"must be an integer of at least 0, but is {n_steps!r}", attr="n_steps"
        )
    return count


def steps_in(time_in_seconds, dt):
    """
    Turn a time to run into a number of steps.

    Parameters
    ----------
    time_in_seconds : float
        The time.
    dt : float
        Length of a step, in seconds.

    Returns
    -------
    int
        Nearest number of steps, the even one of two that are equally near.

    Raises
    ------
    ValidationError
        If the time is not a finite number, or negative.
    """
    seconds = _real(time_in_seconds)
    if seconds is None or not 0 <= seconds < math.inf:
        raise ValidationError(
            f"must be a finite number of seconds, 0 or more, but is {time_in_seconds!r}",
            attr="time_in_seconds",
        )
    return int(np.round(seconds / dt))


def positive_seconds(name, value):
    """
    Check a length of time that must be greater than zero.

    Parameters
    ----------
    name : str
        Name of the argument.
    value : float
        The length, in seconds.

    Raises
    ------
    ValidationError
        If it is not a finite number greater than zero.
    """
    seconds = None if isinstance(value, bool) else _real(value)
    if seconds is None or not 0 < seconds < math.inf:
        raise ValidationError(
            f"must be a positive number of seconds, but is {value!r}", attr=name
        )


def warn_no_steps(asked, sim):
    """
    Warn that a run is too short for one step.

    Parameters
    ----------
    asked : str
        Subject and verb of the warning: what was asked for.
    sim : Simulator
        The simulator, which stays as it is.
    """
    warnings.warn(
        f"{asked} not enough for a step of {sim.dt} seconds, so nothing runs. The"
        f" simulator is still at time {sim.time}.",
        NoStepsWarning,
        stacklevel=3,
    )


def seed(value):
    """
    Check a seed.

    Parameters
    ----------
    value : int
        The seed.

    Returns
    -------
    int
        The seed.

    Raises
    ------
    ValidationError
        If NumPy's random generator does not take it.
    """
    number = _integer(value)
    if number is None or not 0 <= number < 2**32:
        raise ValidationError(
            f"must be an integer from 0 to 2**32 - 1, but is {value!r}", attr="seed"
        )
    return number


def executed_steps(n_steps, unroll):
    """
    Round up to whole iterations of the loop, with a warning if that changes anything.

    Parameters
    ----------
    n_steps : int
        Steps that are asked for.
    unroll : int
        Steps in one iteration of the loop.

    Returns
    -------
    int
        The next multiple of `unroll`.
    """
    executed = -(-n_steps // unroll) * unroll
    if executed != n_steps:
        warnings.warn(
            f"{n_steps} steps are not a multiple of unroll_simulation={unroll}, so"
            f" {executed} steps are executed. Probe data stops at {n_steps} steps, but the"
            f" state of the simulation is {executed - n_steps} steps ahead, and functions"
            " of nodes are called for them.",
            UnevenUnrollWarning,
            stacklevel=3,
        )
    return executed


def renamed(old_name, old, new_name, new, category):
    """
    Value of an argument that was renamed, with a warning if the old name is used.

    Parameters
    ----------
    old_name : str
        Old name of the argument.
    old : object
        Value under the old name, None if not given.
    new_name : str
        New name of the argument.
    new : object
        Value under the new name, None if not given.
    category : type
        Class of the warning.

    Returns
    -------
    object
        The value that was given.

    Raises
    ------
    ValidationError
        If both were given.
    """
    if old is None:
        return new
    if new is not None:
        raise ValidationError(
            f"is the old name of {new_name}; use only one of them, {new_name}",
            attr=old_name,
        )
    warnings.warn(
        f"{old_name} was renamed; use {new_name} instead.", category, stacklevel=3
    )
    return old


def _real(value):
    """`value` as a float, None if it is no real number."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    return float(value) if isinstance(value, numbers.Real) else None


def _integer(value):
    """`value` as an int, None if it is none."""
    try:
        return operator.index(value)
    except TypeError:
        return None


def require_own_state(program: Any) -> None:
    """
    Refuse a run in a callback of something that has put the state aside.

    Parameters
    ----------
    program : Program
        The program.

    Raises
    ------
    SimulationError
        If a training, or `run_batch`, is going on.
    """
    if program.is_isolated:
        raise SimulationError(
            "The simulator cannot run while a training or a run_batch is going on, as its"
            " state is put aside. Use run_batch or loss in callbacks, which have a state of"
            " their own, or run when it has ended."
        )
