# SPDX-License-Identifier: MIT
"""Live values of a simulator to named arrays, and back after a check of all of them."""

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from nengo_dl.errors import ParameterMismatchError
from nengo_dl.signals import is_sparse
from nengo_dl.simplify.marks import is_parameter
from nengo_dl.simulator.files import Stored
from nengo_dl.simulator.structure import signal_names

_VARIABLES = "variables/"
GLOBAL = "global"


class Slot(NamedTuple):
    """
    Where a value lives: in a base signal (`items` first), or in a variable.

    Parameters
    ----------
    kind : str
        "global" for what training changes, "local" for state and other signals.
    shape : tuple of int
        Shape of the value, for signals with the axis of items in front.
    dtype : np.dtype
        Type of the value.
    signal : nengo.builder.Signal or None
        The signal.
    variable : object or None
        The variable, with methods `value` and `load`.
    optional : bool
        Whether files may lack it.
    """

    kind: str
    shape: Tuple[int, ...]
    dtype: Any
    signal: Any = None
    variable: Any = None
    optional: bool = False

    @property
    def text(self):
        """str: the shape, for messages."""
        if self.signal is None:
            return f"shape {self.shape}"
        return f"shape {self.shape[1:]} for {self.shape[0]} item(s)"

    def takes(self, value: np.ndarray) -> bool:
        """Say whether a value fits; one item of a signal stands for all of them."""
        if np.dtype(value.dtype).kind != np.dtype(self.dtype).kind:
            return False
        if self.signal is None:
            return value.shape == self.shape
        own, other = self.shape[1:], value.shape[1:]
        # a scalar weight is a number in nengo >= 3 and has an axis in nengo 2.8
        same = own == other or {own, other} == {(), (1,)}
        return same and value.ndim > 0 and len(value) in (1, self.shape[0])


