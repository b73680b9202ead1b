# SPDX-License-Identifier: MIT
"""The rules, one family a file; importing this package registers all of them."""

from nengo_dl.lower.rules import (
    basic,
    learning_error,
    learning_hebbian,
    neuron_types_lif,
    neuron_types_noisy,
    neuron_types_rate,
    neuron_types_spiking,
    neurons,
    processes,
    synapses,
    tensor_node,
    transforms_convolution,
    transforms_sparse,
)

__all__ = [
    "basic",
    "learning_error",
    "learning_hebbian",
    "neuron_types_lif",
    "neuron_types_noisy",
    "neuron_types_rate",
    "neuron_types_spiking",
    "neurons",
    "processes",
    "synapses",
    "tensor_node",
    "transforms_convolution",
    "transforms_sparse",
]
