# SPDX-License-Identifier: MIT
"""Errors and warnings about functions of the user's that run in a simulation."""

from nengo.exceptions import BuildError, SimulationError


class NodeOutputError(SimulationError):
    """
    A function that runs on the host returned something that is no signal value.

    Parameters
    ----------
    name : str
        Name of the function.
    time : float
        Simulated time, in seconds.
    value : object
        What it returned.
    expected : str
        What it must return.
    cause : BaseException, optional
        What the value led to.
    """

    def __init__(self, name, time, value, expected, cause=None):
        self.cause = cause
        super().__init__(
            f"Function {name!r} must return {expected} but returned {value!r} at"
            f" t={time:g} s. Correct the function, or guard the values that it divides by."
        )


class HostFunctionError(SimulationError):
    """
    A function that the host runs inside the loop raised an exception.

    Parameters
    ----------
    name : str
        Name of the function, or what runs it.
    time : float
        Simulated time, in seconds.
    cause : BaseException
        What it raised.
    """

    def __init__(self, name, time, cause):
        self.cause = cause
        super().__init__(
            f"Function {name!r} raised {type(cause).__name__} at t={time:g} s: {cause}\n"
            "The simulation stands where it was before the block of steps that failed;"
            " correct the function, and run again."
        )


class ChangedVariablesError(BuildError):
    """
    A function of a TensorNode makes other variables when it is called again.

    Parameters
    ----------
    op : nengo.builder.Operator
        The node's operator.
    n_made : int
        Number of variables that the first call made.
    """

    def __init__(self, op, n_made):
        super().__init__(
            f"The function of {op.node} made {n_made} variables at its first call, and more"
            " at a later one. It is called once for each unrolled step, and has to make the"
            " same variables in the same order each time; make them in `pre_build` instead."
        )
