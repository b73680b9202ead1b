# SPDX-License-Identifier: MIT
"""Operators that nengo does not have and that simplified models need."""

import numpy as np
from nengo.builder.operator import Operator
from nengo.builder.signal import Signal


class ResetInc(Operator):
    """
    Increment a signal by a constant, ``dst += value``.

    Parameters
    ----------
    dst : nengo.builder.Signal
        The signal to increment.
    value : float or np.ndarray
        The constant, which broadcasts to the shape of `dst`.
    tag : str, optional
        A label for debugging.

    Notes
    -----
    Increments ``[dst]``; sets, reads and updates nothing.
    """

    def __init__(self, dst, value, tag=None):
        super().__init__(tag=tag)
        self.value = value
        self.sets = []
        self.incs = [dst]
        self.reads = []
        self.updates = []

    @property
    def dst(self):
        """nengo.builder.Signal: the signal to increment."""
        return self.incs[0]

    def make_step(self, signals, dt, rng):
        """Return the NumPy step, as nengo's operators do."""
        target, value = signals[self.dst], self.value

        def step_resetinc():
            target[...] += value

        return step_resetinc


class SetInitial(Operator):
    """
    Say that a signal starts with another value than its own initial one.

    Signals belong to the model that was passed in, which must stay usable by
    other simulators, so a rewrite records a new initial value here instead of
    writing it into the signal.

    Parameters
    ----------
    dst : nengo.builder.Signal
        The signal, which may be a view.
    value : float or np.ndarray
        Its initial value, which broadcasts to the shape of `dst`.
    tag : str, optional
        A label for debugging.

    Notes
    -----
    Sets, increments, reads and updates nothing: it has no place in a step.
    """

    def __init__(self, dst, value, tag=None):
        super().__init__(tag=tag)
        self.dst = dst
        self.value = value
        self.sets = []
        self.incs = []
        self.reads = []
        self.updates = []

    def init_signals(self, signals):
        """Put the value into the signal's live array, as nengo's operators do."""
        if self.dst not in signals:
            signals.init(self.dst)
        signals[self.dst][...] = self.value

    def make_step(self, signals, dt, rng):
        """Return a step that does nothing."""

        def step_setinitial():
            pass

        return step_setinitial


class HostFeed(Operator):
    """
    Take the value of a signal from the host, once for each step.

    Stands for everything that depends on nothing but time: input nodes, and processes
    without input. Their values are computed in Python for a block of steps and fed.

    Parameters
    ----------
    source : nengo.Node or nengo.builder.Operator
        The input node, or the operator whose function or process gives the values.
    output : nengo.builder.Signal
        The signal to write.
    mode : str, optional
        ``"set"`` or ``"inc"``.
    tag : str, optional
        A label for debugging.

    Attributes
    ----------
    feed : nengo.builder.Signal
        Stands for the fed value; has the shape of `output`.

    Notes
    -----
    Sets or increments ``[output]``; reads and updates nothing.
    """

    def __init__(self, source, output, mode="set", tag=None):
        super().__init__(tag=tag)
        self.source = source
        self.feed = Signal(np.zeros(output.shape), name=f"{output.name}.feed")
        self.sets = [output] if mode == "set" else []
        self.incs = [output] if mode == "inc" else []
        self.reads = []
        self.updates = []

    @property
    def output(self):
        """nengo.builder.Signal: the signal to write."""
        return (self.sets + self.incs)[0]

    @property
    def mode(self):
        """str: ``"set"`` or ``"inc"``."""
        return "set" if self.sets else "inc"


def split_initial(op_list):
    """
    Separate the operators of a step from the initial values beside them.

    Parameters
    ----------
    op_list : sequence of nengo.builder.Operator
        Operators, such as the simplifications return them.

    Returns
    -------
    (list of nengo.builder.Operator, list of SetInitial)
        The operators that do something in a step, and the others, in order: of
        two initial values for the same element the later one holds.
    """
    steps = [op for op in op_list if not isinstance(op, SetInitial)]
    return steps, [op for op in op_list if isinstance(op, SetInitial)]
