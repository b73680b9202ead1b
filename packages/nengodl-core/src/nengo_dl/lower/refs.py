# SPDX-License-Identifier: MIT
"""References to elements of a base signal: one notion for views, slices and wholes."""

from typing import Any, NamedTuple

import numpy as np

from nengo_dl.signals import stored


class Ref(NamedTuple):
    """
    Elements of one base signal, in an order and a shape.

    `index` holds positions in the flattened base; its shape is the shape of the value.
    """

    base: Any
    index: np.ndarray

    @property
    def shape(self):
        """tuple: the shape of the value."""
        return self.index.shape

    @property
    def size(self):
        """int: the number of elements."""
        return self.index.size

    def select(self, item):
        """Select elements as NumPy would from the value."""
        return Ref(self.base, self.index[item])


def ref_of(signal: Any) -> Ref:
    """
    Make the reference to a signal or a view of one.

    Parameters
    ----------
    signal : nengo.builder.Signal
        A dense signal with any strides, or a sparse one.

    Returns
    -------
    Ref
        Its elements, with its shape; of a sparse signal the vector of its entries, in a
        base of their own.
    """
    signal = stored(signal)
    base, value = signal.base, signal.initial_value
    if not signal.is_view:
        return Ref(base, np.arange(value.size).reshape(value.shape))
    # addresses and not Signal.offset, which nengo 2.8 loses when a view is reshaped
    start = _address(value) - _address(base.initial_value)
    index = np.full(value.shape, start // value.itemsize)
    for axis, (length, stride) in enumerate(zip(value.shape, value.strides)):
        steps = np.arange(length) * (stride // value.itemsize)
        index += steps.reshape((-1,) + (1,) * (value.ndim - axis - 1))
    return Ref(base, index)


def _address(array):
    return array.__array_interface__["data"][0]
