# SPDX-License-Identifier: MIT
"""Computations that compiled code may replace: data, plain TensorFlow by default."""

import dataclasses
from typing import Callable, List, Sequence, Tuple

import numpy as np
import tensorflow as tf

from nengo_dl.errors import UnknownKernelError
from nengo_dl.plugins import KERNEL_GROUP, load_group


def pes_delta(pre: tf.Tensor, error: tf.Tensor) -> tf.Tensor:
    """
    Multiply errors and activities to weight changes.

    Parameters
    ----------
    pre : tf.Tensor, shape (minibatch, n, n_pre)
        Filtered activities.
    error : tf.Tensor, shape (minibatch, n, n_error)
        Errors, times ``-learning_rate * dt / n_pre``.

    Returns
    -------
    tf.Tensor, shape (minibatch, n, n_error, n_pre)
        ``outer(error, pre)``.
    """
    return error[..., None] * pre[:, :, None, :]


def host_call(
    function: Callable,
    inputs: Sequence[tf.Tensor],
    types: Sequence[tf.DType],
    shapes: Sequence[Tuple[int, ...]],
) -> Tuple[List[tf.Tensor], tf.Tensor]:
    """
    Call a Python function of arrays.

    Parameters
    ----------
    function : callable
        From arrays to a list of arrays.
    inputs : sequence of tf.Tensor
        Its arguments.
    types : sequence of tf.DType
        Types of what it returns.
    shapes : sequence of tuple of int
        Shapes of what it returns.

    Returns
    -------
    (list of tf.Tensor, tf.Tensor)
        What it returns, and a tensor that is there once it has been called.
    """

    def call(*arrays):
        return list(function(*arrays)) + [np.int32(0)]

    with tf.device("/cpu:0"):
        *results, done = tf.numpy_function(call, inputs, list(types) + [tf.int32])
    for result, shape in zip(results, shapes):
        result.set_shape(shape)
    return results, done


@dataclasses.dataclass(frozen=True)
class Kernels:
    """
    The functions that rules call for work that compiled code can do faster.

    Parameters
    ----------
    pes_delta : callable, optional
        See `pes_delta`.
    host_call : callable, optional
        See `host_call`.
    compiles_host_call : bool, optional
        Whether XLA compiles `host_call`; if not, loops with host calls are not compiled.
    """

    pes_delta: Callable = pes_delta
    host_call: Callable = host_call
    compiles_host_call: bool = False


PLAIN = Kernels()


def installed_kernels() -> Kernels:
    """
    Join the plain kernels with what installed wheels offer.

    Returns
    -------
    Kernels
        Plain TensorFlow where no wheel has something else.

    Raises
    ------
    UnknownKernelError
        If a wheel offers a kernel that this version does not know.
    """
    kernels = PLAIN
    for name, offered in sorted(load_group(KERNEL_GROUP).items()):
        unknown = set(offered) - {field.name for field in dataclasses.fields(Kernels)}
        if unknown:
            raise UnknownKernelError(name, unknown)
        kernels = dataclasses.replace(kernels, **offered)
    return kernels
