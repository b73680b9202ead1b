# SPDX-License-Identifier: MIT
"""Leave out increments by zero."""

from typing import Any, List, Sequence

from nengo.builder import operator as operators
from nengo.builder.operator import Copy

from nengo_dl.simplify.constants import Constants, reset

# Exact types: a user's subclass may add something else. nengo before 3 has no sparse ones.
PRODUCTS = tuple(
    getattr(operators, name)
    for name in ("DotInc", "ElementwiseInc", "SparseDotInc", "BsrDotInc")
    if hasattr(operators, name)
)


def remove_zero_incs(op_list: Sequence[Any]) -> List[Any]:
    """
    Remove products with constant zeros, and copies of them.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators of a model; neither they nor their signals are changed.

    Returns
    -------
    list of nengo.builder.Operator
        Increments by zero are gone; a Copy that sets zeros becomes a Reset.
    """
    constants = Constants(op_list)
    rest = []
    for op in op_list:
        if type(op) in PRODUCTS:
            zero = constants.is_zero(op.A) or constants.is_zero(op.X)
        else:
            zero = type(op) is Copy and constants.is_zero(op.src, op.src_slice)
        if not zero or (op.sets and op.dst_slice is not None):
            rest.append(op)
        elif op.sets:
            rest.append(reset(op.dst, 0.0, op.tag))
    return rest
