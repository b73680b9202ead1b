# SPDX-License-Identifier: MIT
"""The benchmark networks, each a function that returns a ``nengo.Network``."""

from .convolution import cconv
from .encoder_learning import voja
from .expected import expected_warnings
from .image import convolution
from .integration import integrator
from .learning import pes
from .mnist import mnist_stack, spiking_mnist
from .python_function import python_node
from .random_graph import random_network
from .registry import NETWORKS, build_network, find_network, find_neuron_type
from .selection import basal_ganglia
from .sparsity import sparse
from .tensor_function import tensor_node
from .weight_learning import bcm

__all__ = [
    "NETWORKS",
    "basal_ganglia",
    "bcm",
    "build_network",
    "cconv",
    "convolution",
    "expected_warnings",
    "find_network",
    "find_neuron_type",
    "integrator",
    "mnist_stack",
    "pes",
    "python_node",
    "random_network",
    "sparse",
    "spiking_mnist",
    "tensor_node",
    "voja",
]
