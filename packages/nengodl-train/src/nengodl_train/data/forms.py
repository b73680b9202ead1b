# SPDX-License-Identifier: MIT
"""The forms of a stream, and how each of them is gone through."""

import numbers
from collections.abc import Iterable, Mapping
from collections.abc import Iterator as AbstractIterator
from functools import partial
from typing import Any, Callable, Iterator, Optional

import numpy as np
from nengo_dl.errors import DataError
from nengo_dl.utils import count_arguments

from nengodl_train.data.tensorflow_data import Dataset, DatasetReader

# have a length and elements, but no dicts in them
NO_STREAMS = (Mapping, str, bytes, bytearray, numbers.Number, np.ndarray)


def find_opener(data: Any) -> Optional[Callable[[], Iterator]]:
    """
    Find out how to go through a stream.

    Parameters
    ----------
    data : object
        A `tf.data.Dataset`; an iterator, which can be gone through once; an object with
        `__getitem__` and a length, as a `Sequence` or `PyDataset` of Keras; another
        iterable; or a function without arguments that returns one of these, and is called
        for each epoch.

    Returns
    -------
    callable or None
        Returns an iterator over the elements, anew for each epoch. None if the data is no
        stream.

    Raises
    ------
    DataError
        If it is a function that needs arguments.
    """
    opener = _find_opener(data)
    if opener is not None or isinstance(data, NO_STREAMS) or not callable(data):
        return opener
    n_arguments = count_arguments(data)
    if n_arguments:
        raise DataError(
            "a function that returns an iterator must take no arguments, but"
            f" {data!r} needs {n_arguments}"
        )
    return partial(_call, data)


def _find_opener(data):
    if isinstance(data, Dataset):
        return DatasetReader(data).elements
    if isinstance(data, NO_STREAMS):
        return None
    if _is_sequence(data) and not isinstance(data, AbstractIterator):
        return partial(_sequence_elements, data)
    return partial(iter, data) if isinstance(data, Iterable) else None


def _call(function):
    result = function()
    opener = _find_opener(result)
    if opener is None:
        raise DataError(
            f"the function {function!r} must return an iterator over dicts, but returned"
            f" a {type(result).__name__}: {result!r}"
        )
    return opener()


def _is_sequence(data):
    # the class is asked, as the properties of an object may fail
    kind = type(data)
    sized = hasattr(kind, "num_batches") or hasattr(kind, "__len__")
    return sized and hasattr(kind, "__getitem__")


def _sequence_elements(sequence):
    """Yield the elements, and tell the sequence of epochs as Keras does."""
    _notify(sequence, "on_epoch_begin")
    for index in range(_n_elements(sequence)):
        yield sequence[index]
    _notify(sequence, "on_epoch_end")


def _n_elements(sequence):
    """Count the elements, which may be others in each epoch."""
    if not hasattr(type(sequence), "num_batches"):
        return len(sequence)
    if sequence.num_batches is None:
        raise DataError(
            "must have an end, but num_batches of the"
            f" {type(sequence).__name__} is None; return the number of its elements"
        )
    return sequence.num_batches


def _notify(sequence, name):
    method = getattr(sequence, name, None)
    if callable(method):
        method()
