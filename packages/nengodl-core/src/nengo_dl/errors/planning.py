# SPDX-License-Identifier: MIT
"""Errors and warnings about plans and rewrites of operators."""

from nengo.exceptions import BuildError


class DependencyCycle(BuildError):
    """
    Operators that wait for each other, so that no order of them exists.

    Parameters
    ----------
    operators : sequence of nengo.builder.Operator
        The cycle: each operator depends on the one before it, the first on the last.
    """

    def __init__(self, operators):
        self.operators = tuple(operators)
        chain = "\n".join(f"  {op}" for op in self.operators)
        super().__init__(
            f"Operators must be executable one after the other, but these"
            f" {len(self.operators)} wait for each other in a cycle (each for the one"
            f" above it, the first for the last):\n{chain}\nBreak the cycle with a"
            " delay of one time step: give one of the connections involved `synapse=0`"
            " (or another synapse) instead of `synapse=None`."
        )


class InvalidRewrite(BuildError):
    """
    A simplification that does not give operators back.

    Parameters
    ----------
    rewrite : callable
        The simplification.
    result : object
        What it returned.
    """

    def __init__(self, rewrite, result):
        super().__init__(
            f"A simplification must return a list of operators, but {rewrite!r} returned"
            f" {result!r}. Correct what is given to"
            " configure_settings(simplifications=...)."
        )


class InvalidPlan(BuildError):
    """
    A plan that cannot be executed group after group.

    Parameters
    ----------
    expected : str
        The rule of plans that is broken.
    received : str
        What the plan holds instead.
    """

    def __init__(self, expected, received):
        super().__init__(
            f"Invalid plan: {expected}, but {received}. Correct the planner given to"
            " `configure_settings(planner=...)`, or use the default one."
        )
