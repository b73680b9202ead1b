# SPDX-License-Identifier: MIT
"""The values of signals that keep one value whenever they are read."""

import numpy as np
from nengo.builder.operator import Reset

from nengo_dl.operators import SetInitial
from nengo_dl.signals import is_sparse, view_of
from nengo_dl.simplify.marks import is_fed, is_trainable


class Constants:
    """
    What a list of operators leaves constant.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        All operators of a model.

    Attributes
    ----------
    incremented, updated : set of nengo.builder.Signal
        Base signals that are, or a view of which is, incremented and updated.
    """

    def __init__(self, op_list):
        self.incremented, self.updated = set(), set()
        self._set = set()  # by others than Resets
        self._resets, self._initials = {}, {}
        self._values = {}
        for op in op_list:
            self.incremented.update(signal.base for signal in op.incs)
            self.updated.update(signal.base for signal in op.updates)
            if type(op) is Reset:
                self._resets.setdefault(op.dst.base, []).append(op)
            elif type(op) is SetInitial:
                self._initials.setdefault(op.dst.base, []).append(op)
            else:
                self._set.update(signal.base for signal in op.sets)

    def resets(self, signal):
        """Return the Resets of a signal's base."""
        return self._resets.get(signal.base, [])

    def is_constant(self, signal):
        """Say whether a signal has the same value whenever it is read."""
        base = signal.base
        return not (
            base in self.incremented
            or base in self.updated
            or base in self._set
            or is_trainable(signal)
            or is_fed(signal)
        )

    def value(self, signal):
        """
        Return the value of a constant dense signal.

        Parameters
        ----------
        signal : nengo.builder.Signal
            Any signal.

        Returns
        -------
        np.ndarray or None
            The value; not to be written to. None if it is not constant or not dense.
        """
        if is_sparse(signal) or not self.is_constant(signal):
            return None
        base = signal.base
        if base not in self._values:
            self._values[base] = self._base_value(base)
        return view_of(self._values[base], signal)

    def is_zero(self, signal, elements=None):
        """Say whether a signal, or some elements of it, are constantly zero."""
        if is_sparse(signal):
            return self.is_constant(signal) and not np.any(signal.initial_value.data)
        value = self.value(signal)
        return value is not None and not np.any(take(value, elements))

    def _base_value(self, base):
        writers = self._initials.get(base, []) + self._resets.get(base, [])
        if not writers:
            return base.initial_value
        array = np.array(base.initial_value)
        for op in writers:
            view_of(array, op.dst)[...] = op.value
        return array


def take(value, elements):
    """
    Select elements as a Copy does.

    Parameters
    ----------
    value : np.ndarray
        The value to select from.
    elements : list or None
        Indices on the first axis, None for all of the value.

    Returns
    -------
    np.ndarray
        The elements.
    """
    return value if elements is None else value[elements]


def compact(value):
    """
    Write a value as one number, if it is one.

    Parameters
    ----------
    value : np.ndarray
        Any value.

    Returns
    -------
    float or np.ndarray
        The number if all elements are equal, else a copy that cannot be written to.
    """
    if value.size == 0:
        return 0.0
    first = value.flat[0]
    if np.all(value == first):
        return float(first)
    value = np.array(value)
    value.setflags(write=False)
    return value


def reset(dst, value, tag=None):
    """
    Make a Reset to a number or an array, for which nengo's constructor is too strict.

    Parameters
    ----------
    dst : nengo.builder.Signal
        The signal to set.
    value : float or np.ndarray
        The value, which broadcasts to the shape of `dst`.
    tag : str, optional
        A label for debugging.

    Returns
    -------
    nengo.builder.operator.Reset
        The operator.
    """
    operator = Reset(dst, tag=tag)
    operator.value = value
    return operator
