# SPDX-License-Identifier: MIT
"""Errors and warnings about operators that have to be computed."""

from nengo.exceptions import BuildError


class DuplicateRuleError(BuildError):
    """A second lowering rule is registered for a type of operator, neurons or process."""

    def __init__(self, kind):
        super().__init__(
            f"There is a lowering rule for {kind.__name__} already. Each type of operator,"
            " neurons or process has one; derive a new class to compute it differently."
        )


class InvalidRule(BuildError):
    """
    Something else than a function is registered, or not for operators.

    Parameters
    ----------
    received : object
        What was registered, or for what.
    expected : str
        What it must be.
    """

    def __init__(self, received, expected):
        super().__init__(
            f"{received!r} of type {type(received).__name__} cannot be registered:"
            f" {expected}. Nothing was registered."
        )


class InvalidRuleResult(BuildError):
    """
    A lowering rule returned something else than what its operators write.

    Parameters
    ----------
    ops : sequence of nengo.builder.Operator
        The operators that it was called for.
    expected : str
        What it must return.
    received : str
        What it returned.
    """

    def __init__(self, ops, expected, received):
        super().__init__(
            f"The lowering rule of {type(ops[0]).__name__} must return {expected}, but"
            f" returned {received}, for {len(ops)} operators of which {ops[0]} is the"
            " first. It has to return one tensor, in the type of the simulation, for each"
            " write and each state; test it with nengo_dl.extend.check_rule."
        )


class LoweringError(BuildError):
    """
    No lowering rule is registered for what an operator computes.

    Parameters
    ----------
    op : nengo.builder.Operator
        The operator.
    inner : object, optional
        The neuron type or process that the operator runs, if that is what is unknown.
    origin : object, optional
        The object of the network that the operator was built for; by default its tag or
        the names of its signals.
    """

    def __init__(self, op, inner=None, origin=None):
        self.op = op
        self.inner = inner
        name = type(op).__name__
        signals = list(op.sets) + list(op.incs) + list(op.updates) or list(op.reads)
        origin = origin or op.tag or ", ".join(str(sig.name) for sig in signals)
        what = f"{inner} of type {type(inner).__name__}, run by " if inner else ""
        super().__init__(
            f"No lowering rule for {what}operator {op} of type {name}, built for"
            f" {origin or 'an unknown object'}.\nLeave that object out, or write a rule and"
            " decorate it with @nengo_dl.extend.lowers; known operator types are listed"
            " by nengo_dl.extend.lowered_types()."
        )


class CompilationError(BuildError):
    """
    XLA was asked for, and cannot compile an operator.

    Parameters
    ----------
    op : nengo.builder.Operator
        The operator.
    origin : object
        The object of the network that it was built for.
    """

    def __init__(self, op, origin):
        super().__init__(
            f"jit_compile=True asks for XLA, which cannot compile operator {op}, built for"
            f" {origin or 'an unknown object'}: it calls Python in each step. Use"
            ' configure_settings(jit_compile="auto"), or replace that object.'
        )


class InvalidCopy(BuildError):
    """
    A Copy that NumPy could not carry out, or not in one way only.

    Parameters
    ----------
    op : nengo.builder.operator.Copy
        The operator.
    expected : str
        What it needs.
    received : str
        What it has instead.
    advice : str
        What to do, without a full stop.
    """

    def __init__(self, op, expected, received, advice):
        super().__init__(
            f"{op} needs {expected}, but has {received}. {advice} where the Copy is"
            f" made{f', for {op.tag}' if op.tag else ''}."
        )
