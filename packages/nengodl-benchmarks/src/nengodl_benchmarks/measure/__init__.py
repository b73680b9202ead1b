# SPDX-License-Identifier: MIT
"""Measure two simulators against each other on one network."""

from .compare import compare
from .hlo import LoopCounts, count_fusions
from .machine import describe_machine, describe_versions
from .result import Case, Comparison
from .sides import NengoDLSide, NengoSide

__all__ = [
    "Case",
    "Comparison",
    "LoopCounts",
    "NengoDLSide",
    "NengoSide",
    "compare",
    "count_fusions",
    "describe_machine",
    "describe_versions",
]
