# SPDX-License-Identifier: MIT
"""
Errors of this package.

Each is also click's ``UsageError``, so that the command line shows the message
instead of a traceback, and the built-in class that a Python caller expects.
"""

import click


class UnknownBenchmark(click.UsageError, KeyError):
    """No benchmark network has that name."""


class UnknownNeuronType(click.UsageError, AttributeError):
    """Neither nengo nor nengo_dl has a neuron type of that name."""


class InvalidOption(click.UsageError, ValueError):
    """An option has a value that makes no sense, or is missing."""
