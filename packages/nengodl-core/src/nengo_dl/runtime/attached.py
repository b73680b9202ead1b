# SPDX-License-Identifier: MIT
"""Values that others keep in a program, such as the state of an optimizer."""

from typing import Any, Dict

import numpy as np

# The state of optimizers has names that start with this.
OPTIMIZERS = "optimizers["


class Attached:
    """
    Values under names, which are saved and loaded with the parameters.

    A value is an object with ``value(sess)``, which returns an array, and
    ``load(sess, array)``; ``load_initial(sess)``, if it has that, is called where
    parameters are set back to their initial values.

    Attributes
    ----------
    present : dict of str to object
        What is attached.
    waiting : dict of str to np.ndarray
        Values for what is not attached yet, which get it when it is.
    """

    def __init__(self):
        self.present: Dict[str, Any] = {}
        self.waiting: Dict[str, np.ndarray] = {}

    def add(self, sess: Any, name: str, value: Any) -> None:
        """Attach a value, and load what waits for it."""
        value.optional = True
        self.present[name] = value
        if name in self.waiting:
            value.load(sess, self.waiting.pop(name))

    def values(self, sess: Any) -> Dict[str, np.ndarray]:
        """Return all values as they are now."""
        return {name: value.value(sess) for name, value in self.present.items()}

    def load(self, sess: Any, values: Dict[str, np.ndarray]) -> None:
        """Set values that `values` returned."""
        for name, array in values.items():
            self.present[name].load(sess, array)

    def wait(self, values: Dict[str, np.ndarray]) -> None:
        """Detach everything; `values` wait for it to come back."""
        self.waiting.update(values)
        self.present.clear()

    def replace_waiting(self, values: Dict[str, np.ndarray]) -> None:
        """Let the values of a file wait, and no longer those of another one."""
        self.waiting.clear()
        self.waiting.update(values)

    def load_initial(self, sess: Any) -> None:
        """Set those back that are parameters' kin; the state of optimizers stays."""
        kept = [name for name in self.waiting if name.startswith(OPTIMIZERS)]
        self.waiting = {name: self.waiting[name] for name in kept}
        for value in self.present.values():
            if hasattr(value, "load_initial"):
                value.load_initial(sess)
