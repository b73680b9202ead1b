# SPDX-License-Identifier: MIT
"""Functions of TensorFlow that the user wrote."""

import tensorflow as tf

from nengo_dl.lower.assemble import to_batch
from nengo_dl.lower.registry import lowers
from nengo_dl.tensor_node import SimTensorNode
from nengo_dl.tensor_node.check import call, check_result


@lowers(SimTensorNode, merge_key=lambda op: None)
def lower_tensor_node(ctx, t, *x):
    """Call the function with time and one row for each item of the minibatch."""
    (op,) = ctx.ops
    arguments = [tf.reshape(t, ())]
    arguments += [to_batch(tensor[:, 0], ctx.batch) for tensor in x]
    with ctx.variables.of(op):
        result = call(op.node, op.function, arguments)
    check_result(op.node, op.function, result, ctx.batch, ctx.dtype)
    return result[:, None]
