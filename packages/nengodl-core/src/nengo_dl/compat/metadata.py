# SPDX-License-Identifier: MIT
"""What is installed: `importlib.metadata` under one name and with one interface."""

from typing import Iterable

try:
    from importlib import metadata
except ImportError:  # Python 3.7
    import importlib_metadata as metadata

PackageNotFoundError = metadata.PackageNotFoundError
version = metadata.version


def entry_points(group: str) -> Iterable:
    """
    List the entry points of a group.

    Parameters
    ----------
    group : str
        Name of the group.

    Returns
    -------
    iterable of EntryPoint
        Those of all installed distributions.
    """
    found = metadata.entry_points()
    if hasattr(found, "select"):
        return found.select(group=group)
    return found.get(group, ())  # Python 3.8 and 3.9
