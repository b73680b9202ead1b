# SPDX-License-Identifier: MIT
"""Errors and warnings about data, steps and the life of a simulator."""

from nengo.exceptions import ValidationError


class DataError(ValidationError):
    """
    The `data` handed to a simulator does not fit it.

    Parameters
    ----------
    message : str
        What was expected and what was received.
    attr : str, optional
        The argument at fault.
    """

    def __init__(self, message, attr="data"):
        super().__init__(message, attr=attr)


class UnevenMinibatchWarning(UserWarning):
    """Items that do not fill a minibatch are left out."""


class UnevenTruncationWarning(UserWarning):
    """The last piece of each minibatch is shorter than the others."""


class NoStepsWarning(UserWarning):
    """A run was too short for one step."""


class UnevenUnrollWarning(RuntimeWarning):
    """More steps are executed than asked for, because steps are unrolled."""


class RenamedArgumentWarning(UserWarning, DeprecationWarning):
    """An argument was given under a name that it had in an earlier release."""


class InitialValuesWarning(UserWarning):
    """Parameters are read after closing, so their values are those after the build."""


class OpenSimulatorWarning(RuntimeWarning):
    """A simulator was deallocated while open."""
