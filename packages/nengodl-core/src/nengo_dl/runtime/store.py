# SPDX-License-Identifier: MIT
"""The variables of a program: parameters, state, constants of the step."""

from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
import tensorflow as tf

from nengo_dl.compat.tensorflow import v1


class Store:
    """
    Initial values of homes, and the variables that hold their live values.

    Initial values are fed, never part of the graph: a graph is limited to 2 GB.

    Parameters
    ----------
    layout : nengo_dl.layout.Layout
        Which signals lie in which home.
    initial : dict
        Initial values of base signals that differ from the signals' own.
    constants : sequence of np.ndarray
        Constants of the step.
    dtype : str
        Type of floating point values.
    refs : callable
        Function from a signal to its base and the elements of it.
    """

    def __init__(
        self,
        layout: Any,
        initial: Dict[Any, np.ndarray],
        constants: Sequence[np.ndarray],
        dtype: str,
        refs: Any,
    ):
        self.layout = layout
        self.initial = initial
        self.constants = tuple(constants)
        self.dtype = np.dtype(dtype)
        self.refs = refs
        self.changing = tuple(
            number for number, home in enumerate(layout.homes) if home.changes
        )

    def construct(self, batch: int) -> Tuple[List[tf.Tensor], List[tf.Tensor]]:
        """Make the variables in the current graph; return the values of both kinds."""
        self.batch = batch
        self._homes = [
            _Slot(f"home_{number}", self._home_shape(home), self._home_type(home))
            for number, home in enumerate(self.layout.homes)
        ]
        self._constants = [
            _Slot(f"constant_{i}", (1, value.size), self._type(value.dtype))
            for i, value in enumerate(self.constants)
        ]
        read = [slot.variable.read_value() for slot in self._homes]
        return read, [slot.variable.read_value() for slot in self._constants]

    def assign(self, state: Sequence[tf.Tensor]) -> tf.Operation:
        """Make the operation that stores the state behind a block."""
        return tf.group(
            *[
                self._homes[number].variable.assign(value)
                for number, value in zip(self.changing, state)
            ]
        )

    def load(self, sess: Any, include_parameters: bool) -> None:
        """Store initial values, of parameters too if wanted."""
        loads = [
            slot.load(self._initial_home(home))
            for slot, home in zip(self._homes, self.layout.homes)
            if home.changes or include_parameters
        ]
        if include_parameters:
            loads += [slot.load(v) for slot, v in zip(self._constants, self.constants)]
        # one call: TensorFlow prepares each new set of fetches, about 0.1 s
        sess.run([operation for operation, _ in loads], dict(feed for _, feed in loads))

    def value(self, sess: Any, signal: Any) -> np.ndarray:
        """Return the live value of a signal, (minibatch or 1, *shape)."""
        base, index = self.refs(signal)
        if base not in self.layout.place or sess is None:
            return (
                self._initial(base).ravel()[index][None].astype(self._type(base.dtype))
            )
        place = self.layout.place[base]
        values = self._homes[place.home].fetch(sess)
        return values.reshape((len(values), -1))[:, index * place.stride + place.offset]

    def _initial(self, base):
        return np.asarray(self.initial.get(base, base.initial_value))

    def _initial_home(self, home):
        flat = np.empty(home.length)
        for base, place in zip(home.bases, home.places(0)):
            end = place.offset + place.stride * (base.size - 1) + 1
            flat[place.offset : end : place.stride] = self._initial(base).ravel()
        return flat

    def _home_shape(self, home):
        return (self.batch if home.changes else 1,) + home.shape

    def _home_type(self, home):
        return self._type(np.dtype(home.bases[0].dtype))

    def _type(self, dtype):
        dtype = np.dtype(dtype)
        kinds = {
            "f": self.dtype,
            "b": np.dtype(bool),
            "i": np.dtype(np.int32),
            "u": np.dtype(np.int32),
        }
        if dtype.kind not in kinds:
            raise NotImplementedError(
                f"Signals must hold floats, integers or truth values, but one has {dtype}."
            )
        return kinds[dtype.kind]


class _Slot:
    """One variable that is filled by feeding."""

    def __init__(self, name, shape, dtype):
        self.shape = shape
        self.dtype = dtype
        self.variable = v1.get_variable(
            name,
            shape,
            dtype,
            initializer=v1.zeros_initializer(),
            trainable=False,
            use_resource=True,
        )
        self._given = v1.placeholder(dtype, shape)
        self._load = self.variable.assign(self._given).op
        self._fetch = self.variable.read_value()

    def load(self, flat):
        """Return what to run and feed to store values, the same for each item."""
        value = np.broadcast_to(np.reshape(flat, self.shape[1:]), self.shape)
        return self._load, (self._given, value)

    def fetch(self, sess):
        """Return the live value."""
        return sess.run(self._fetch)
