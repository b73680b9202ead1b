# SPDX-License-Identifier: MIT
"""Which epoch of a training was the best."""

import math
from typing import Any, Callable, Dict, Optional, Tuple, Union

import nengo
import numpy as np
from nengo.exceptions import ValidationError
from nengo_dl.utils import function_name

from nengodl_train.arguments import is_number, require

Monitored = Union[str, nengo.Probe, Tuple[nengo.Probe, ...], Callable[[Any], float]]

SIGNS = {"min": 1, "max": -1}


class Monitor:
    """
    Compare a value at the end of each epoch with the best one so far.

    Parameters
    ----------
    owner : object
        What the errors name.
    monitor : str or Probe or tuple of Probe or callable
        A key of the losses, or a function of the simulator.
    mode : {"min", "max"}
        Whether small or large values are good.
    min_delta : float
        What is better by no more than this is not better; not negative.
    baseline : float, optional
        What even the first value must be better than.

    Attributes
    ----------
    best : float or None
        The best value, None as long as there is none.
    best_epoch : int or None
        How many epochs were finished when it was reached.

    Raises
    ------
    nengo.exceptions.ValidationError
        If an argument is none of these.
    """

    def __init__(
        self,
        owner: Any,
        monitor: Monitored,
        mode: str,
        min_delta: float,
        baseline: Optional[float] = None,
    ):
        self._owner = owner
        allowed = _can_be_monitored(monitor)
        require(allowed, owner, "monitor", monitor, "a key of the losses or a function")
        require(mode in list(SIGNS), owner, "mode", mode, "'min' or 'max'")
        allowed = is_number(min_delta) and 0 <= min_delta < math.inf
        require(allowed, owner, "min_delta", min_delta, "a finite number, 0 or larger")
        allowed = baseline is None or is_number(baseline)
        require(allowed, owner, "baseline", baseline, "a number, or None for none")
        self.monitor = monitor
        self._sign = SIGNS[mode]
        self._min_delta = float(min_delta)
        worst = self._sign * math.inf
        self._baseline = worst if baseline is None else float(baseline)
        self.restart()

    def restart(self):
        """Forget the best value."""
        self.best = self.best_epoch = None

    def improved(self, training: Any, losses: Dict[Any, float]) -> bool:
        """
        Read the value, and keep it if it is better than the best one.

        Parameters
        ----------
        training : Training
            The training, at the end of an epoch.
        losses : dict of object to float
            Its losses.

        Returns
        -------
        bool
            Whether it is better; NaN never is.

        Raises
        ------
        nengo.exceptions.ValidationError
            If there is no such loss, or the function did not return a number.
        """
        value = self._read(training.sim, losses)
        to_beat = self._baseline if self.best is None else self.best
        better = self._sign * (to_beat - value) > self._min_delta  # False for NaN
        if better:
            self.best, self.best_epoch = value, training.epoch
        return better

    def _read(self, sim, losses):
        if callable(self.monitor):
            return self._number(self.monitor(sim))
        known = self.monitor in losses
        expected = f"a function or one of the losses ({', '.join(map(repr, losses))})"
        require(known, self._owner, "monitor", self.monitor, expected)
        return float(losses[self.monitor])

    def _number(self, value):
        array = np.asarray(value)
        if array.shape != () or array.dtype.kind not in "fiu":
            raise ValidationError(
                f"the function {self} must return a number, but returned {value!r}",
                attr="monitor",
                obj=self._owner,
            )
        return float(array)

    def __str__(self):
        if callable(self.monitor):
            return function_name(self.monitor, sanitize=False)
        return repr(self.monitor)


def _can_be_monitored(monitor):
    if isinstance(monitor, tuple):
        return all(isinstance(probe, nengo.Probe) for probe in monitor)
    return callable(monitor) or isinstance(monitor, (str, nengo.Probe))
