# SPDX-License-Identifier: MIT
"""Computations that compiled code may replace: data, plain TensorFlow by default."""

import dataclasses
import functools
import threading
import warnings
from typing import Callable, FrozenSet, List, Optional, Sequence, Tuple

import numpy as np
import tensorflow as tf

from nengo_dl.errors import KernelsUnavailableWarning, UnknownKernelError
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
    after: Optional[tf.Tensor] = None,
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
    after : tf.Tensor, int32, shape (), optional
        What must be there before it is called. XLA knows no other order.

    Returns
    -------
    (list of tf.Tensor, tf.Tensor)
        What it returns, and the value of `after`, or 0, once it has been called.
    """

    def call(before, *arrays):
        return list(function(*arrays)) + [np.int32(before)]

    given = [tf.constant(0) if after is None else after] + list(inputs)
    with tf.device("/cpu:0"):
        *results, done = tf.numpy_function(call, given, list(types) + [tf.int32])
    done.set_shape(())
    for result, shape in zip(results, shapes):
        result.set_shape(shape)
    return results, done


def sparse_product(
    data: tf.Tensor,
    x: tf.Tensor,
    rows: np.ndarray,
    columns: np.ndarray,
    n_rows: int,
) -> tf.Tensor:
    """
    Multiply a sparse matrix with vectors.

    Parameters
    ----------
    data : tf.Tensor, shape (1 or minibatch, n_entries)
        Values of the matrix's entries. Those with equal row and column add up.
    x : tf.Tensor, shape (1 or minibatch, n_columns)
        Vectors.
    rows, columns : np.ndarray of int
        Where the entries are.
    n_rows : int
        Number of rows of the matrix.

    Returns
    -------
    tf.Tensor, shape (1 or minibatch, n_rows)
        For each row the sum of its entries times the elements of `x` at their columns.

    Notes
    -----
    The minibatch comes last inside, so that each sum adds rows that lie together. For
    20000 entries in a matrix of 1000 x 1000 and 16 items that took 0.22 ms; padding all
    rows to the longest and summing along them 0.61 ms, a dense product 0.30 ms
    (TensorFlow 2.21, float32; 0.33, 0.41 and 13 ms in 1.14).
    """
    picked = tf.gather(tf.transpose(x), tf.constant(columns.astype(np.int32)))
    terms = tf.transpose(data) * picked
    segments = tf.constant(rows.astype(np.int32))
    return tf.transpose(tf.math.unsorted_segment_sum(terms, segments, n_rows))


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
    sparse_product : callable, optional
        See `sparse_product`.
    lif_step : callable, optional
        One step of LIF neurons in one pass, ``lif_step(current, voltage, refractory,
        adaptation, dt=..., ...)``; None where only plain TensorFlow has them.
    count_spikes : callable, optional
        One step of neurons that integrate a rate and spike at each whole unit, in one
        pass, ``count_spikes(charge, voltage, height=..., inner=...)``; None as above.
    learned_product : callable, optional
        Learned weights changed and applied in one pass, ``learned_product(weights, pre,
        change, x, decay)``; None where plain TensorFlow does one after the other.
    compiled : frozenset of str, optional
        Names of the functions that are not the plain ones, but which XLA compiles too.
    """

    pes_delta: Callable = pes_delta
    host_call: Callable = host_call
    sparse_product: Callable = sparse_product
    lif_step: Optional[Callable] = None
    count_spikes: Optional[Callable] = None
    learned_product: Optional[Callable] = None
    compiled: FrozenSet[str] = frozenset()

    @property
    def compiles_host_call(self) -> bool:
        """Whether XLA compiles `host_call`; the plain one it does not."""
        return "host_call" in self.compiled

    def inside_xla(self) -> "Kernels":
        """
        Choose for a program that XLA compiles, as far as it can.

        Returns
        -------
        Kernels
            The plain functions in place of those that XLA does not compile; save
            `host_call`, which stays outside of compiled programs in either case.
        """
        plain = {
            field.name: field.default
            for field in dataclasses.fields(self)
            if field.name not in self.compiled | {"host_call", "compiled"}
        }
        return dataclasses.replace(self, **plain)

    def with_gradients(self) -> "Kernels":
        """
        Choose for training.

        Returns
        -------
        Kernels
            The plain functions, which have gradients and whose results training stores or
            computes again as it sees fit; `sparse_product` as it is.
        """
        product = self.sparse_product
        compiled = self.compiled & {"sparse_product"}
        return Kernels(sparse_product=product, compiled=compiled)


PLAIN = Kernels()
_lock = threading.Lock()


def installed_kernels() -> Kernels:
    """
    Join the plain kernels with what installed wheels offer.

    Wheels are asked once a process; what they need does not change while it runs.

    Returns
    -------
    Kernels
        Plain TensorFlow where no wheel has something else, or one that cannot be used:
        the first call warns of that with a `KernelsUnavailableWarning`.

    Raises
    ------
    UnknownKernelError
        If a wheel offers a kernel that this version does not know.
    """
    with _lock:
        kernels, unsaid = _join_offers()
        messages = list(unsaid)
        unsaid.clear()
    for message in messages:
        warnings.warn(message, KernelsUnavailableWarning, stacklevel=2)
    return kernels


@functools.lru_cache(maxsize=None)
def _join_offers() -> Tuple[Kernels, List[str]]:
    kernels = PLAIN
    offers, unavailable = load_group(KERNEL_GROUP)
    for name, offered in sorted(offers.items()):
        unknown = set(offered) - {field.name for field in dataclasses.fields(Kernels)}
        if unknown:
            raise UnknownKernelError(name, unknown)
        # of what one wheel replaces another does not say whether XLA compiles it
        compiled = kernels.compiled - set(offered) | offered.get(
            "compiled", frozenset()
        )
        kernels = dataclasses.replace(kernels, **{**offered, "compiled": compiled})
    messages = [
        f"The kernels {name!r} cannot be used, so plain TensorFlow computes instead, with"
        f" the same numbers:\n{error}"
        for name, error in sorted(unavailable.items())
    ]
    return kernels, messages
