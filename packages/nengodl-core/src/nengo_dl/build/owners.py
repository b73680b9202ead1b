# SPDX-License-Identifier: MIT
"""Which object of the network an operator was built for."""

from typing import Any, Optional


def owner(model: Any, op: Any) -> Optional[Any]:
    """
    Find the object that an operator was built for, to name it in an error.

    Parameters
    ----------
    model : nengo.builder.Model
        The built model.
    op : nengo.builder.Operator
        One of its operators, or one made from it.

    Returns
    -------
    object or None
        The object that owns one of the operator's signals: of those it writes first.
        None if no object does.
    """
    owners = {
        signal.base: obj
        for obj, signals in model.sig.items()
        if not isinstance(obj, str)  # "common" is nengo's own
        for signal in signals.values()
        if signal is not None
    }
    written = list(op.sets) + list(op.incs) + list(op.updates)
    for signal in written + list(op.reads):
        if signal.base in owners:
            return owners[signal.base]
    return None
