# SPDX-License-Identifier: MIT
"""What the trainer knows of data."""

import abc
from typing import Any, Dict, Iterator, Optional, Tuple, Union

import numpy as np

Data = Union[int, Dict[Any, np.ndarray]]


class Source(abc.ABC):
    """
    Data that gives minibatches, epoch after epoch.

    Attributes
    ----------
    length : int or None
        Number of pieces in each epoch, None if it is unknown.
    n_steps : int or None
        Number of steps of a minibatch, of the latest one if they differ; None until the
        first piece if it is unknown before.
    """

    length: Optional[int] = None
    n_steps: Optional[int] = None

    @abc.abstractmethod
    def epoch(self) -> Iterator[Tuple[int, Data]]:
        """
        Go through the data once.

        Returns
        -------
        iterator of (int, dict or int)
            For each piece the steps of its minibatch that come before it, and its arrays
            or its number of steps. Closing the iterator closes what it reads from.

        Raises
        ------
        DataError
            While iterating, if something that was not known before does not fit.
        """
