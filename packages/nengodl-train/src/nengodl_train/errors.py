# SPDX-License-Identifier: MIT
"""
Exceptions and warnings of this package.

Each one also is the Nengo or built-in class that a caller would look for, so nobody has
to import this module to catch them; the warnings have classes of their own so that one
of them can be silenced alone.
"""

from nengo.exceptions import SimulationError


class SummaryError(SimulationError):
    """
    An object in the list of summaries is nothing that can be recorded.

    Parameters
    ----------
    item : object
        The object.
    reason : str
        What was expected of it, and what to do.
    """

    def __init__(self, item, reason):
        super().__init__(f"Cannot record a summary of {item!r}: {reason}.")


class SummariesIgnoredWarning(UserWarning):
    """Summaries are not written, because the simulator has no `tensorboard` folder."""


class OneStepWarning(UserWarning):
    """Training is for one step, which a filter does not let through."""


class NoGradientWarning(UserWarning):
    """Something that should be trained has no gradient."""
