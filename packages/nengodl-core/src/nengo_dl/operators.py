# SPDX-License-Identifier: MIT
"""Operators that nengo does not have and that simplified models need."""

import nengo
import numpy as np
from nengo.builder.neurons import SimNeurons
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


# Neuron types that draw random numbers; nengo has them from 3.1 on.
NOISY_TYPES = tuple(
    getattr(nengo, name)
    for name in ("StochasticSpiking", "PoissonSpiking")
    if hasattr(nengo, name)
)


def needs_noise(op):
    """
    Say whether an operator draws random numbers that can be fed to it.

    Parameters
    ----------
    op : nengo.builder.Operator
        The operator.

    Returns
    -------
    bool
        Whether it runs neurons of such a type; a subclass may draw other numbers.
    """
    return type(op) is SimNeurons and type(op.neurons) in NOISY_TYPES


def noise_step(op, rng):
    """
    Make the function that draws what random neurons need, once for each step.

    Parameters
    ----------
    op : NoisyNeurons
        The neurons.
    rng : np.random.RandomState
        Source of the numbers. With a copy of ``op.stream`` they are those with which
        nengo's StochasticSpiking runs.

    Returns
    -------
    callable
        Function from time, which it does not use, to uniform random numbers in [0, 1), an
        array of the shape of ``op.noise``.
    """
    shape = op.noise.shape
    return lambda t: rng.random_sample(size=shape)


class NoisyNeurons(SimNeurons):
    """
    Run neurons of a random type with random numbers that are fed.

    Parameters
    ----------
    op : nengo.builder.neurons.SimNeurons
        The operator that it takes the place of; see `needs_noise`.

    Attributes
    ----------
    stream : np.random.RandomState
        What nengo draws from, to be copied before it is used.

    Notes
    -----
    Sets ``[output]``, reads ``[J, noise]``; increments and updates nothing.
    """

    def __init__(self, op):
        super().__init__(op.neurons, op.J, op.output, tag=op.tag)
        noise = Signal(np.zeros(op.output.shape), name=f"{op.output.name}.noise")
        self.reads = [op.J, noise]
        self.stream = op.state_extra["rng"]

    @property
    def noise(self):
        """nengo.builder.Signal: uniform random numbers in [0, 1)."""
        return self.reads[1]

    def make_step(self, signals, dt, rng):
        """Return the NumPy step, as nengo's operators do."""
        rate, noise = signals[self.J], signals[self.noise]
        output, unit = signals[self.output], self.neurons.amplitude / dt
        is_poisson = type(self.neurons) is nengo.PoissonSpiking
        draw = _poisson_quantile if is_poisson else _round_at_random

        def step_noisyneurons():
            output[...] = unit * draw(noise, dt * np.abs(rate)) * np.sign(rate)

        return step_noisyneurons


def _round_at_random(uniform, mean):
    fraction, whole = np.modf(mean)
    return whole + (uniform < fraction)


def _poisson_quantile(uniform, mean):
    """Add probabilities up until they exceed `uniform`, which takes about `mean` steps."""
    log_mean = np.log(np.maximum(mean, 1e-300))
    count, number, log_probability = np.zeros(mean.shape), 0, -mean
    left = uniform - np.exp(log_probability)
    # rounding may keep the sum below the largest numbers less than 1
    most = np.max(mean + 9 * np.sqrt(mean) + 26, initial=0)
    while number < most and np.any(left >= 0):
        count += left >= 0
        number += 1
        log_probability = log_probability + log_mean - np.log(number)
        left = left - np.exp(log_probability)
    return count


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
