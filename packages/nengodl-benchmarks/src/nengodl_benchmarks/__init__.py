# SPDX-License-Identifier: MIT
"""Benchmark networks, and measurements of nengo_dl against other simulators."""

from .measure import Case, Comparison, compare
from .networks import (
    basal_ganglia,
    bcm,
    cconv,
    convolution,
    integrator,
    mnist_stack,
    pes,
    python_node,
    random_network,
    sparse,
    spiking_mnist,
    tensor_node,
    voja,
)
from .profile import run_profile

__all__ = [
    "Case",
    "Comparison",
    "basal_ganglia",
    "bcm",
    "cconv",
    "compare",
    "convolution",
    "integrator",
    "mnist_stack",
    "pes",
    "python_node",
    "random_network",
    "run_profile",
    "sparse",
    "spiking_mnist",
    "tensor_node",
    "voja",
]
