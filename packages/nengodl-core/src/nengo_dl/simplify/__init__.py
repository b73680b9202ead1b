# SPDX-License-Identifier: MIT
"""Stage "simplify": operators in, fewer or cheaper operators with the same effect out."""

from typing import Any, Callable, List, Sequence

from nengo_dl.errors import InvalidRewrite
from nengo_dl.simplify.constant_copies import remove_constant_copies
from nengo_dl.simplify.identity_muls import remove_identity_muls
from nengo_dl.simplify.marks import is_trainable
from nengo_dl.simplify.unmodified_resets import remove_unmodified_resets
from nengo_dl.simplify.zero_incs import remove_zero_incs

__all__ = [
    "DEFAULT",
    "is_trainable",
    "remove_constant_copies",
    "remove_identity_muls",
    "remove_unmodified_resets",
    "remove_zero_incs",
    "simplify",
]

DEFAULT = (
    remove_constant_copies,
    remove_unmodified_resets,
    remove_zero_incs,
    remove_identity_muls,
)


def simplify(
    op_list: Sequence[Any], rewrites: Sequence[Callable] = DEFAULT
) -> List[Any]:
    """
    Apply rewrites in turn, again and again, until none changes anything.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        The operators of a model; neither they nor their signals are changed.
    rewrites : sequence of callable, optional
        ``rewrite(op_list)`` returns a list that holds the very same operators where it
        changes nothing.

    Returns
    -------
    list of nengo.builder.Operator
        Operators that compute the same. Those of type `nengo_dl.operators.SetInitial`
        are no part of a step; `nengo_dl.operators.split_initial` separates them.
    """
    before, after = None, list(op_list)
    while before is None or not _same(before, after):
        before = after
        for rewrite in rewrites:
            after = _checked(rewrite, rewrite(after))
    return after


def _checked(rewrite, result):
    if not isinstance(result, (list, tuple)):
        raise InvalidRewrite(rewrite, result)
    return list(result)


def _same(first, second):
    return len(first) == len(second) and all(a is b for a, b in zip(first, second))
