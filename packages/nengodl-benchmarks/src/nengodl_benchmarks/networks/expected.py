# SPDX-License-Identifier: MIT
"""Warnings that the benchmark networks cause on purpose."""

import contextlib
import warnings


@contextlib.contextmanager
def expected_warnings():
    """
    Hide what nengo says about fixed gains while it builds a benchmark network.

    It works out the maximum rates that belong to gains and biases, and a LIF neuron
    with a gain of -1 has none. The rates are used nowhere.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "invalid value encountered in log1p")
        warnings.filterwarnings("ignore", "divide by zero encountered")
        warnings.filterwarnings("ignore", "Non-finite values detected in `max_rates`")
        yield
