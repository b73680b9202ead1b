# SPDX-License-Identifier: MIT
"""Give signals their value once, if they are reset to it but never change."""

from typing import Any, List, Sequence

from nengo.builder.operator import Reset

from nengo_dl.operators import SetInitial
from nengo_dl.simplify.constants import Constants
from nengo_dl.simplify.marks import is_fed, is_trainable


def remove_unmodified_resets(op_list: Sequence[Any]) -> List[Any]:
    """
    Replace Resets of signals that are never incremented or updated.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators of a model; neither they nor their signals are changed.

    Returns
    -------
    list of nengo.builder.Operator
        Such a Reset becomes a `SetInitial`, which is no part of a step.
    """
    constants = Constants(op_list)
    changing = constants.incremented | constants.updated
    return [
        SetInitial(op.dst, op.value, op.tag)
        if type(op) is Reset
        and op.dst.base not in changing
        and not is_fed(op.dst)
        and not is_trainable(op.dst)
        else op
        for op in op_list
    ]
