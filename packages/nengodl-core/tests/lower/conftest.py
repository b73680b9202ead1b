# SPDX-License-Identifier: MIT
"""Operators for every rule, and TensorFlow to NumPy."""

import types

import nengo
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import settings
from nengo.builder import Model, Signal
from nengo.builder.neurons import SimNeurons
from nengo.builder.operator import Copy, DotInc, ElementwiseInc, Reset, TimeUpdate
from nengo.builder.processes import SimProcess
from nengo_dl.compat.tensorflow import compile_with_xla, v1

# a busy machine makes single examples slow, which says nothing about the code
settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")


def signal(*shape, name="signal", dtype=np.float64):
    """Make a signal of zeros; unlike nengo 2.8 of shape () if none is given."""
    made = Signal(np.zeros(shape or (1,), dtype=dtype), name=name)
    return made if shape else made.reshape(())


def built(network, kind):
    """Build a network with nengo's own builder and return operators of one type."""
    model = Model()
    model.build(network)
    return [op for op in model.operators if type(op) is kind]


def neurons(neuron_type, *sizes):
    """Make the operators of ensembles with the given numbers of neurons."""
    with nengo.Network(seed=0) as net:
        for n in sizes:
            # given gains: not all parameters allow the default firing rates
            gain_bias = {"gain": np.ones(n), "bias": np.full(n, 1.5)}
            nengo.Ensemble(n, 1, neuron_type=neuron_type, **gain_bias)
    return built(net, SimNeurons)


def synapses(synapse, *sizes):
    """Make the operators of filtered connections of the given widths."""
    with nengo.Network(seed=0) as net:
        for n in sizes:
            source, target = nengo.Node(size_in=n), nengo.Node(size_in=n)
            nengo.Connection(source, target, synapse=synapse)
    return built(net, SimProcess)


def time_update():
    """Make the operator that counts steps."""
    step = Signal(np.array(0, dtype=np.int64), name="step")
    return TimeUpdate(step, Signal(np.array(0.0), name="time"))


def product(a, x, y, kind=ElementwiseInc):
    """Make a product of new signals with the given shapes."""
    return kind(signal(*a, name="A"), signal(*x, name="X"), signal(*y, name="Y"))


def copy(src, dst, **kwargs):
    """Make a copy between new signals with the given shapes."""
    return Copy(signal(*src, name="src"), signal(*dst, name="dst"), **kwargs)


MAKE = types.SimpleNamespace(
    signal=signal,
    built=built,
    neurons=neurons,
    synapses=synapses,
    time_update=time_update,
    product=product,
    dot=lambda a, x, y: product(a, x, y, DotInc),
    copy=copy,
    reset=lambda shape, value: Reset(signal(*shape, name="dst"), value=value),
)


@pytest.fixture(scope="session")
def make():
    """Functions that make operators; a fixture, as test folders are not importable."""
    return MAKE


@pytest.fixture(scope="session")
def evaluate():
    """Call a function of tensors with arrays, and return its result as an array."""

    def run(function, *arrays, jit=False):
        with tf.Graph().as_default():
            inputs = [v1.placeholder(a.dtype, a.shape) for a in arrays]
            if jit:
                (result,) = compile_with_xla(lambda *args: [function(*args)], inputs)
            else:
                result = function(*inputs)
            with v1.Session() as sess:
                return sess.run(result, dict(zip(inputs, arrays)))

    return run
