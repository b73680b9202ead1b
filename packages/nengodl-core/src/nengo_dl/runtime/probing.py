# SPDX-License-Identifier: MIT
"""Which steps of a block a probe keeps."""

from typing import Any, NamedTuple, Tuple

import numpy as np


class Recording(NamedTuple):
    """
    How one probe is recorded.

    The loop records every step; what a probe does not keep is left behind when a block's
    rows are fetched.

    Parameters
    ----------
    probe : nengo.Probe
        The probe.
    shape : tuple
        Shape of one value.
    period : float
        Steps between rows, 1 for every step.
    keep_history : bool
        Whether all rows are kept, or only that of the last step.
    """

    probe: Any
    shape: Tuple[int, ...]
    period: float
    keep_history: bool

    @property
    def every_step(self) -> bool:
        """bool: whether there is a row for each step."""
        return self.keep_history and self.period == 1

    def kept(self, start: int, n_steps: int, every_step: bool = False) -> np.ndarray:
        """
        List the steps of a block whose rows are kept.

        A step (from 1, over the simulator's life) is kept when ``step % period < 1``,
        as in nengo.

        Parameters
        ----------
        start : int
            Number of steps before the block.
        n_steps : int
            Number of steps in the block.
        every_step : bool, optional
            Whether the period does not count.

        Returns
        -------
        np.ndarray
            Positions of the steps in the block, from 0, int32.
        """
        if not self.keep_history:
            return np.array([n_steps - 1], np.int32)
        steps = np.arange(start + 1, start + n_steps + 1)
        period = 1 if every_step else self.period
        return np.flatnonzero(steps % period < 1).astype(np.int32)
