# SPDX-License-Identifier: MIT
"""What tensors are computed from."""

from typing import Any, Sequence, Set


def upstream(tensors: Sequence[Any]) -> Set[Any]:
    """
    Find all operations that tensors are computed from.

    Parameters
    ----------
    tensors : sequence of tf.Tensor
        Results, in one graph.

    Returns
    -------
    set of tf.Operation
        The operations, those of the tensors themselves too.
    """
    seen: Set[Any] = set()
    todo = [tensor.op for tensor in tensors]
    while todo:
        op = todo.pop()
        if op not in seen:
            seen.add(op)
            todo += [tensor.op for tensor in op.inputs] + list(op.control_inputs)
    return seen
