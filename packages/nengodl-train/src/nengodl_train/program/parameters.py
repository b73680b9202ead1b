# SPDX-License-Identifier: MIT
"""The parameters of a network as the variables that an optimizer updates.

Parameters that are read together lie in one variable, a *home*: a few large variables are
updated much faster than hundreds of small ones. An optimizer for which it matters which
elements lie in one variable (because it clips their norm, say) gets one for each parameter.
"""

from typing import Any, Dict, List, Sequence

import numpy as np
import tensorflow as tf
from nengo_dl.extend.training import v1


class HomeParameters:
    """
    Homes, as they are.

    Parameters
    ----------
    homes : dict of int to tf.Variable
        The homes that are parameters.
    masks : dict of int to np.ndarray
        Which elements of each home training may change.
    parts : dict of int to dict of str to np.ndarray
        For each home names of parameters, and their elements in the flat home.

    Attributes
    ----------
    variables : list of tf.Variable
        What the optimizer updates.
    names : list of dict of str to np.ndarray
        For each of them, which parameters lie in which of its elements.
    """

    def __init__(
        self, homes: Dict[int, Any], masks: Dict[int, np.ndarray], parts: Dict
    ):
        self._homes = homes
        self._masks = masks
        self._parts = parts
        self.variables, self.names = self._make()

    def _make(self):
        return list(self._homes.values()), list(self._parts.values())

    def gradients(self, by_homes: Sequence[Any]) -> List[Any]:
        """Turn gradients by homes into those by `variables`; None stands for none."""
        found = []
        for gradient, mask in zip(by_homes, self._masks.values()):
            if gradient is not None and not mask.all():
                gradient *= tf.constant(mask.astype(gradient.dtype.as_numpy_dtype))
            found.append(gradient)
        return found

    def values(self, values: Dict[int, tf.Tensor]) -> List[Any]:
        """Return what `variables` are before an update, None if they have it themselves."""
        return [None] * len(self.variables)

    def after(self, values: Dict[int, tf.Tensor]) -> List[Any]:
        """Return what has to be done behind an update: fixed elements are put back."""
        done = []
        for number, mask in self._masks.items():
            if not mask.all():
                home = self._homes[number]
                new = tf.where(tf.constant(mask), home.read_value(), values[number])
                done.append(home.assign(new).op)
        return done


class SplitParameters(HomeParameters):
    """One variable for each parameter, which has its value during an update only."""

    def _make(self):
        variables, names = [], []
        for home, parts in zip(self._homes.values(), self._parts.values()):
            for name, elements in parts.items():
                variables.append(self._variable(home, elements, len(variables)))
                names.append({name: np.arange(elements.size).reshape(elements.shape)})
        return variables, names

    @staticmethod
    def _variable(home, elements, number):
        return v1.get_variable(
            v1.get_default_graph().unique_name(f"parameter_{number}").replace("/", "_"),
            elements.shape,
            home.dtype.base_dtype,
            initializer=v1.zeros_initializer(),
            trainable=False,
            use_resource=True,
        )

    def gradients(self, by_homes: Sequence[Any]) -> List[Any]:
        """Turn gradients by homes into those by `variables`; None stands for none."""
        return [
            None if gradient is None else _select(gradient, elements)
            for gradient, parts in zip(by_homes, self._parts.values())
            for elements in parts.values()
        ]

    def values(self, values: Dict[int, tf.Tensor]) -> List[Any]:
        """Return what `variables` are before an update: the homes have it."""
        return [
            _select(values[number], elements)
            for number, parts in self._parts.items()
            for elements in parts.values()
        ]

    def after(self, values: Dict[int, tf.Tensor]) -> List[Any]:
        """Return what has to be done behind an update: homes get their new values."""
        variables, done = iter(self.variables), []
        for number, parts in self._parts.items():
            home = self._homes[number]
            rows = [tf.reshape(values[number], (-1,))]
            index = np.arange(int(np.prod(home.shape.as_list(), dtype=int)))
            taken = len(index)
            for elements in parts.values():
                rows.append(tf.reshape(next(variables).read_value(), (-1,)))
                index[elements.ravel()] = taken + np.arange(elements.size)
                taken += elements.size
            flat = tf.gather(
                tf.concat(rows, axis=0), tf.constant(index.astype(np.int32))
            )
            done.append(home.assign(tf.reshape(flat, home.shape)).op)
        return done


def _select(value, elements):
    flat = tf.reshape(value, (-1,))
    return tf.gather(flat, tf.constant(elements.astype(np.int32)))
