# SPDX-License-Identifier: MIT
"""What tensors are computed from."""

from typing import Any, List, Sequence

from nengo_dl.compat.tensorflow import RANDOM

def find_random(tensors: Sequence[Any]) -> List[str]:
    """
    Find random operations that tensors are computed from.

    Parameters
    ----------
    tensors : sequence of tf.Tensor
        Results, in one graph.

    Returns
    -------
    list of str
        Names of the operations, sorted.
    """
    found, seen = set(), set()
    todo = [tensor.op for tensor in tensors]
    while todo:
        op = todo.pop()
        if op not in seen:
            seen.add(op)
            todo += [tensor.op for tensor in op.inputs] + list(op.control_inputs)
            if op.type in RANDOM:
                found.add(op.name)
    return sorted(found)
