# SPDX-License-Identifier: MIT
"""How many steps one block has."""

from typing import Sequence

import numpy as np

from nengo_dl.types import Settings

# What one block may feed and record, in bytes, and its largest number of steps. The loop
# records each step of a block, whatever a probe keeps of it. A call of
# the session costs about 0.2 ms: 1,000 steps make that a fraction of the smallest model's
# step, and feeding 1,000 rows for a single step stays within the same cost.
BLOCK_BYTES = 1 << 24
BLOCK_STEPS = 1000
# Where Python runs inside the loop a step may take any time, and nothing else happens
# until a block is done (progress, Ctrl-C): such blocks start short, double, and then last
# about so many seconds.
SHORT_BLOCK = 1
BLOCK_SECONDS = 0.5


def largest_block(settings: Settings, fed: int, recorded: Sequence[int]) -> int:
    """
    Find the largest number of steps of a block.

    Parameters
    ----------
    settings : Settings
        Type, batch, unrolling.
    fed : int
        Number of values that are fed in each step, for each item.
    recorded : sequence of int
        Number of values that each probe records.

    Returns
    -------
    int
        A multiple of the unrolling.
    """
    itemsize = np.dtype(settings.dtype).itemsize
    width = fed + sum(recorded)
    fitting = BLOCK_BYTES // max(1, itemsize * width * settings.batch)
    unroll = settings.unroll
    return unroll * max(1, min(BLOCK_STEPS, fitting) // unroll)


class Pace:
    """
    Chooses the length of blocks.

    Parameters
    ----------
    largest : int
        Largest number of steps.
    unroll : int
        Number that it is a multiple of.
    hosted : bool
        Whether Python runs inside the loop.
    """

    def __init__(self, largest: int, unroll: int, hosted: bool):
        self._largest = largest
        self._unroll = unroll
        self._hosted = hosted
        self.steps = largest
        if hosted:
            self.steps = unroll * min(SHORT_BLOCK, largest // unroll)

    def took(self, steps: int, seconds: float) -> None:
        """Take note of how long a block took, and choose the length of further ones."""
        if self._hosted:
            fitting = int(steps * min(2.0, BLOCK_SECONDS / max(seconds, 1e-6)))
            whole = min(self._largest, fitting) // self._unroll
            self.steps = self._unroll * max(1, whole)
