# SPDX-License-Identifier: MIT
"""Convolutions, and transposed ones, of one to three dimensions."""

import warnings

import numpy as np
import tensorflow as tf

from nengo_dl.errors import (
    ChannelsFirstWarning,
    ConvolutionRankError,
    KernelsPerItemError,
)
from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.registry import Operands, lowers

try:
    from nengo.builder import transforms as builders
except ImportError:  # nengo before 3 has no convolutions
    builders = None

MAX_DIMENSIONS = 3


def windows(images: tf.Tensor, kernel_size, strides, pads, counts) -> tf.Tensor:
    """
    Cut out of images what a kernel sees at each of its positions.

    Parameters
    ----------
    images : tf.Tensor, shape (items, *space, channels)
        Images.
    kernel_size, strides : sequence of int
        Elements of the kernel, and distance between its positions, along each axis.
    pads : sequence of (int, int)
        Zeros to add in front and behind along each axis; negative ones cut off.
    counts : sequence of int
        Number of positions along each axis.

    Returns
    -------
    tf.Tensor, shape (items, *counts, *kernel_size, channels)
        The windows.

    Notes
    -----
    They are slices beside each other, as many as the kernel is long, axis after axis. The
    product with them is a matrix product, which XLA on the CPU has a fast one for. Its
    convolution took 15 instead of 1 to 3 ms in float64, and its gradient 16 instead of 1
    to 4 ms in float32 (4 images of 26 x 26 x 32, 64 filters of 3 x 3, stride 2, a busy
    machine with 2 cores, TensorFlow 2.21).
    """
    images = _pad(images, pads)
    for axis, (size, stride, count) in enumerate(zip(kernel_size, strides, counts), 1):
        reach = (count - 1) * stride + 1
        slices = [
            images[(slice(None),) * axis + (slice(start, start + reach, stride),)]
            for start in range(size)
        ]
        images = tf.stack(slices, axis=-2)
    return images


def _pad(images, pads):
    """Add zeros, or leave elements out, in front and behind."""
    shape = [int(n) for n in images.shape]
    cut = tuple(
        slice(max(0, -front), n - max(0, -back))
        for (front, back), n in zip(pads, shape[1:])
    )
    added = [(max(0, front), max(0, back)) for front, back in pads]
    return tf.pad(images[(slice(None),) + cut], [(0, 0)] + added + [(0, 0)])


def spread(images: tf.Tensor, strides) -> tf.Tensor:
    """
    Put zeros behind each element of images.

    Parameters
    ----------
    images : tf.Tensor, shape (items, *space, channels)
        Images.
    strides : sequence of int
        Along each axis, how many elements each of them becomes.

    Returns
    -------
    tf.Tensor, shape (items, *(space * strides), channels)
        The larger images.
    """
    for axis, stride in enumerate(strides, 1):
        if stride > 1:
            shape = [int(n) for n in images.shape]
            behind = [(0, 0)] * (len(shape) + 1)
            behind[axis + 1] = (0, stride - 1)
            padded = tf.pad(tf.expand_dims(images, axis + 1), behind)
            shape[axis] *= stride
            images = tf.reshape(padded, shape)
    return images


def product(seen: tf.Tensor, kernels: tf.Tensor, groups: int = 1) -> tf.Tensor:
    """
    Multiply windows with kernels.

    Parameters
    ----------
    seen : tf.Tensor, shape (items, *counts, *kernel_size, channels)
        The windows.
    kernels : tf.Tensor, shape (n, *kernel_size, channels / groups, filters)
        Kernels of n convolutions of the same images.
    groups : int, optional
        Number of parts of the channels, each of which only its part of the filters sees.

    Returns
    -------
    tf.Tensor, shape (items, *counts, n, filters)
        The convolutions.
    """
    n, *size, channels, filters = [int(length) for length in kernels.shape]
    outer = [int(length) for length in seen.shape[: -len(size) - 1]]
    area, m, each = int(np.prod(size)), int(np.prod(outer)), filters // groups
    if groups == 1:
        left = tf.reshape(seen, (m, area * channels))
        stacked = tf.reshape(kernels, (n, area * channels, filters))
        right = tf.reshape(tf.transpose(stacked, (1, 0, 2)), (area * channels, -1))
        return tf.reshape(tf.matmul(left, right), outer + [n, filters])
    left = tf.transpose(tf.reshape(seen, (m, area, groups, channels)), (2, 0, 1, 3))
    split = tf.reshape(kernels, (n, area, channels, groups, each))
    right = tf.transpose(split, (3, 1, 2, 0, 4))
    both = tf.matmul(
        tf.reshape(left, (groups, m, area * channels)),
        tf.reshape(right, (groups, area * channels, n * each)),
    )
    parts = tf.transpose(tf.reshape(both, (groups, m, n, each)), (1, 2, 0, 3))
    return tf.reshape(parts, outer + [n, filters])


