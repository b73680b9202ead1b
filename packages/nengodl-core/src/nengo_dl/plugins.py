# SPDX-License-Identifier: MIT
"""Optional wheels announce themselves by entry points; this package names none of them."""

from typing import Any, Dict

from nengo_dl.compat.metadata import entry_points

KERNEL_GROUP = "nengo_dl.kernels"


def load_group(group: str) -> Dict[str, Any]:
    """
    Load what installed wheels offer under a group of entry points.

    Parameters
    ----------
    group : str
        Name of the group.

    Returns
    -------
    dict
        The loaded objects by the name of their entry points. An error while one of them
        is loaded comes out as it is: a wheel that is there and broken is not left out in
        silence.
    """
    return {point.name: point.load() for point in entry_points(group)}
