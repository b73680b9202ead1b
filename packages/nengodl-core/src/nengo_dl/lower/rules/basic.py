# SPDX-License-Identifier: MIT
"""Time, constants, copies and products."""

import numpy as np
import tensorflow as tf
from nengo.builder.operator import (
    Copy,
    DotInc,
    ElementwiseInc,
    Reset,
    SimPyFunc,
    TimeUpdate,
)

from nengo_dl.errors import InvalidCopy
from nengo_dl.lower.refs import Ref, ref_of
from nengo_dl.lower.registry import (
    Operands,
    lowers,
    moves,
    runs_on_host,
    writes_constant,
)
from nengo_dl.lower.rules.folding import refold, repeat, unfold
from nengo_dl.operators import HostFeed, ResetInc

# Products with at most this many rows and columns are multiplied and summed; XLA's dot on
# the CPU is called once for each matrix of a stack, at about 50 ns, but sums in vectors
# (TF 2.21).
THIN = 2
SHORT = 64
# Matrices with at most this many columns, for several items: 0.3 us instead of 8 us for
# 128 x 2 and 50 items (TF 2.21).
FEW = 4
# XLA's dot on the CPU adds up a single row of at least so many bytes one product after the
# other, but vectorises two rows: 4.9 and 0.3 us for 4,096 columns of float32, 82.8 and
# 4.2 us for 65,536 (TF 2.21). A decoder of one dimension is such a row.
LONG = 1 << 14
# Operators larger than this are merged only with others of equal size: putting unequal
# ones into one row costs a copy of all their elements.
LARGE = 256
# A factor that is repeated this often, or more, is stored before it is used.
WIDE = 16


def size_class(size: int) -> int:
    """Key of sizes for elementwise rules: 0 for small ones, which may be mixed."""
    return size if size >= LARGE else 0


@lowers(TimeUpdate, merge_key=lambda op: None)
def lower_time(ctx):
    """Return the number of the step, and time in seconds, ``step * dt``."""
    step = tf.reshape(ctx.step, (1, 1))
    return step, tf.cast(step, ctx.dtype) * ctx.scalar(ctx.dt)


runs_on_host(SimPyFunc)


@writes_constant(Reset, ResetInc)
def reset_value(op):
    """Return what a Reset sets, or a ResetInc adds."""
    return op.value


@moves(HostFeed)
def feed_operands(op):
    """Move what the step gets from outside to the signal."""
    return Operands((ref_of(op.feed),), (), ((ref_of(op.output), op.mode),))


@moves(Copy)
def copy_operands(op):
    """Move the source, element for element: a copy is another name for it."""
    src, dst = ref_of(op.src), ref_of(op.dst)
    src = src if op.src_slice is None else src.select(_item(op.src_slice))
    dst = dst if op.dst_slice is None else dst.select(_item(op.dst_slice))
    index = _spread(op, src.index, dst.index)
    return Operands((Ref(src.base, index),), (), ((dst, "inc" if op.inc else "set"),))


def _spread(op, src, dst):
    """Find the source of each element of the target, by the rules of NumPy."""
    if not op.inc and op.dst_slice is not None:
        _check_distinct(op, dst)
    # assigning drops leading axes of length 1
    extra = 0 if op.inc else max(0, src.ndim - dst.ndim)
    try:
        return np.broadcast_to(src, (1,) * extra + dst.shape).reshape(dst.shape)
    except ValueError:
        raise InvalidCopy(
            op,
            f"a source of a shape that fits the target's, {dst.shape}",
            f"a source of shape {src.shape}",
            "Correct its slices",
        ) from None


def _check_distinct(op, dst):
    """Refuse several values for one element; increments would add them up."""
    elements, times = np.unique(dst, return_counts=True)
    if np.any(times > 1):
        raise InvalidCopy(
            op,
            "one value for each element that it sets",
            f"{int(times.max())} values for element {elements[times.argmax()]} of"
            f" {op.dst.base} by dst_slice={op.dst_slice}",
            "Name each element once, or add the values up with inc=True",
        )


def _item(item):
    """Slices come as slices, lists or arrays; NumPy reads a list as an index array."""
    return np.asarray(item) if isinstance(item, (list, tuple)) else item


def _product_operands(op):
    return Operands((ref_of(op.A), ref_of(op.X)), (), ((ref_of(op.Y), "inc"),))


