# SPDX-License-Identifier: MIT
"""The benchmark networks, each a function that returns a ``nengo.Network``."""

from .convolution import cconv
from .expected import expected_warnings
from .integration import integrator
from .learning import pes
from .random_graph import random_network
from .registry import NETWORKS, build_network, find_network, find_neuron_type
from .selection import basal_ganglia

__all__ = [
    "NETWORKS",
    "basal_ganglia",
    "build_network",
    "cconv",
    "expected_warnings",
    "find_network",
    "find_neuron_type",
    "integrator",
    "pes",
    "random_network",
]
