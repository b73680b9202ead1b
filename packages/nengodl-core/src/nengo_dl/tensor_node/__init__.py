# SPDX-License-Identifier: MIT
"""Nodes whose output is computed by TensorFlow, and layers made of them."""

from nengo_dl.tensor_node.layer import reshaped, tensor_layer
from nengo_dl.tensor_node.node import TensorNode, TensorOutput
from nengo_dl.tensor_node.operator import SimTensorNode

__all__ = ["SimTensorNode", "TensorNode", "TensorOutput", "reshaped", "tensor_layer"]
