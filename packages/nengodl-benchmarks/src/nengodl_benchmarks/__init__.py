# SPDX-License-Identifier: MIT
"""Benchmark networks, and measurements of nengo_dl against other simulators."""

from .measure import Case, Comparison, compare
from .networks import basal_ganglia, cconv, integrator, pes, random_network
from .profile import run_profile

__all__ = [
    "Case",
    "Comparison",
    "basal_ganglia",
    "cconv",
    "compare",
    "integrator",
    "pes",
    "random_network",
    "run_profile",
]
