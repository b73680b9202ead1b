# SPDX-License-Identifier: MIT
"""Copy instead of multiplying by one."""

from typing import Any, List, Sequence

import numpy as np
from nengo.builder.operator import Copy, DotInc, ElementwiseInc

from nengo_dl.simplify.constants import Constants


def remove_identity_muls(op_list: Sequence[Any]) -> List[Any]:
    """
    Replace products with a constant one by copies of the other factor.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators of a model; neither they nor their signals are changed.

    Returns
    -------
    list of nengo.builder.Operator
        A product with 1, a vector of ones (elementwise) or an identity matrix (from
        the left) becomes an incrementing Copy, if the other factor has the shape of
        the product.
    """
    constants = Constants(op_list)
    return [_simpler(op, constants) for op in op_list]


def _simpler(op, constants):
    if type(op) is DotInc:
        factors = [(op.A, op.X, _is_identity)]
    elif type(op) is ElementwiseInc:
        factors = [(op.A, op.X, _is_ones), (op.X, op.A, _is_ones)]
    else:
        return op
    for one, other, test in factors:
        if other.shape == op.Y.shape:
            value = constants.value(one)
            if value is not None and test(value):
                return Copy(other, op.Y, inc=True, tag=op.tag)
    return op


def _is_ones(value):
    return bool(np.all(value == 1))


def _is_identity(value):
    if value.size == 1:
        return _is_ones(value)
    square = value.ndim == 2 and value.shape[0] == value.shape[1]
    return square and np.array_equal(value, np.eye(len(value)))
