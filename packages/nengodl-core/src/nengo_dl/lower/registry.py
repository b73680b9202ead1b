# SPDX-License-Identifier: MIT
"""One rule per operator type: how its computation is written in TensorFlow."""

from typing import Any, Callable, Dict, Hashable, Optional, Sequence, Type

import numpy as np
from nengo.builder.operator import Operator

from nengo_dl.errors import DuplicateRuleError, InvalidRule, LoweringError
from nengo_dl.lower.hosted import HOSTED
from nengo_dl.lower.rule import Operands, Rule, signal_operands

RULES: Dict[Type, Rule] = {}


def register(
    types: Sequence[Type], rule: Any, table: Optional[Dict[Type, Any]] = None
) -> None:
    """Enter `rule` for `types`, of operators by default; a second one is an error."""
    if table is None:
        table = RULES
        for kind in types:
            if not (isinstance(kind, type) and issubclass(kind, Operator)):
                raise InvalidRule(kind, "rules are for subclasses of nengo's Operator")
    for kind in types:
        if kind in table:
            raise DuplicateRuleError(kind)
    for kind in types:
        table[kind] = rule


def lowers(
    *types: Type,
    merge_key: Callable[[Any], Hashable],
    operands: Callable[[Any], Operands] = signal_operands,
    elementwise: bool = False,
    deferred: bool = False,
    interleaves: Callable[[Any], bool] = lambda op: False,
    folds: bool = False,
    native: Callable[[Any], bool] = lambda op: True,
) -> Callable:
    """
    Decorate the function that computes operators of the given types.

    Parameters
    ----------
    *types : type
        Operator types; subclasses are computed by the same rule.
    merge_key : callable
        Function from an operator to a hashable value. Independent operators of one
        type with equal values are computed together; None keeps an operator alone.
    operands : callable, optional
        Function from an operator to `Operands`. By default reads, sets, incs and
        updates as the operator lists them. `states` are signals whose value from
        the step before is read and which get a new one.
    elementwise : bool, optional
        Whether operators of unequal shapes may be merged: the function then gets all
        their elements in one row.
    deferred : bool, optional
        Whether the result, which must be an update, may be computed from the saved
        reads in the step that needs it. Useful if the result is larger than the
        reads. The result must be zero where all reads are, save those of signals that
        are only incremented: those are not saved but read when the next step starts.
    interleaves : callable, optional
        Function from an operator to whether the function can also compute with the
        axis of operators last, which is faster for many small operators; `ctx.last`
        says which order it has.
    folds : bool, optional
        Whether an operand that the first, second, ... n-th of the operators share in
        order may come once, with `ctx.folds` saying how often it is to be repeated.
    native : callable, optional
        Function from an operator to whether the function covers it. Others run on the
        host, by their own NumPy steps, as with `runs_on_host`.

    Returns
    -------
    callable
        The decorator, which returns the function as it is.

    Raises
    ------
    DuplicateRuleError
        If one of the types has a rule already.

    Notes
    -----
    The function is called ``lower(ctx, *reads, *states)`` with tensors of shape
    ``(minibatch or 1, n_operators, *signal_shape)``, or ``(minibatch or 1,
    *signal_shape, n_operators)`` where `ctx.last` is set, and returns one such tensor for
    each write and each state, in the order of `Operands`; a single one may come
    without a tuple.
    """

    def decorate(lower):
        if not callable(lower):
            raise InvalidRule(lower, "a rule is a function of a context and tensors")
        rule = Rule(
            lower,
            merge_key,
            operands,
            elementwise=elementwise,
            deferred=deferred,
            interleaves=interleaves,
            folds=folds,
            native=native,
        )
        register(types, rule)
        return lower

    return decorate


def runs_on_host(*types: Type) -> None:
    """
    Let operators of the given types run on the host, by their own NumPy steps.

    Each item of the minibatch has a step of its own. What an operator keeps from one step
    to the next has to stand in its attribute `state`, a dict from names to signals.

    Parameters
    ----------
    *types : type
        Operator types.

    Raises
    ------
    DuplicateRuleError
        If one of the types has a rule already.
    """
    register(types, HOSTED)


def _written_kind(op: Any) -> str:
    """Say whether an operator writes floats, integers or truth values."""
    return np.dtype((list(op.sets) + list(op.incs))[0].dtype).kind


MOVE = Rule(
    None,
    _written_kind,
    signal_operands,
    elementwise=True,
    interleaves=lambda op: True,
)


def writes_constant(*types: Type) -> Callable:
    """Decorate a function from an operator of the given types to what it writes."""

    def decorate(constant):
        register(types, MOVE._replace(constant=constant))
        return constant

    return decorate


def moves(*types: Type) -> Callable:
    """Decorate a function from an operator of the given types to its `Operands`."""

    def decorate(operands):
        register(types, MOVE._replace(operands=operands))
        return operands

    return decorate


def rule_for(op: Any) -> Rule:
    """
    Find the rule of an operator along its type's method resolution order.

    A subclass with a step of its own computes something else than its base class, and
    does not get the rule of that.

    Parameters
    ----------
    op : nengo.builder.Operator
        The operator.

    Returns
    -------
    Rule
        The rule of its type or of the nearest base class with the same step.

    Raises
    ------
    LoweringError
        If there is none; names the operator, its type and the object it came from.
    """
    for kind in type(op).__mro__:
        if kind in RULES and kind.make_step in (type(op).make_step, Operator.make_step):
            rule = RULES[kind]
            return rule if rule.native(op) else HOSTED
    raise LoweringError(op)


def merge_key(op: Any) -> Hashable:
    """
    Say which operators may be computed together.

    Parameters
    ----------
    op : nengo.builder.Operator
        The operator.

    Returns
    -------
    hashable or None
        Equal for operators that may share a group; None keeps the operator alone.
    """
    rule = rule_for(op)
    key = rule.merge_key(op)
    return None if key is None else (type(op), key)
