# SPDX-License-Identifier: MIT
"""Time, constants, copies and products."""

import numpy as np
import tensorflow as tf
from nengo.builder.operator import Copy, DotInc, ElementwiseInc, Reset, TimeUpdate
from nengo.builder.operator import Operator

from nengo_dl.lower.refs import Ref, ref_of
from nengo_dl.lower.registry import Operands, lowers, moves, writes_constant
from nengo_dl.operators import HostFeed, ResetInc

# Products with at most this many rows are multiplied and summed; XLA's dot on the CPU is
# called once for each matrix of a stack, at about 50 ns (TF 2.21).
THIN = 2
# Operators larger than this are merged only with others of equal size: putting unequal
# ones into one row costs a copy of all their elements.
LARGE = 256


def size_class(size: int) -> int:
    """Key of sizes for elementwise rules: 0 for small ones, which may be mixed."""
    return size if size >= LARGE else 0


@lowers(TimeUpdate, merge_key=lambda op: None)
def lower_time(ctx):
    """Number of the step and time in seconds, ``step * dt``."""
    step = tf.reshape(ctx.step, (1, 1))
    return step, tf.cast(step, ctx.dtype) * ctx.scalar(ctx.dt)


@writes_constant(Reset, ResetInc)
def reset_value(op):
    """A Reset sets its value, a ResetInc adds it."""
    return op.value


@moves(HostFeed)
def feed_operands(op):
    """A fed value is what the step gets from outside, under the signal's name."""
    return Operands((ref_of(op.feed),), (), ((ref_of(op.output), op.mode),))


@moves(Copy)
def copy_operands(op):
    """A copy is its source under another name: elements for elements."""
    src, dst = ref_of(op.src), ref_of(op.dst)
    src = src if op.src_slice is None else src[_item(op.src_slice)]
    dst = dst if op.dst_slice is None else dst[_item(op.dst_slice)]
    index = np.broadcast_to(src.index, dst.shape)
    return Operands((Ref(src.base, index),), (), ((dst, "inc" if op.inc else "set"),))


def _item(item):
    """Slices come as slices, lists or arrays; NumPy reads a list as an index array."""
    return np.asarray(item) if isinstance(item, (list, tuple)) else item


def _product_operands(op):
    return Operands(
        (ref_of(op.A), ref_of(op.X)), (), ((ref_of(op.Y), "inc"),)
    )


@lowers(
    ElementwiseInc,
    merge_key=lambda op: (op.A.shape, op.X.shape, op.Y.shape),
    operands=_product_operands,
)
def lower_elementwise_inc(ctx, a, x):
    """``Y += A * X``, with NumPy's broadcasting from the right."""
    shape = ctx.ops[0].Y.shape
    return _broadcast(_align(a, shape) * _align(x, shape), shape)


def _align(tensor, shape):
    """Insert axes of length 1 behind (batch, operators), up to the rank of `shape`."""
    own = [int(n) for n in tensor.shape[2:]]
    missing = [1] * (len(shape) - len(own))
    return tf.reshape(tensor, [-1, int(tensor.shape[1])] + missing + own)


def _broadcast(tensor, shape):
    if tuple(int(n) for n in tensor.shape[2:]) == tuple(shape):
        return tensor
    lead = [int(n) for n in tensor.shape[:2]]
    return tensor + tf.zeros(lead + list(shape), tensor.dtype)


@lowers(
    DotInc,
    merge_key=lambda op: (op.A.shape, op.X.shape, op.Y.shape),
    operands=_product_operands,
)
def lower_dot_inc(ctx, a, x):
    """``Y += A.dot(X)``, reshaped to Y where nengo's operator does."""
    shape = ctx.ops[0].Y.shape
    rank = len(ctx.ops[0].A.shape), len(ctx.ops[0].X.shape)
    if 0 in rank:
        product = _align(a, shape) * _align(x, shape)
    elif rank == (2, 1):
        product = matrix_vector(a, x)
    elif rank == (1, 1):
        product = tf.reduce_sum(a * x, axis=-1)
    elif rank == (1, 2):
        product = matrix_vector(tf.linalg.matrix_transpose(x), a)
    else:
        product = tf.matmul(*_equal_batch(a, x))
    lead = [-1, int(product.shape[1])]
    return _broadcast(tf.reshape(product, lead + _fitting(product, shape)), shape)


def _fitting(product, shape):
    """Shape of the target if it has as many elements, else the product's own."""
    own = [int(n) for n in product.shape[2:]]
    return list(shape) if int(np.prod(own)) == int(np.prod(shape)) else own


def matrix_vector(a: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    """
    Multiply stacked matrices with stacked vectors.

    Parameters
    ----------
    a : tf.Tensor, shape (1 or minibatch, n, rows, columns)
        Matrices.
    x : tf.Tensor, shape (1 or minibatch, n, columns)
        Vectors.

    Returns
    -------
    tf.Tensor, shape (1 or minibatch, n, rows)
        Products.
    """
    rows, columns = int(a.shape[2]), int(a.shape[3])
    if columns == 1:
        return a[..., 0] * x
    if rows <= THIN:
        return tf.reduce_sum(a * x[:, :, None, :], axis=-1)
    if int(a.shape[0]) == 1:
        # one matrix for all items: vectors side by side, (n, rows, columns, items)
        if int(a.shape[1]) == 1:
            return tf.matmul(x[:, 0], a[0, 0], transpose_b=True)[:, None]
        if int(x.shape[0]) == 1:
            return tf.matmul(a[0], x[0][..., None])[None, ..., 0]
        product = tf.matmul(a[0], tf.transpose(x, (1, 2, 0)))
        return tf.transpose(product, (2, 0, 1))
    return tf.matmul(*_equal_batch(a, x[..., None]))[..., 0]


def _equal_batch(a, x):
    """TensorFlow 1.14's matmul does not broadcast under XLA."""
    batch = max(int(a.shape[0]), int(x.shape[0]))
    return [
        t if int(t.shape[0]) == batch else tf.tile(t, [batch, 1, 1, 1]) for t in (a, x)
    ]


def _probe_mark(op):
    return ()


try:  # nengo >= 3
    from nengo.builder.probe import SimProbe
except ImportError:
    SimProbe = None
else:

    @lowers(SimProbe, merge_key=_probe_mark, operands=lambda op: Operands())
    def lower_probe(ctx):
        """Mark a probed signal: nothing to compute."""
        return ()
