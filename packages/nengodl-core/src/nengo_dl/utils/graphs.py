# SPDX-License-Identifier: MIT
"""Tools to look into TensorFlow's graphs."""

from typing import Any, Sequence

import tensorflow as tf
from nengo.exceptions import SimulationError


def print_op(tensor: tf.Tensor, message: str) -> tf.Tensor:
    """
    Print the value of a tensor whenever it is computed.

    Parameters
    ----------
    tensor : tf.Tensor
        The tensor.
    message : str
        What to print before the value.

    Returns
    -------
    tf.Tensor
        The same value; what is to be printed has to depend on this one.

    Notes
    -----
    Python prints, which XLA cannot compile: with ``jit_compile="auto"`` a TensorNode that
    uses it runs beside the compiled code.
    """

    def show(value):
        print(message, value)
        return value

    result = tf.numpy_function(show, [tensor], tensor.dtype)
    result.set_shape(tensor.shape)
    return result


def find_non_differentiable(
    inputs: Sequence[tf.Tensor], outputs: Sequence[tf.Tensor]
) -> None:
    """
    Look for operations without a gradient between tensors.

    Parameters
    ----------
    inputs : sequence of tf.Tensor
        Where gradients have to arrive.
    outputs : sequence of tf.Tensor
        Where they start; all of one graph.

    Raises
    ------
    SimulationError
        If no gradient arrives at an input from which an output is computed; names both,
        and the operation between them that lets none through.
    """
    reached = {id(tensor) for tensor in inputs}
    for output in outputs:
        used = [tensor for tensor in _upstream(output) if id(tensor) in reached]
        for tensor in used:
            if tensor is not output and _gradient(output, tensor) is None:
                op = _obstacle(output, tensor)
                raise SimulationError(
                    f"{output.name} is computed from {tensor.name}, but operation"
                    f" {op.name!r} of type {op.type} between them has no gradient. Replace"
                    " that operation, or leave the path out of the training."
                )


def _gradient(output: Any, tensor: Any) -> Any:
    try:
        return tf.compat.v1.gradients(output, tensor)[0]
    except LookupError:  # an operation for which nobody registered a gradient
        return None


def _obstacle(output, tensor):
    """Find the operation at which the gradient ends on a way back to a tensor."""
    current = output
    while True:
        for source in current.op.inputs:
            leads = any(found is tensor for found in _upstream(source))
            if leads and _gradient(output, source) is not None:
                current = source
                break
        else:
            return current.op


def _upstream(output):
    """List all tensors that a tensor is computed from, itself first."""
    found, todo = {}, [output]
    while todo:
        tensor = todo.pop()
        if id(tensor) not in found:
            found[id(tensor)] = tensor
            todo.extend(tensor.op.inputs)
    return list(found.values())
