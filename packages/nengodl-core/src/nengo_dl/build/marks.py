# SPDX-License-Identifier: MIT
"""Mark the signals whose values are parameters."""

from typing import Any, Callable

import nengo


def mark_trainable(model: Any, trainable: Callable[[Any], bool]) -> None:
    """
    Set `trainable` on the signals of encoders, biases and weights.

    Parameters
    ----------
    model : nengo.builder.Model
        The built model.
    trainable : callable
        Function from an object to whether its parameters may be trained.
    """
    for obj in list(model.params):
        signals = model.sig[obj] if obj in model.sig else {}
        if isinstance(obj, nengo.Ensemble):
            _mark(signals.get("encoders"), trainable(obj))
            _mark(model.sig[obj.neurons].get("bias"), trainable(obj.neurons))
        elif isinstance(obj, nengo.Connection):
            _mark(signals.get("weights"), trainable(obj))


def _mark(signal, value):
    if signal is not None:
        signal.trainable = bool(value)
