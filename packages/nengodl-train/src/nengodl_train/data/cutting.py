# SPDX-License-Identifier: MIT
"""Cut data into pieces, and warn of what is left over once."""

import warnings
from typing import Iterator, Optional, Tuple

import numpy as np
from nengo_dl.utils import minibatch_generator

from nengodl_train.data.source import Data


class Cutter:
    """
    Cuts several data sets, or one several times, in the same way.

    Parameters
    ----------
    minibatch_size : int
        Number of items in each minibatch.
    shuffle : bool
        Whether items come in random order.
    truncation : int or None
        Number of steps in one piece, None for all.
    rng : numpy.random.RandomState or None
        Source of the order.
    """

    def __init__(
        self,
        minibatch_size: int,
        shuffle: bool,
        truncation: Optional[int],
        rng: Optional[np.random.RandomState],
    ):
        self._minibatch_size = minibatch_size
        self._shuffle = shuffle
        self._truncation = truncation
        self._rng = rng
        self._told = set()

    def n_steps(self, data: Data) -> int:
        """
        Return the number of steps of a minibatch.

        Parameters
        ----------
        data : dict of object to ndarray, or int
            The data, checked.

        Returns
        -------
        int
            The number.
        """
        return data if isinstance(data, int) else next(iter(data.values())).shape[1]

    def count(self, data: Data) -> int:
        """
        Count the pieces.

        Parameters
        ----------
        data : dict of object to ndarray, or int
            The data, checked.

        Returns
        -------
        int
            The number of them.
        """
        n_steps = self.n_steps(data)
        blocks = -(-n_steps // (self._truncation or n_steps))
        if isinstance(data, int):
            return blocks
        return len(next(iter(data.values()))) // self._minibatch_size * blocks

    def pieces(self, data: Data, prefix: str = "") -> Iterator[Tuple[int, Data]]:
        """
        Cut data.

        Parameters
        ----------
        data : dict of object to ndarray, or int
            The data, checked: with items for one minibatch or more.
        prefix : str, optional
            Beginning of the warnings, which come once for each category.

        Yields
        ------
        (int, dict or int)
            See `minibatch_generator`.
        """
        pieces = minibatch_generator(
            data, self._minibatch_size, self._shuffle, self._truncation, self._rng
        )
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            first = next(pieces)  # which warns before it returns
        for warning in caught:
            if warning.category not in self._told:
                self._told.add(warning.category)
                warnings.warn(
                    f"{prefix}{warning.message}", warning.category, stacklevel=2
                )
        yield first
        yield from pieces
