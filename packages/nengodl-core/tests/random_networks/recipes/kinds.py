# SPDX-License-Identifier: MIT
"""What parts and connections may be: neuron types, functions, processes, synapses."""

import inspect
from typing import NamedTuple, Tuple

import nengo
import numpy as np
import tensorflow as tf
from nengo.params import NumberParam
from nengo_dl import SoftLIFRate

NENGO_3 = nengo.version.version_info >= (3, 0, 0)
NENGO_3_1 = hasattr(nengo, "RegularSpiking")
VOLTAGE, REFRACTORY = "voltage", "refractory_time"


class HostRate(nengo.LIFRate):
    """Neurons without a step in TensorFlow."""


class HostSpiking(nengo.LIF):
    """Neurons without a step in TensorFlow, with states."""


class Neurons(NamedTuple):
    """
    A neuron type: what can be probed beside output and input, and its parameters.

    `smooth` says that small differences stay small in 32 bits: there is no threshold;
    `draws` that it draws random numbers.
    """

    kind: type
    states: Tuple[str, ...] = ()
    parameters: Tuple[str, ...] = ()
    smooth: bool = False
    draws: bool = False


LIF_PARAMETERS = ("tau_rc", "tau_ref", "amplitude")
ADAPTIVE_PARAMETERS = ("tau_n", "inc_n") + LIF_PARAMETERS
IZHIKEVICH_PARAMETERS = ("tau_recovery", "coupling", "reset_voltage", "reset_recovery")
NEURONS = {
    "Direct": Neurons(nengo.Direct, smooth=True),
    "RectifiedLinear": Neurons(nengo.RectifiedLinear, (), ("amplitude",), True),
    "SpikingRectifiedLinear": Neurons(
        nengo.SpikingRectifiedLinear, (VOLTAGE,), ("amplitude",)
    ),
    "LIFRate": Neurons(nengo.LIFRate, (), LIF_PARAMETERS),
    "LIF": Neurons(nengo.LIF, (VOLTAGE, REFRACTORY), ("min_voltage",) + LIF_PARAMETERS),
    "SoftLIFRate": Neurons(SoftLIFRate, (), ("sigma",) + LIF_PARAMETERS, True),
    "AdaptiveLIFRate": Neurons(
        nengo.AdaptiveLIFRate, ("adaptation",), ADAPTIVE_PARAMETERS
    ),
    "AdaptiveLIF": Neurons(
        nengo.AdaptiveLIF,
        (VOLTAGE, REFRACTORY, "adaptation"),
        ("min_voltage",) + ADAPTIVE_PARAMETERS,
    ),
    "Izhikevich": Neurons(
        nengo.Izhikevich, (VOLTAGE, "recovery"), IZHIKEVICH_PARAMETERS
    ),
    "Sigmoid": Neurons(nengo.Sigmoid, (), ("tau_ref",), True),
    "HostRate": Neurons(HostRate, (), LIF_PARAMETERS),
    "HostSpiking": Neurons(HostSpiking, (VOLTAGE, REFRACTORY), LIF_PARAMETERS),
}
if hasattr(nengo, "Tanh"):
    NEURONS["Tanh"] = Neurons(nengo.Tanh, (), ("tau_ref",), True)
if NENGO_3_1:
    # not PoissonSpiking: its numbers are drawn in another way than nengo's
    NEURONS["RegularSpiking"] = Neurons(
        nengo.RegularSpiking, (VOLTAGE,), ("amplitude",)
    )
    NEURONS["StochasticSpiking"] = Neurons(
        nengo.StochasticSpiking, (), ("amplitude",), draws=True
    )

# Values that nengo's default firing rates, up to 400 Hz, allow.
PARAMETERS = {
    "amplitude": (0.5, 2.0),
    "tau_rc": (0.01, 0.05),
    "tau_ref": (0.001, 0.002),
    "min_voltage": (0.0, -1.0),
    "sigma": (0.05, 0.4),
    "tau_n": (0.01, 0.5),
    "inc_n": (0.01, 0.05),
    "tau_recovery": (0.02, 0.1),
    "coupling": (0.2, 0.25),
    "reset_voltage": (-65.0, -50.0),
    "reset_recovery": (2.0, 8.0),
}


def parameters_of(name):
    """Parameters that this nengo's neuron type takes."""
    known = inspect.signature(NEURONS[name].kind).parameters
    return [parameter for parameter in NEURONS[name].parameters if parameter in known]


def make_neurons(name, parameters):
    """Make a neuron type."""
    kind = NEURONS[name].kind
    rates = [nengo.LIFRate()] if name in ("RegularSpiking", "StochasticSpiking") else []
    return kind(*rates, **dict(parameters))


# without None, which is no delay at all
SYNAPSES = [
    0,
    nengo.Lowpass(0.005),
    nengo.Lowpass(1e-5),
    nengo.Alpha(1e-5),
    nengo.Alpha(0.003),
    nengo.LinearFilter([1], [0.02, 1]),
    nengo.LinearFilter([0.003, 1], [0.01, 1]),
    nengo.LinearFilter([0.01, 1], [2e-5, 0.01, 1]),
    nengo.LinearFilter([1e-5, 0.01, 0.5], [2e-5, 0.01, 1]),
    nengo.LinearFilter([0.7], [1], analog=NENGO_3),  # nengo 2 has no analog one
    nengo.LinearFilter([0.5], [1, -0.5], analog=False),
    nengo.synapses.Triangle(0.004),
]


class Memory:
    """A function with state: half of what it returned before, and its input."""

    def __init__(self):
        self.value = 0.0

    def __call__(self, t, x):
        """Return the next value."""
        self.value = 0.5 * self.value + x
        return self.value


class Running(nengo.Process):
    """A process of the user's: a sum over all steps, scaled, and noise if there is any."""

    scale = NumberParam("scale")
    noise = NumberParam("noise")

    def __init__(self, scale=0.1, noise=0.0, seed=None):
        super().__init__(default_size_in=1, seed=seed)
        self.scale = scale
        self.noise = noise

    def make_state(self, shape_in, shape_out, dt, dtype=None):
        """Say that the state is none of nengo's."""
        return {}

    def make_step(self, shape_in, shape_out, dt, rng, state=None):
        """Return the NumPy step."""
        total = np.zeros(shape_out)

        def step(t, x):
            total[...] += self.scale * x
            return total + self.noise * rng.standard_normal(shape_out)

        return step


HOST = {
    "tanh": lambda: lambda t, x: np.tanh(x),
    "time": lambda: lambda t, x: x * np.cos(200 * t),
    "memory": Memory,
}
PROCESSES = {
    "Lowpass": lambda seed: nengo.Lowpass(0.004),
    "Alpha": lambda seed: nengo.Alpha(0.004),
    "Running": lambda seed: Running(),
    "noisy": lambda seed: Running(noise=1.0, seed=seed),
}


def mix(size):
    """A matrix that mixes all elements."""
    return np.random.RandomState(size).uniform(-0.5, 0.5, (size, size))


# A function of tensors, with a batch axis, and the same of arrays, for one item.
TENSOR = {
    "tanh": (lambda t, x: tf.tanh(x) + t, lambda t, x: np.tanh(x) + t),
    "mix": (
        lambda t, x: tf.matmul(x, tf.constant(mix(int(x.shape[1])), x.dtype)),
        lambda t, x: x.dot(mix(len(x))),
    ),
}