@lowers(
    ElementwiseInc,
    merge_key=lambda op: (op.A.shape, op.X.shape, op.Y.shape),
    operands=_product_operands,
    interleaves=lambda op: True,
    folds=True,
)
def lower_elementwise_inc(ctx, a, x):
    """``Y += A * X``, with NumPy's broadcasting from the right."""
    return _scaled(ctx, a, x)


def _scaled(ctx, a, x):
    shape = ctx.ops[0].Y.shape
    size = int(np.prod(shape, dtype=int)) * len(ctx.ops)
    factors = [_align(ctx, tensor, len(shape)) for tensor in unfold(ctx, a, x)]
    for factor in factors:
        if size >= WIDE * int(np.prod(factor.shape[1:].as_list())):
            ctx.keep(factor)  # or it is computed again for each element of the product
    return _broadcast(ctx, refold(ctx, factors[0] * factors[1]), shape)


def _align(ctx, tensor, rank):
    """Insert axes of length 1 before a signal's own axes, up to `rank` of them."""
    shape = [int(n) for n in tensor.shape[1:]]
    missing = [1] * (rank - len(shape) + 2)
    if ctx.last:
        return tf.reshape(tensor, [-1] + missing + shape)
    return tf.reshape(tensor, [-1] + shape[:2] + missing + shape[2:])


def _broadcast(ctx, tensor, shape):
    """Repeat values where an operator's target is larger than what is added to it."""
    k = [len(ctx.ops)]
    full = list(shape) + k if ctx.last else k + list(shape)
    if [int(n) for n in tensor.shape[1:]] == full:
        return tensor
    return tensor + tf.zeros([int(tensor.shape[0])] + full, tensor.dtype)


@lowers(
    DotInc,
    merge_key=lambda op: (op.A.shape, op.X.shape, op.Y.shape),
    operands=_product_operands,
    interleaves=lambda op: op.A.ndim == 0 or (op.A.ndim, op.X.ndim) == (2, 1),
    folds=True,
)
def lower_dot_inc(ctx, a, x):
    """``Y += A.dot(X)``, reshaped to Y where nengo's operator does."""
    op = ctx.ops[0]
    rank = op.A.ndim, op.X.ndim
    if 0 in rank:
        return _scaled(ctx, a, x)
    a, x = unfold(ctx, a, x)
    if ctx.last:
        product = refold(ctx, vectors_of_products(ctx, a, x))
    elif rank == (2, 1) and _is_thin(*op.A.shape):
        product = refold(ctx, thin_product(a, x))
    else:
        a, x = [refold(ctx, tensor) for tensor in repeat(a, x)]
        product = PRODUCTS[rank](ctx, a, x)
    return _broadcast(ctx, _fit(ctx, product, op.Y.shape), op.Y.shape)


def _is_thin(rows, columns):
    return columns == 1 or (rows <= THIN and columns <= SHORT)


def _fit(ctx, product, shape):
    """Reshape to the target's shape if it has as many elements."""
    lead = 1 if ctx.last else 2
    own = [int(n) for n in product.shape[lead : len(product.shape) - ctx.last]]
    if own == list(shape) or int(np.prod(own)) != int(np.prod(shape)):
        return product
    k = [len(ctx.ops)]
    full = list(shape) + k if ctx.last else k + list(shape)
    return tf.reshape(product, [-1] + full)


