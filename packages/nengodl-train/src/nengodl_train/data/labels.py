# SPDX-License-Identifier: MIT
"""Find objects of a network by their labels."""

from typing import Any, Sequence

import nengo
from nengo_dl.errors import DataError


def find_object(label: str, objects: Sequence[Any]) -> Any:
    """
    Find the one object that a label stands for.

    Parameters
    ----------
    label : str
        The label.
    objects : sequence of Node or Probe
        Where to look. Nodes that take input from the network count only where nothing
        else has the label: there is no data for them.

    Returns
    -------
    Node or Probe
        The object.

    Raises
    ------
    DataError
        If no object has the label, or more than one.
    """
    labelled = [obj for obj in objects if obj.label == label]
    found = [obj for obj in labelled if _takes_data(obj)] or labelled
    if len(found) == 1:
        return found[0]
    if found:
        raise DataError(
            f"the label {label!r} must belong to one Node or Probe, but"
            f" {len(found)} of them have it; give them labels of their own"
        )
    known = sorted({repr(obj.label) for obj in objects if _is_named(obj)})
    raise DataError(
        f"the label {label!r} must be that of an input Node or a Probe, but none has it;"
        f" their labels are: {', '.join(known) or 'none, as they have no labels'}"
    )


def _takes_data(obj):
    return isinstance(obj, nengo.Probe) or obj.size_in == 0


def _is_named(obj):
    return obj.label is not None and _takes_data(obj)
