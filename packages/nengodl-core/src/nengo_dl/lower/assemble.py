# SPDX-License-Identifier: MIT
"""Carry out recipes in TensorFlow."""

import types
from typing import Any, Callable, Mapping, Optional, Tuple

import numpy as np
import tensorflow as tf

from nengo_dl.lower import recipe as forms


def assemble(
    recipe: forms.Recipe,
    tensor_of: Callable,
    dtype: Any,
    shape: Optional[Tuple[int, ...]] = None,
    prepared: Mapping[Any, tf.Tensor] = types.MappingProxyType({}),
) -> tf.Tensor:
    """
    Put a value together.

    Parameters
    ----------
    recipe : Recipe
        How.
    tensor_of : callable
        Function from a source to its tensor, of shape (minibatch or 1, ...).
    dtype : tf.DType
        Type of zeros.
    shape : tuple of int, optional
        Shape of the value behind the batch, one row by default.
    prepared : mapping, optional
        Layers that are there already, by `layer_key`.

    Returns
    -------
    tf.Tensor
        Shape (minibatch or 1, *shape).
    """
    shape = (recipe.length,) if shape is None else tuple(shape)
    total = None
    for layer in recipe.layers:
        value = prepared.get(layer_key(layer, shape))
        if value is None:
            value = put_layer(layer, tensor_of, dtype, shape)
        total = value if total is None else total + value
    return tf.zeros((1,) + shape, dtype) if total is None else total


def layer_key(layer: forms.Layer, shape: Tuple[int, ...]) -> Tuple:
    """Name a layer in a shape; the schedule holds layers, so that ids stay theirs."""
    return id(layer), tuple(shape)


def put_layer(
    layer: forms.Layer, tensor_of: Callable, dtype: Any, shape: Tuple[int, ...]
) -> tf.Tensor:
    """
    Put one layer of a value together.

    Parameters
    ----------
    layer : Layer
        What is taken from where.
    tensor_of, dtype : object
        See `assemble`.
    shape : tuple of int
        Shape of the value behind the batch.

    Returns
    -------
    tf.Tensor
        Shape (minibatch or 1, *shape): layers are summed in the final shape, as XLA would
        divide indices for each element of a row.
    """
    return tf.reshape(_FORMS[type(layer)](layer, tensor_of, dtype), (-1,) + shape)


def _slices(layer, tensor_of, dtype):
    if layer.rows == 1:
        return _concat(layer.parts, tensor_of, dtype)
    blocks = [_block(part, layer.rows, tensor_of, dtype) for part in layer.parts]
    joined = _beside(blocks, layer.parts)
    return tf.reshape(joined, (-1, layer.rows * int(joined.shape[2])))


def _block(part, rows, tensor_of, dtype):
    """Make the (batch, rows, width) of a part."""
    if part.source is None:
        return tf.zeros((1, rows, part.width), dtype)
    tensor = tensor_of(part.source)
    if part.stride == 0:
        row = _cut(tensor, part.start, part.width)
        return tf.tile(row[:, None], (1, rows, 1))
    column = part.start % part.stride
    first = part.start - column
    whole = _cut(tensor, first, rows * part.stride)
    table = tf.reshape(whole, (-1, rows, part.stride))
    if part.width == part.stride:
        return table
    return table[:, :, column : column + part.width]


def _beside(tensors, parts):
    """Concatenate along the last axis."""
    if len(parts) > 1 and len(set(parts)) == 1:
        # a repetition is a broadcast, which XLA does not have to store
        times = [1] * (len(tensors[0].shape) - 1) + [len(parts)]
        return tf.tile(tensors[0], times)
    if len(tensors) == 1:
        return tensors[0]
    batch = max(int(tensor.shape[0]) for tensor in tensors)
    return tf.concat([to_batch(tensor, batch) for tensor in tensors], axis=-1)


def _gather(layer, tensor_of, dtype):
    joined = _concat(layer.parts, tensor_of, dtype)
    return tf.gather(joined, _constant_index(layer.index), axis=1)


def _gather_sum(layer, tensor_of, dtype):
    joined = _concat(layer.parts, tensor_of, dtype)
    index = layer.index
    if np.array_equal(index.ravel(), np.arange(index.size)):
        # the terms lie one sum after the other: nothing has to be moved
        rows = tf.reshape(joined[:, : index.size], (-1,) + index.shape)
    else:
        rows = tf.gather(joined, _constant_index(index), axis=1)
    return tf.reduce_sum(rows, axis=1)


def _segment_sum(layer, tensor_of, dtype):
    joined = _concat(layer.parts, tensor_of, dtype)
    terms = tf.gather(joined, _constant_index(layer.index), axis=1)
    sums = tf.math.unsorted_segment_sum(
        tf.transpose(terms), _constant_index(layer.segments), layer.length
    )
    return tf.transpose(sums)


_FORMS = {
    forms.Slices: _slices,
    forms.Gather: _gather,
    forms.GatherSum: _gather_sum,
    forms.SegmentSum: _segment_sum,
}


def _constant_index(index):
    return tf.constant(index.astype(np.int32))


def _concat(parts, tensor_of, dtype):
    return _beside([_part(part, tensor_of, dtype) for part in parts], parts)


def _part(part, tensor_of, dtype):
    if part.source is None:
        return tf.zeros((1, part.width), dtype)
    return _cut(tensor_of(part.source), part.start, part.width)


def _cut(tensor, start, width):
    """Elements `start` to `start + width` behind the batch, flat."""
    shape = [int(n) for n in tensor.shape[1:]]
    row = int(np.prod(shape[1:], dtype=int))
    if width < row * shape[0]:
        if row and start % row == 0 and width % row == 0:
            # rows are cut before they are flattened: XLA divides indices otherwise,
            # 134 instead of 11 us for a product with 3200 x 64 (TF 1.14)
            tensor = tensor[:, start // row : (start + width) // row]
        else:
            return tf.reshape(tensor, (-1, row * shape[0]))[:, start : start + width]
    return tf.reshape(tensor, (-1, width))


def to_batch(tensor: tf.Tensor, batch: int) -> tf.Tensor:
    """
    Repeat a tensor for each item of the minibatch, if it is not there for each already.

    Parameters
    ----------
    tensor : tf.Tensor
        Shape (1 or `batch`, ...).
    batch : int
        Size of the minibatch.

    Returns
    -------
    tf.Tensor
        Shape (`batch`, ...).
    """
    if int(tensor.shape[0]) == batch:
        return tensor
    return tf.tile(tensor, [batch] + [1] * (len(tensor.shape) - 1))
