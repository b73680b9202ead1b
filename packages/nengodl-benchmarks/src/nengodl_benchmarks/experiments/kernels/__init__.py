# SPDX-License-Identifier: MIT
"""Compiled kernels against plain TensorFlow: the same networks with and without them."""

from .measure import Result, compare_kernels
from .networks import CASES

__all__ = ["CASES", "Result", "compare_kernels"]
