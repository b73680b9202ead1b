# SPDX-License-Identifier: MIT
"""The elements of a stream, checked one by one."""

from collections.abc import Mapping
from typing import Any, Callable, Dict, Optional, Sequence, Set

import numpy as np
from nengo.exceptions import ValidationError
from nengo_dl.errors import DataError

from nengodl_train.data.labels import find_object
from nengodl_train.data.source import Data


class ElementReader:
    """
    Checks elements against the network, and against the first of them.

    Parameters
    ----------
    check : callable
        Takes a dict from Nodes and Probes to arrays, and returns it in the form that
        programs take, or raises a DataError.
    model_objects : sequence of Node or Probe
        What labels may stand for.
    """

    def __init__(self, check: Callable[[Any], Data], model_objects: Sequence[Any]):
        self._check = check
        self._objects = model_objects
        self._keys: Optional[Set[Any]] = None

    def read(self, element: Any, place: str) -> Dict[Any, np.ndarray]:
        """
        Check one element.

        Parameters
        ----------
        element : object
            What the stream gave.
        place : str
            Which element it is: the beginning of what errors say.

        Returns
        -------
        dict of Node or Probe to ndarray
            The arrays in the form that programs take.

        Raises
        ------
        DataError
            If the element is no dict, does not fit the network, or has other keys than
            the first one.
        """
        try:
            named = self._name(element)
            self._compare(named)
            return self._check(named)
        except ValidationError as error:
            # in place: class, attr and what else it carries stay as they are
            error.args = (f"{place}{error.args[0]}",) + error.args[1:]
            raise

    def _name(self, element):
        """Put objects in place of labels, and arrays in place of eager tensors."""
        if not isinstance(element, Mapping):
            raise DataError(
                "must be a dict from input Nodes and Probes, or their labels, to arrays,"
                f" but is a {type(element).__name__}"
            )
        named = {}
        for key, value in element.items():
            name = find_object(key, self._objects) if isinstance(key, str) else key
            if name in named:
                raise DataError(
                    f"has two values for {name}, one of them under its label"
                )
            named[name] = _array(value)
        return named

    def _compare(self, named):
        keys = set(named)
        if self._keys is None:
            self._keys = keys
        elif keys != self._keys:
            raise DataError(
                "must have the same keys as the first element,"
                f" {_listed(self._keys)}, but has {_listed(keys)}"
            )


def _array(value):
    """Return the array of an eager tensor, and anything else as it is."""
    is_tensor = callable(getattr(value, "numpy", None))
    return value.numpy() if is_tensor else value


def _listed(keys):
    return ", ".join(sorted(map(str, keys)))
