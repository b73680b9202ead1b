# SPDX-License-Identifier: MIT
"""Cut data into minibatches, and these into pieces in time."""

import numbers
import warnings
from typing import Any, Dict, Iterator, Optional, Tuple, Union

import numpy as np

from nengo_dl.errors import UnevenMinibatchWarning, UnevenTruncationWarning

Data = Union[int, Dict[Any, np.ndarray]]


def minibatch_generator(
    data: Data,
    minibatch_size: int,
    shuffle: bool = True,
    truncation: Optional[int] = None,
    rng: Optional[np.random.RandomState] = None,
) -> Iterator[Tuple[int, Data]]:
    """
    Cut data into minibatches.

    Parameters
    ----------
    data : dict of object to ndarray, or int
        Arrays of shape (items, steps, ...); or a number of steps, which is one minibatch
        without data.
    minibatch_size : int
        Number of items in each minibatch. Items that do not fill one are left out.
    shuffle : bool, optional
        Whether items come in random order.
    truncation : int, optional
        Number of steps in one piece; all pieces of a minibatch come one after the other.
    rng : numpy.random.RandomState, optional
        Source of the order.

    Yields
    ------
    (int, dict or int)
        Steps of the minibatch before this piece, and the piece: arrays of shape
        (minibatch_size, steps, ...), or its number of steps.

    Examples
    --------
    >>> data = {"x": np.zeros((4, 5, 1))}
    >>> pieces = minibatch_generator(data, 2, shuffle=False, truncation=3)
    >>> [(offset, piece["x"].shape) for offset, piece in pieces]
    [(0, (2, 3, 1)), (3, (2, 2, 1)), (0, (2, 3, 1)), (3, (2, 2, 1))]
    """
    is_count = isinstance(data, numbers.Integral)
    n_steps = int(data) if is_count else next(iter(data.values())).shape[1]
    truncation = n_steps if truncation is None else truncation
    if n_steps % truncation != 0:
        warnings.warn(
            f"{n_steps} steps are not a multiple of truncation={truncation}, so the last"
            f" piece of each minibatch has {n_steps % truncation} steps only, from which"
            " training may learn badly.",
            UnevenTruncationWarning,
            stacklevel=2,
        )
    offsets = range(0, n_steps, truncation)
    if is_count:
        for offset in offsets:
            yield offset, min(truncation, n_steps - offset)
        return
    for items in _minibatches(data, minibatch_size, shuffle, rng):
        for offset in offsets:
            steps = slice(offset, offset + truncation)
            yield offset, {key: array[items, steps] for key, array in data.items()}


def _minibatches(data, minibatch_size, shuffle, rng):
    """Yield the items of each minibatch."""
    n_items = len(next(iter(data.values())))
    if n_items % minibatch_size != 0:
        warnings.warn(
            f"{n_items} items are not a multiple of minibatch_size={minibatch_size}, so"
            f" {n_items % minibatch_size} of them are left out.",
            UnevenMinibatchWarning,
            stacklevel=3,
        )
    order = np.arange(n_items)
    if shuffle:
        (np.random if rng is None else rng).shuffle(order)
    for start in range(0, n_items - minibatch_size + 1, minibatch_size):
        yield order[start : start + minibatch_size]
