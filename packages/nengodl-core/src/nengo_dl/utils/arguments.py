# SPDX-License-Identifier: MIT
"""How a function of the user's has to be called."""

import inspect
from typing import Callable, Optional

POSITIONAL = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
)


def count_arguments(function: Callable) -> Optional[int]:
    """
    Count the arguments that a function needs.

    Parameters
    ----------
    function : callable
        A function, a bound method, a callable object or a partial.

    Returns
    -------
    int or None
        Number of positional arguments without a default; `self` does not count. None if
        Python does not know, as for functions written in C.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return sum(p.kind in POSITIONAL and p.default is p.empty for p in parameters)
