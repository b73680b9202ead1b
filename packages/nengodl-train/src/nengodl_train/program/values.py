# SPDX-License-Identifier: MIT
"""Values of the training that are saved with the parameters, by names that last.

Several parameters lie in one variable, and how they do depends on the planner. What an
optimizer keeps for them is saved for each parameter on its own.
"""

from typing import Any, Dict, Sequence

import numpy as np
import tensorflow as tf
from nengo_dl.extend.training import Variable


class StepValue(Variable):
    """The number of updates, which is set back with the parameters."""

    def load_initial(self, sess: Any) -> None:
        """Set it to zero."""
        self.load(sess, np.zeros((), np.int64))


class PartValue:
    """
    Some elements of a variable.

    Parameters
    ----------
    whole : Variable
        The variable.
    elements : np.ndarray of int
        Which ones of the flat variable, in the shape of the part.
    """

    def __init__(self, whole: Variable, elements: np.ndarray):
        self._whole = whole
        self._elements = elements

    def value(self, sess: Any) -> np.ndarray:
        """Return the live values."""
        return self._whole.value(sess).ravel()[self._elements]

    def load(self, sess: Any, value: np.ndarray) -> None:
        """Store values, and leave the other elements as they are."""
        array = self._present(sess)
        flat = array.ravel()
        flat[self._elements] = value
        self._whole.load(sess, flat.reshape(array.shape))

    def _present(self, sess):
        try:
            return self._whole.value(sess)
        except tf.errors.FailedPreconditionError:
            # in a new session nothing has a value
            sess.run(self._whole.variable.initializer)
            return self._whole.value(sess)


def signal_parts(
    store: Any, names: Dict[Any, str], number: int
) -> Dict[str, np.ndarray]:
    """
    Find where the trainable signals of a home lie in it.

    Parameters
    ----------
    store : nengo_dl.runtime.store.Store
        Has the homes.
    names : dict of Signal to str
        Names of all signals.
    number : int
        The home.

    Returns
    -------
    dict of str to np.ndarray
        For each name the elements of the flat home, in the signal's shape.
    """
    home = store.layout.homes[number]
    return {
        names[base]: (
            place.offset + place.stride * np.arange(base.size).reshape(base.shape)
        )
        for base, place in zip(home.bases, home.places(number))
        if getattr(base, "trainable", False)
    }


def optimizer_values(
    prefix: str, optimizer: Any, names: Sequence[Dict[str, np.ndarray]]
) -> Dict[str, Any]:
    """
    Name all that an optimizer keeps.

    Parameters
    ----------
    prefix : str
        Name of the optimizer.
    optimizer : Optimizer
        The optimizer, prepared.
    names : sequence of dict of str to np.ndarray
        For each of its parameters, what lies in which of its elements.

    Returns
    -------
    dict of str to Variable or PartValue
        The values.
    """
    found: Dict[str, Any] = {}
    for state in optimizer.variables:
        value = Variable(state.variable)
        if state.parameter is None:
            found[f"{prefix}/{state.name}"] = value
            continue
        for name, elements in names[state.parameter].items():
            found[f"{prefix}/{state.name}/{name}"] = PartValue(value, elements)
    return found
