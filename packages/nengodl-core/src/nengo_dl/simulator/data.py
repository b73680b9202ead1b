# SPDX-License-Identifier: MIT
"""Access to probe data and to the live parameters of a simulator."""

import warnings
from collections.abc import Mapping

import nengo
from nengo.exceptions import ValidationError

from nengo_dl.errors import InitialValuesWarning
from nengo_dl.simulator.parameters import live_connection, live_ensemble


class SimulationData(Mapping):
    """
    Read-only mapping from the objects of a network to their values in a simulator.

    A Probe has an array of shape (batch, steps, ...), without the batch axis for a
    simulator without `minibatch_size`. An Ensemble and a Connection have their parameters
    as they are now. All other objects have None.

    Parameters
    ----------
    model : Model
        The built model.
    history : ProbeHistory
        What the probes recorded.
    program : Program
        The running program.
    batched : bool
        Whether values that differ between items have a batch axis.
    """

    def __init__(self, model, history, program, batched):
        self._model = model
        self._history = history
        self._program = program
        self._batched = batched

    def __getitem__(self, key):
        """Value of the object `key`."""
        if key not in self:
            raise ValidationError(
                f"{key!r} is not an object of the simulated network ({self._model}) that"
                " has data; use a Probe, Ensemble, Connection, Node, Network or learning"
                " rule of it",
                attr="data",
            )
        if isinstance(key, nengo.Probe):
            return self._history.read(key)
        if isinstance(key, nengo.Ensemble):
            return live_ensemble(self._model, key, self._value)
        if isinstance(key, nengo.Connection):
            return live_connection(self._model, key, self._value)
        return None

    def __contains__(self, key):
        """Whether the object `key` belongs to the simulated network."""
        try:
            return key in self._model.params
        except TypeError:  # not hashable
            return False

    def __iter__(self):
        return iter(self._model.params)

    def __len__(self):
        return len(self._model.params)

    def __repr__(self):
        return f"<SimulationData of {self._model} with {len(self)} objects>"

    def detach(self):
        """Let go of the program: parameters have their initial values from now on."""
        self._program = None

    def _value(self, signal):
        """Live value of a signal, with a batch axis only if its items differ."""
        if self._program is None:
            warnings.warn(
                "The simulator is closed, so the initial values of parameters are"
                " returned; read them before closing it.",
                InitialValuesWarning,
                stacklevel=4,
            )
            return None
        value = self._program.signal_value(signal)
        # Nengo makes the signals of parameters read-only, except where a rule learns them.
        per_item = len(value) > 1 or (self._batched and not signal.readonly)
        return value if per_item else value[0]
