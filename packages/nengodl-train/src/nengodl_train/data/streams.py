# SPDX-License-Identifier: MIT
"""Data that comes element by element."""

from collections.abc import Generator
from typing import Any, Callable, Iterator, Tuple

from nengo_dl.errors import DataError

from nengodl_train.data.cutting import Cutter
from nengodl_train.data.elements import ElementReader
from nengodl_train.data.source import Data, Source


class StreamSource(Source):
    """
    A stream of dicts, of which one is in memory at a time.

    Parameters
    ----------
    opener : callable
        Returns an iterator over the elements, anew for each epoch.
    reader : ElementReader
        Checks elements.
    cutter : Cutter
        Cuts each element.
    """

    def __init__(
        self, opener: Callable[[], Iterator], reader: ElementReader, cutter: Cutter
    ):
        self._opener = opener
        self._reader = reader
        self._cutter = cutter
        self._epochs = 0

    def epoch(self) -> Iterator[Tuple[int, Data]]:
        """
        Go through the stream once.

        Yields
        ------
        (int, dict)
            See `Source.epoch`.

        Raises
        ------
        DataError
            If an element does not fit the network or those before it, or if there is
            none.
        """
        self._epochs += 1
        number = 0
        elements = self._opener()
        try:
            for element in elements:
                place = f"element {number} of the stream in epoch {self._epochs}: "
                data = self._reader.read(element, place)
                self.n_steps = self._cutter.n_steps(data)
                yield from self._cutter.pieces(data, place)
                number += 1
        finally:
            _close(elements)
        if number == 0:
            raise DataError(
                f"must give one element or more in each epoch, but gave nothing in epoch"
                f" {self._epochs}{_advice(self._epochs)}"
            )


def _advice(epoch):
    if epoch == 1:
        return ": the stream is empty"
    return (
        ". An iterator can be gone through only once: for several epochs, give a function"
        " that returns a new one each time it is called, a tf.data.Dataset, or a Sequence"
        " of Keras"
    )


def _close(elements: Any):
    """Let a generator leave its with and finally blocks now, if it has not ended."""
    if isinstance(elements, Generator):
        elements.close()
