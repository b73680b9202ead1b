# SPDX-License-Identifier: MIT
"""The operator of a TensorNode."""

from typing import Any

from nengo.builder.operator import Operator, SimPyFunc

from nengo_dl.tensor_node.node import TensorOutput


class SimTensorNode(Operator):
    """
    Compute the output of a TensorNode.

    Parameters
    ----------
    node : TensorNode
        The node.
    function : callable
        Its function at the time of the build.
    t : nengo.builder.Signal
        Simulated time.
    x : nengo.builder.Signal or None
        What the node gets.
    output : nengo.builder.Signal
        What it gives.
    tag : str, optional
        A label for debugging.

    Notes
    -----
    Sets ``[output]``, reads ``[t]`` or ``[t, x]``; increments and updates nothing. There
    is no NumPy step; a test may derive a class that has one.
    """

    def __init__(self, node, function, t, x, output, tag=None):
        super().__init__(tag=tag)
        self.node = node
        self.function = function
        self.sets = [output]
        self.incs = []
        self.reads = [t] if x is None else [t, x]
        self.updates = []

    @property
    def t(self):
        """nengo.builder.Signal: simulated time."""
        return self.reads[0]

    @property
    def output(self):
        """nengo.builder.Signal: what the node gives."""
        return self.sets[0]


def is_tensor_node(op: Any) -> bool:
    """Say whether nengo's builder made this operator from a TensorNode."""
    return isinstance(op, SimPyFunc) and isinstance(op.fn, TensorOutput)


def tensor_operator(op: SimPyFunc) -> SimTensorNode:
    """Turn the operator that nengo's builder made into one that can be computed."""
    return SimTensorNode(op.fn.node, op.fn.tensor_func, op.t, op.x, op.output, op.tag)