class Checkpoint:
    """
    The parameters and the state of a simulator, by their names.

    Parameters
    ----------
    model : nengo.builder.Model
        The built model.
    program : nengo_dl.runtime.Program
        The running program. Beside signals it may have `variables`, a dict from names
        to objects with ``value(sess)``, which returns an array, and
        ``load(sess, array)``; with an attribute `optional` that is True, a file may lack
        them, and a simulator may lack what the file has.
    """

    def __init__(self, model: Any, program: Any):
        self._program = program
        self._names = signal_names(model, program.store.layout)
        self.slots = self._make_slots()

    def _make_slots(self) -> Dict[str, Slot]:
        store, slots = self._program.store, {}
        for signal, name in self._names.items():
            trainable = bool(getattr(signal, "trainable", False))
            # a parameter that no operator reads is kept, too
            if signal in store.layout.place or (trainable and not is_sparse(signal)):
                kind = "global" if trainable else "local"
                slots[name] = Slot(kind, store.shape(signal), signal.dtype, signal)
        for name, variable in getattr(self._program, "variables", {}).items():
            value = np.asarray(variable.value(self._program.sess))
            optional = getattr(variable, "optional", False)
            slots[f"{_VARIABLES}{name}"] = Slot(
                "global", value.shape, value.dtype, None, variable, optional
            )
        return slots

    def collect(self, kinds: Sequence[str]) -> Dict[str, Stored]:
        """
        Fetch values.

        Parameters
        ----------
        kinds : sequence of str
            Which ones: "global", "local".

        Returns
        -------
        dict of str to Stored
            The values.
        """
        chosen = {name: s for name, s in self.slots.items() if s.kind in kinds}
        signals = [slot.signal for slot in chosen.values() if slot.signal is not None]
        values = dict(zip(signals, self._program.signal_values(signals)))
        found = {
            name: Stored(slot.kind, self._value(slot, values), slot.optional)
            for name, slot in chosen.items()
        }
        attached = getattr(self._program, "attached", None)
        if attached is not None and GLOBAL in kinds:
            for name, value in attached.waiting.items():
                found[f"{_VARIABLES}{name}"] = Stored(GLOBAL, value, optional=True)
        return found

    def _value(self, slot, values):
        if slot.signal is not None:
            return values[slot.signal]
        return np.asarray(slot.variable.value(self._program.sess))

    def restore(self, stored: Dict[str, Stored], kinds: Sequence[str], path: str):
        """
        Store values, after a check of all of them.

        Parameters
        ----------
        stored : dict of str to Stored
            Values of all kinds that a file has.
        kinds : sequence of str
            Which ones to load.
        path : str
            The file, to be named in errors.

        Raises
        ------
        ParameterMismatchError
            If a value is missing, has no place, or does not fit its place.
        """
        chosen = self._check(stored, kinds, path)
        signals = {
            slot.signal: _reshaped(stored[name].value, slot)
            for name, slot in chosen.items()
            if slot.signal is not None
        }
        for signal, name in self._names.items():
            # what decides nothing is kept aside, to be read back
            fits = name in stored and stored[name].kind in kinds
            if fits and name not in self.slots and not is_sparse(signal):
                signals[signal] = stored[name].value
        self._program.put(signals)
        for name, slot in chosen.items():
            if slot.variable is not None:
                slot.variable.load(self._program.sess, stored[name].value)
        attached = getattr(self._program, "attached", None)
        if attached is not None and GLOBAL in kinds:
            waiting = {
                name[len(_VARIABLES) :]: array.value
                for name, array in stored.items()
                if array.optional and name not in self.slots
            }
            attached.replace_waiting(waiting)

    def _check(self, stored, kinds, path) -> Dict[str, Slot]:
        wanted = {name: s for name, s in self.slots.items() if s.kind in kinds}
        extra = self._without_place(stored, kinds)
        for name, slot in wanted.items():
            if name not in stored and not slot.optional:
                raise ParameterMismatchError(
                    path,
                    f"{name!r} of {slot.text}",
                    _first(extra, stored) or "nothing of that name",
                    _advice(stored, slot.kind),
                )
        if extra:
            raise ParameterMismatchError(
                path,
                self._expected(extra[0]),
                _first(extra, stored),
                self._why(extra[0]),
            )
        chosen = {
            name: self.slots[name]
            for name, array in stored.items()
            if name in self.slots and (array.kind in kinds or name in wanted)
        }
        for name, slot in chosen.items():
            if not slot.takes(stored[name].value):
                _refuse(path, name, slot, stored[name].value)
        return chosen

    def _without_place(self, stored, kinds) -> List[str]:
        """List the names in a file that this simulator has no place for."""
        signals = {name: signal for signal, name in self._names.items()}
        return [
            name
            for name, array in stored.items()
            if array.kind in kinds
            and not array.optional
            and name not in self.slots
            and not self._is_fixed_to(signals.get(name), array.value)
        ]

    def _is_fixed_to(self, signal: Optional[Any], value) -> bool:
        """Whether a value may be left out: it is there already, or decides nothing."""
        if signal is None or is_sparse(signal):
            return False
        (own,) = self._program.signal_values([signal])
        if own.shape != value.shape:
            return False
        return np.array_equal(own, value.astype(own.dtype)) or self._is_idle(
            signal, own
        )

    def _is_idle(self, signal, own) -> bool:
        """
        Whether a parameter is not in the program because of what it is multiplied by.

        Our simplifications leave parameters out for two reasons only: their own value,
        zeros or a one, or a factor that is always zero, as the input of an ensemble is
        whose neurons alone are connected.
        """
        default = self._program.settings.simplifications is None
        matrix = np.squeeze(own, axis=0)
        is_one = (matrix == 1).all() or (
            matrix.ndim == 2 and np.array_equal(matrix, np.eye(*matrix.shape))
        )
        return default and is_parameter(signal) and matrix.any() and not is_one

    def _expected(self, name):
        if name in self._names.values():
            return f"the value that {name!r} had when the simulator was built"
        return f"nothing with the name {name!r}"

    def _why(self, name):
        if name in self._names.values():
            return (
                "It is not trainable here, so the simulator was compiled for its value."
                " Load into a simulator in which it is trainable (without inference_only),"
                " or set configure_settings(simplifications=[])."
            )
        return _STRUCTURE


def _reshaped(value, slot):
    return value.reshape((len(value),) + slot.shape[1:])


_STRUCTURE = (
    "Load into a simulator of the network that was saved, with all objects in the same"
    " order."
)


def _first(names, stored):
    if not names:
        return ""
    return f"{names[0]!r} of shape {stored[names[0]].value.shape[1:]}"


def _advice(stored, kind):
    if any(array.kind == kind for array in stored.values()):
        return _STRUCTURE
    return f"The file was saved without include_{kind}=True; load without it, too."


def _refuse(path, name, slot, value):
    advice = _STRUCTURE
    if slot.signal is not None and value.shape[1:] == slot.shape[1:]:
        if len(value) not in (1, slot.shape[0]):
            advice = (
                "Values that differ between items load into a simulator with as many:"
                f" minibatch_size={len(value)}."
            )
    found = Slot(slot.kind, value.shape, value.dtype, slot.signal)
    raise ParameterMismatchError(
        path,
        f"{name!r} of {slot.text} and type {np.dtype(slot.dtype).name}",
        f"{found.text} and type {found.dtype.name}",
        advice,
    )
