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
        self._aside: Dict[Any, np.ndarray] = {}
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

    @property
    def variables(self) -> List[tf.Variable]:
        """List of tf.Variable: the live values of homes."""
        return [slot.variable for slot in self._homes]

    @property
    def constant_variables(self) -> List[tf.Variable]:
        """List of tf.Variable: the constants of the step."""
        return [slot.variable for slot in self._constants]

    def initial_state(self) -> List[np.ndarray]:
        """Return initial values of the homes that change, each for one item."""
        homes = [self.layout.homes[number] for number in self.changing]
        return [
            self._initial_home(home).reshape((1,) + home.shape).astype(dtype)
            for home, dtype in zip(homes, map(self._home_type, homes))
        ]

    def trainable(self) -> Dict[int, np.ndarray]:
        """
        Find the parameters that training may change.

        Returns
        -------
        dict of int to np.ndarray
            For each home that has some, which of its elements, (1, *shape), they are.
        """
        found = {}
        for number, home in enumerate(self.layout.homes):
            mask = np.zeros(home.length, dtype=bool)
            for base, place in zip(home.bases, home.places(number)):
                chosen = place.offset + place.stride * np.arange(base.size)
                mask[chosen] = bool(getattr(base, "trainable", False))
            if mask.any() and not home.changes:
                found[number] = mask.reshape((1,) + home.shape)
        return found

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
            self._aside.clear()
        _run(sess, loads)

    def state(self, sess: Any) -> List[np.ndarray]:
        """Return the values of all homes that change."""
        return sess.run([self._homes[number].live for number in self.changing])

    def put_state(self, sess: Any, values: Sequence[np.ndarray]) -> None:
        """Store values that `state` returned."""
        loads = [
            self._homes[number].load(value.reshape((len(value), -1)))
            for number, value in zip(self.changing, values)
        ]
        _run(sess, loads)

    def value(self, sess: Any, signal: Any) -> np.ndarray:
        """Return the live value of a signal, (minibatch or 1, *shape)."""
        return self.values(sess, [signal])[0]

    def values(self, sess: Any, signals: Sequence[Any]) -> List[np.ndarray]:
        """Return live values as `value` does, with one call of the session for all."""
        refs = [self.refs(signal) for signal in signals]
        found = self._fetch(sess, [ref.base for ref in refs]) if sess else {}
        return [self._part(base, index, found) for base, index in refs]

    def shape(self, signal: Any) -> Tuple[int, ...]:
        """Return the shape of a signal's live value, (minibatch or 1, *shape)."""
        base, index = self.refs(signal)
        place = self.layout.place.get(base)
        items = 1 if place is None else self._homes[place.home].shape[0]
        return (items,) + index.shape

    def put(self, sess: Any, values: Dict[Any, np.ndarray]) -> None:
        """
        Store live values.

        Parameters
        ----------
        sess : tf.compat.v1.Session
            The session.
        values : dict of nengo.builder.Signal to np.ndarray
            For base signals their values, of shape (minibatch or 1, *shape); one item
            stands for all. Those of signals that no operator uses are kept aside.
        """
        for base, value in values.items():
            shape = self.shape(base)
            if value.shape not in (shape, (1,) + shape[1:]):
                raise ValueError(
                    f"A value of {base} must have the shape {shape}, or one item of it,"
                    f" but has {value.shape}."
                )
        found = self._fetch(sess, values)
        homes = {number: np.array(value) for number, value in found.items()}
        for base, value in values.items():
            place = self.layout.place.get(base)
            if place is None:
                self._aside[base] = value.astype(self._type(base.dtype))
            else:
                _, index = self.refs(base)
                elements = index.ravel() * place.stride + place.offset
                homes[place.home][:, elements] = value.reshape((len(value), -1))
        _run(sess, [self._homes[number].load(flat) for number, flat in homes.items()])

    def _fetch(self, sess, bases):
        """Fetch the homes of base signals, each as (items, elements)."""
        places = [
            self.layout.place[base] for base in bases if base in self.layout.place
        ]
        slots = {place.home: self._homes[place.home] for place in places}
        found = sess.run({number: slot.live for number, slot in slots.items()})
        return {
            number: value.reshape((len(value), slots[number].size))
            for number, value in found.items()
        }

    def _part(self, base, index, found):
        place = self.layout.place.get(base)
        if place is not None and place.home in found:
            return found[place.home][:, index * place.stride + place.offset]
        if base in self._aside:
            return self._aside[base].reshape((1, -1))[:, index]
        return self._initial(base).ravel()[index][None].astype(self._type(base.dtype))

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
                f"Signals of type {dtype} are unsupported: they must hold floats, integers"
                " or truth values."
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
        self.live = self.variable.read_value()

    @property
    def size(self):
        """int: number of elements of an item."""
        return int(np.prod(self.shape[1:], dtype=int))

    def load(self, flat):
        """Return what to run and feed to store values: of all items, or one for all."""
        items = len(flat) if np.ndim(flat) == 2 else 1
        value = np.broadcast_to(np.reshape(flat, (items,) + self.shape[1:]), self.shape)
        return self._load, (self._given, value)


def _run(sess, loads):
    """Store values with one call: TensorFlow prepares each new set of fetches, 0.1 s."""
    sess.run([operation for operation, _ in loads], dict(feed for _, feed in loads))
