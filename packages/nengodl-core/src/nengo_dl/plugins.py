# SPDX-License-Identifier: MIT
"""Optional wheels announce themselves by entry points; this package names none of them."""

from typing import Any, Dict, Tuple

from nengo_dl.compat.metadata import entry_points

KERNEL_GROUP = "nengo_dl.kernels"


def load_group(group: str) -> Tuple[Dict[str, Any], Dict[str, ImportError]]:
    """
    Load what installed wheels offer under a group of entry points.

    Parameters
    ----------
    group : str
        Name of the group.

    Returns
    -------
    (dict, dict)
        The loaded objects by the name of their entry points; and by the name of those
        that cannot be used with what is installed, the `ImportError` that says so.
        Another error while one of them is loaded comes out as it is: a wheel that is
        there and broken is not left out in silence.
    """
    loaded, unavailable = {}, {}
    for point in entry_points(group):
        try:
            loaded[point.name] = point.load()
        except ImportError as error:
            unavailable[point.name] = error
    return loaded, unavailable
