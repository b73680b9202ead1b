# SPDX-License-Identifier: MIT
"""Which steps of a block are recorded, and in which row of the buffer."""

from typing import Any, NamedTuple, Tuple

import numpy as np


class Recording(NamedTuple):
    """
    How one probe is recorded.

    Parameters
    ----------
    probe : nengo.Probe
        The probe.
    shape : tuple
        Shape of one value.
    period : float
        Steps between rows, 1 for every step.
    keep_history : bool
        Whether all rows are kept, or only that of the last step of a run.
    """

    probe: Any
    shape: Tuple[int, ...]
    period: float
    keep_history: bool

    @property
    def sampled(self) -> bool:
        """bool: whether rows and steps differ."""
        return self.period != 1 or not self.keep_history

    def n_rows(self, block: int) -> int:
        """Return how many rows a block of that many steps may need."""
        if not self.keep_history:
            return 1
        # one row more, in which the steps between samples are lost
        return block if not self.sampled else min(block, int(block / self.period) + 1) + 1

    def slots(self, start: int, n_steps: int, block: int) -> Tuple[np.ndarray, int]:
        """
        Give the row of each step, and the number of rows.

        A step (from 1, over the simulator's life) is kept when ``step % period < 1``,
        as in nengo.
        """
        if not self.keep_history:
            return np.zeros(n_steps, dtype=np.int32), 1
        keep = np.arange(start + 1, start + n_steps + 1) % self.period < 1
        slots = np.full(n_steps, self.n_rows(block) - 1, dtype=np.int32)
        slots[keep] = np.arange(keep.sum())
        return slots, int(keep.sum())
