# SPDX-License-Identifier: MIT
"""Write constants where they are needed instead of copying them in every step."""

from typing import Any, List, Sequence

import numpy as np
from nengo.builder.operator import Copy

from nengo_dl.operators import ResetInc, SetInitial
from nengo_dl.simplify.constants import Constants, compact, reset, take
from nengo_dl.simplify.marks import is_parameter


def remove_constant_copies(op_list: Sequence[Any]) -> List[Any]:
    """
    Replace copies of constants by Resets to their values.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators of a model; neither they nor their signals are changed.

    Returns
    -------
    list of nengo.builder.Operator
        A Copy becomes a Reset, or a ResetInc if it increments. A source that only
        Resets write gets its value as initial value instead (`SetInitial`).
    """
    constants = Constants(op_list)
    replaced = {}
    for op in op_list:
        # a copy costs nothing, so a parameter is left where a file can replace it
        if type(op) is Copy and not is_parameter(op.src):
            value = constants.value(op.src)
            if value is not None and (op.inc or op.dst_slice is None):
                replaced[op] = _constant(op, take(value, op.src_slice))
                for source in constants.resets(op.src):
                    replaced[source] = SetInitial(source.dst, source.value, source.tag)
    return [replaced.get(op, op) for op in op_list]


def _constant(op, value):
    """Return an operator that does what a Copy does, without its source."""
    if not op.inc:
        return reset(op.dst, compact(value), op.tag)
    if op.dst_slice is not None:
        total = np.zeros(op.dst.shape, dtype=op.dst.dtype)
        np.add.at(total, op.dst_slice, value)  # an element may be there repeatedly
        value = total
    return ResetInc(op.dst, compact(value), op.tag)