def _padding(conv, large, small):
    """Zeros around the larger side of a convolution, which is the input of a plain one."""
    if conv.padding == "valid":
        return [(0, 0)] * len(large)
    total = [
        max((n - 1) * stride + size - length, 0)
        for length, n, stride, size in zip(large, small, conv.strides, conv.kernel_size)
    ]
    return [(n // 2, n - n // 2) for n in total]


def _plain(conv, images, kernels):
    small = conv.output_shape.spatial_shape
    pads = _padding(conv, conv.input_shape.spatial_shape, small)
    seen = windows(images, conv.kernel_size, conv.strides, pads, small)
    return product(seen, kernels, getattr(conv, "groups", 1))


def _transposed(conv, images, kernels):
    """Each element of the output sees with the kernel turned what it had an effect on."""
    small, large = conv.input_shape.spatial_shape, conv.output_shape.spatial_shape
    pads = []
    for i, (front, _) in enumerate(_padding(conv, large, small)):
        size = conv.kernel_size[i]
        first = size - 1 - front
        pads.append((first, large[i] + size - 1 - first - small[i] * conv.strides[i]))
    ones = [1] * len(small)
    seen = windows(spread(images, conv.strides), conv.kernel_size, ones, pads, large)
    return product(seen, tf.reverse(kernels, list(range(1, len(small) + 1))))


def _merge_key(op):
    conv, x = op.conv, op.X
    return (
        (x.base, x.offset, x.shape, x.strides),
        op.W.shape,
        (conv.input_shape.shape, conv.output_shape.shape, conv.channels_last),
        (conv.strides, conv.padding),
        getattr(conv, "groups", 1),
    )


def _operands(op):
    if op.conv.dimensions > MAX_DIMENSIONS:
        raise ConvolutionRankError(op.conv, MAX_DIMENSIONS)
    if not op.conv.channels_last:
        warnings.warn(ChannelsFirstWarning(op.conv), stacklevel=2)
    return Operands((ref_of(op.W), ref_of(op.X)), (), ((ref_of(op.Y), "inc"),))


def _lower(ctx, kernels, x, convolve):
    """Convolve what all operators read with the kernels of all of them."""
    op = ctx.ops[0]
    conv = op.conv
    if int(kernels.shape[0]) > 1:
        raise KernelsPerItemError(op)
    images = tf.reshape(x[:, 0], [-1] + list(conv.input_shape.shape))
    rank = len(images.shape)
    if not conv.channels_last:
        images = tf.transpose(images, [0] + list(range(2, rank)) + [1])
    result = convolve(conv, images, kernels[0])  # (items, *counts, operators, filters)
    space = list(range(1, rank - 1))
    order = space + [rank] if conv.channels_last else [rank] + space
    result = tf.transpose(result, [0, rank - 1] + order)
    return tf.reshape(result, [-1, len(ctx.ops)] + list(op.Y.shape))


if hasattr(builders, "ConvInc"):  # nengo from 3.0

    @lowers(builders.ConvInc, merge_key=_merge_key, operands=_operands)
    def lower_conv_inc(ctx, kernels, x):
        """``Y += convolution of X with W``, of all operators with the same input."""
        return _lower(ctx, kernels, x, _plain)


if hasattr(builders, "ConvTransposeInc"):  # nengo from 3.2

    @lowers(builders.ConvTransposeInc, merge_key=_merge_key, operands=_operands)
    def lower_conv_transpose_inc(ctx, kernels, x):
        """``Y += transposed convolution of X with W``."""
        return _lower(ctx, kernels, x, _transposed)