def thin_product(a: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    """
    Multiply stacked matrices with few rows, or one column, with stacked vectors.

    Parameters
    ----------
    a : tf.Tensor, shape (..., rows, columns)
        Matrices.
    x : tf.Tensor, shape (..., columns)
        Vectors.

    Returns
    -------
    tf.Tensor, shape (..., rows)
        Products.
    """
    if int(a.shape[-1]) == 1:
        return a[..., 0] * x
    return tf.reduce_sum(a * tf.expand_dims(x, -2), axis=-1)


def vectors_of_products(ctx, a: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    """
    Multiply interleaved matrices with interleaved vectors.

    Parameters
    ----------
    ctx : Context
        The group.
    a : tf.Tensor, shape (1 or minibatch, rows, columns, ...)
        Matrices.
    x : tf.Tensor, shape (1 or minibatch, columns, ...)
        Vectors.

    Returns
    -------
    tf.Tensor, shape (1 or minibatch, rows, ...)
        Products, written out as a sum over columns: XLA on the CPU vectorises that over
        the last axes, and a reduction not at all.
    """
    if ctx.training:
        return _differentiable_products(a, x)
    terms = [a[:, :, i] * x[:, None, i] for i in range(int(x.shape[1]))]
    return terms[0] if len(terms) == 1 else ctx.keep(tf.add_n(terms))


def _differentiable_products(a, x):
    """
    Compute `vectors_of_products` in a way that has a fast gradient.

    Of slices it is tensors of zeros with a slice in them, and of a broadcast a reduction.
    Here repetitions and sums are products with ones, whose gradients are again that; XLA
    makes broadcasts of the former.
    """
    batch, columns = (int(n) for n in x.shape[:2])
    rows, rest = int(a.shape[1]), [int(n) for n in x.shape[2:]]
    size = int(np.prod(rest, dtype=int))
    spread = tf.matmul(
        tf.ones((batch, rows, 1), x.dtype), tf.reshape(x, (batch, 1, columns * size))
    )
    products = a * tf.reshape(spread, [batch, rows, columns] + rest)
    if columns == 1:
        return products[:, :, 0]
    batch = int(products.shape[0])
    flat = tf.reshape(products, (batch * rows, columns, size))
    sums = tf.matmul(tf.ones((batch * rows, 1, columns), x.dtype), flat)
    return tf.reshape(sums, [batch, rows] + rest)


def matrix_vector(ctx, a: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    """
    Multiply stacked matrices with stacked vectors.

    Parameters
    ----------
    ctx : Context
        The group.
    a : tf.Tensor, shape (1 or minibatch, n, rows, columns)
        Matrices.
    x : tf.Tensor, shape (1 or minibatch, n, columns)
        Vectors.

    Returns
    -------
    tf.Tensor, shape (1 or minibatch, n, rows)
        Products.
    """
    if _is_long(ctx, a, x):
        two_rows = tf.concat([a, tf.zeros_like(a)], axis=2)
        return matrix_vector(ctx, two_rows, x)[..., :1]
    if int(a.shape[0]) > 1:
        return tf.matmul(*_equal_batch(a, x[..., None]))[..., 0]
    if int(a.shape[1]) == 1:
        rows, columns = (int(n) for n in a.shape[2:])
        # not x[:, 0], whose gradient is a slice put into zeros
        vectors = ctx.keep(tf.reshape(x, (-1, columns)))
        matrix = tf.reshape(a, (rows, columns))
        if 1 < int(x.shape[0]) and columns <= FEW:
            product = few_columns(matrix, vectors)
        else:
            product = tf.matmul(vectors, matrix, transpose_b=True)
        return tf.reshape(product, (-1, 1, rows))
    if int(x.shape[0]) == 1:
        return tf.matmul(a[0], x[0][..., None])[None, ..., 0]
    # one matrix for all items: vectors side by side, (n, columns, items)
    product = tf.matmul(a[0], tf.transpose(x, (1, 2, 0)))
    return tf.transpose(product, (2, 0, 1))


def _is_long(ctx, a, x):
    """Whether a long single row is multiplied with a single vector, in a run."""
    items = {int(a.shape[0]), int(x.shape[0])}
    rows, columns = (int(n) for n in a.shape[2:])
    long = rows == 1 and columns * a.dtype.size >= LONG
    return long and items == {1} and not ctx.training


@tf.custom_gradient
def few_columns(matrix: tf.Tensor, vectors: tf.Tensor):
    """
    Multiply a matrix of few columns with many vectors.

    The sum over columns is written out, for which XLA needs no dot. TensorFlow's gradient
    of that would put slices into zeros.

    Parameters
    ----------
    matrix : tf.Tensor, shape (rows, columns)
        The matrix.
    vectors : tf.Tensor, shape (items, columns)
        The vectors.

    Returns
    -------
    tf.Tensor, shape (items, rows)
        The products.
    """
    numbers = range(int(matrix.shape[1]))
    terms = [vectors[:, i, None] * matrix[None, :, i] for i in numbers]

    def gradient(given):
        by_columns = [
            tf.reduce_sum(given * vectors[:, i, None], axis=0) for i in numbers
        ]
        return tf.stack(by_columns, axis=1), tf.matmul(given, matrix)

    return tf.add_n(terms), gradient


# Products by the ranks of A and X, on tensors of shape (batch, operators, ...).
PRODUCTS = {
    (1, 1): lambda ctx, a, x: tf.reduce_sum(a * x, axis=-1),
    (2, 1): matrix_vector,
    (1, 2): lambda ctx, a, x: matrix_vector(ctx, tf.linalg.matrix_transpose(x), a),
    (2, 2): lambda ctx, a, x: tf.matmul(*_equal_batch(a, x)),
}


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
