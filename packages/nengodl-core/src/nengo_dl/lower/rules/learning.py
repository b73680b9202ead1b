# SPDX-License-Identifier: MIT
"""Learning rules as changes by outer products."""

from typing import Any, Callable, Hashable, Optional

from nengo_dl.lower.registry import register
from nengo_dl.lower.rule import Change, Rule, signal_operands


def learns(
    *types: type, merge_key: Callable[[Any], Hashable], weights: Optional[int] = None
) -> Callable:
    """
    Decorate the function that computes the factors of a change of weights.

    The result is deferred: it is computed from the saved reads when the next step needs
    it, as it is larger than they are.

    Parameters
    ----------
    *types : type
        Operator types.
    merge_key : callable
        Function from an operator to a hashable value, see `lowers`.
    weights : int, optional
        Number of the read that is the target itself, for rules with decay.

    Returns
    -------
    callable
        The decorator, which returns the function as it is.
    """

    def decorate(factors):
        def lower(ctx, *reads):
            found = factors(ctx, *reads)
            delta = ctx.kernels.pes_delta(found.pre, found.change)
            if found.decay is None:
                return delta
            return delta - found.decay[..., None] * reads[weights]

        change = Change(factors, weights)
        rule = Rule(lower, merge_key, signal_operands, deferred=True, change=change)
        register(types, rule)
        return factors

    return decorate
