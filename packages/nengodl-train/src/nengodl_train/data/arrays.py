# SPDX-License-Identifier: MIT
"""Data in memory."""

from typing import Iterator, Tuple

from nengodl_train.data.cutting import Cutter
from nengodl_train.data.source import Data, Source


class ArraySource(Source):
    """
    Arrays, or a number of steps without any.

    Parameters
    ----------
    data : dict of object to ndarray, or int
        The data, checked.
    cutter : Cutter
        Cuts it.
    """

    def __init__(self, data: Data, cutter: Cutter):
        self._data = data
        self._cutter = cutter
        self.n_steps = cutter.n_steps(data)
        self.length = cutter.count(data)

    def epoch(self) -> Iterator[Tuple[int, Data]]:
        """
        Go through the data once.

        Returns
        -------
        iterator of (int, dict or int)
            See `Source.epoch`.
        """
        return self._cutter.pieces(self._data)
