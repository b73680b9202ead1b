# SPDX-License-Identifier: MIT
"""Choose how data is read."""

import numbers
from collections.abc import Mapping
from typing import Any, Callable, Optional, Sequence

import numpy as np
from nengo_dl.errors import DataError

from nengodl_train.data.arrays import ArraySource
from nengodl_train.data.cutting import Cutter
from nengodl_train.data.elements import ElementReader
from nengodl_train.data.forms import find_opener
from nengodl_train.data.source import Data, Source
from nengodl_train.data.streams import StreamSource


def open_source(
    data: Any,
    check: Callable[[Any], Data],
    model_objects: Sequence[Any],
    minibatch_size: int,
    shuffle: bool,
    truncation: Optional[int],
    rng: Optional[np.random.RandomState],
) -> Source:
    """
    Open the data of one call of a simulator's method.

    Parameters
    ----------
    data : dict, int, or stream of dict
        Arrays of shape (items, steps, size); a number of steps; or one of the streams
        that `find_opener` knows, whose elements are dicts of such arrays.
    check : callable
        Takes a dict or a number of steps, and returns it in the form that programs take,
        or raises a DataError.
    model_objects : sequence of Node or Probe
        Those of the network, which the keys of streams may name by their labels.
    minibatch_size : int
        Number of items in each minibatch. Items of a dict that do not fill one are left
        out.
    shuffle : bool
        Whether the items of arrays come in random order. Streams decide on their own.
    truncation : int or None
        Number of steps in one piece, None for all.
    rng : numpy.random.RandomState or None
        Source of the order.

    Returns
    -------
    Source
        The data, to be gone through.

    Raises
    ------
    DataError
        If the data is nothing of this, or if arrays do not fit the network. What a stream
        gives is checked when it comes.
    """
    if isinstance(data, (Mapping, numbers.Integral)):
        cutter = Cutter(minibatch_size, shuffle, truncation, rng)
        return ArraySource(check(data), cutter)
    opener = find_opener(data)
    if opener is None:
        raise DataError(
            "must be a dict from input Nodes and Probes to arrays, a number of steps, or a"
            " stream of such dicts (a tf.data.Dataset, a Sequence of Keras, an iterable, or"
            " a function without arguments that returns an iterator), but is a"
            f" {type(data).__name__}: {data!r}"
        )
    cutter = Cutter(minibatch_size, False, truncation, None)
    return StreamSource(opener, ElementReader(check, model_objects), cutter)
