# SPDX-License-Identifier: MIT
"""What a lowering rule is: data."""

from typing import Any, Callable, Hashable, NamedTuple, Optional, Tuple

from nengo_dl.lower.refs import Ref, ref_of


class Operands(NamedTuple):
    """What one operator touches: three tuples, in the order of the rule's arguments."""

    reads: Tuple[Ref, ...] = ()
    states: Tuple[Ref, ...] = ()
    writes: Tuple[Tuple[Ref, str], ...] = ()


class Factors(NamedTuple):
    """
    A change of weights: ``outer(change, pre) - decay[:, None] * weights``.

    Tensors of shapes (minibatch or 1, n_operators, columns), (..., rows) and, unless the
    weights don't decay, (..., rows).
    """

    pre: Any
    change: Any
    decay: Any = None


class Change(NamedTuple):
    """
    How a learning rule changes its target.

    `factors` is called like the rule and returns `Factors`; `weights` is the number of the
    read that is the target itself, None if the rule does not read it.
    """

    factors: Callable
    weights: Optional[int] = None


class Rule(NamedTuple):
    """
    How operators of one type are computed.

    A rule is one of three kinds: `lower` computes tensors from tensors; `constant` gives
    the array that is written (no computation in the step); neither means that the only
    read is moved to the only write, which the step does by renaming. `native` says of an
    operator whether the rule covers it; others run on the host (see `lower.hosted`).
    `change` says of a learning rule what it computes with (see `lower.learned`).
    """

    lower: Optional[Callable]
    merge_key: Callable[[Any], Hashable]
    operands: Callable[[Any], Operands]
    constant: Optional[Callable] = None
    elementwise: bool = False
    deferred: bool = False
    interleaves: Callable[[Any], bool] = lambda op: False
    folds: bool = False
    native: Callable[[Any], bool] = lambda op: True
    change: Optional["Change"] = None


def signal_operands(op: Any) -> Operands:
    """Take reads, sets, incs and updates as the operator lists them."""
    return Operands(tuple(ref_of(sig) for sig in op.reads), (), written(op))


def written(op: Any) -> Tuple[Tuple[Ref, str], ...]:
    """List what an operator sets, increments and updates."""
    return tuple(
        (ref_of(sig), mode)
        for mode in ("set", "inc", "update")
        for sig in getattr(op, mode + "s")
    )
