# SPDX-License-Identifier: MIT
"""Computations that compiled code may replace: data, plain TensorFlow by default."""

import dataclasses
from typing import Callable

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


@dataclasses.dataclass(frozen=True)
class Kernels:
    """
    The functions that rules call for work that compiled code can do faster.

    Parameters
    ----------
    pes_delta : callable, optional
        See `pes_delta`.
    """

    pes_delta: Callable = pes_delta


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
