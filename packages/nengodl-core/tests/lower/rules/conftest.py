# SPDX-License-Identifier: MIT
"""Currents for neurons, and their steps in training."""

import types

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import configure_settings
from nengo_dl.compat.tensorflow import compile_with_xla, v1
from nengo_dl.kernels import PLAIN
from nengo_dl.lower.context import Context, Environment
from nengo_dl.lower.registry import rule_for


@pytest.fixture(scope="session")
def currents():
    """Draw currents of the given size for operators of neurons."""

    def draw(ops, scale):
        rng = np.random.RandomState(1)
        return {op.J: scale * rng.standard_normal((1,) + op.J.shape) for op in ops}

    return draw


@pytest.fixture(scope="session")
def train():
    """Run one operator's rule for training: results, and the gradient of the first."""

    def run(op, *arrays, lif_smoothing=None, dtype=tf.float64):
        environment = Environment(
            0.001, dtype, 1, PLAIN, training=True, lif_smoothing=lif_smoothing
        )
        with tf.Graph().as_default():
            inputs = [tf.constant(np.array([[array]]), dtype) for array in arrays]
            results = rule_for(op).lower(Context((op,), environment), *inputs)
            results = results if isinstance(results, (tuple, list)) else [results]
            (gradient,) = tf.gradients(results[0], inputs[:1])
            with v1.Session() as sess:
                values = sess.run(list(results))
                slope = None if gradient is None else sess.run(gradient)[0, 0]
        return [value[0, 0] for value in values], slope

    return run


@pytest.fixture(scope="session")
def numpy_step():
    """Call the step of a neuron type, which has another name in nengo 2.8."""

    def step(neuron_type, current, *state, dt=0.001):
        output = np.zeros(len(current))
        function = getattr(neuron_type, "step", None) or neuron_type.step_math
        function(dt, np.array(current, float), output, *state)
        return output

    return step


@pytest.fixture
def spikes_of_both(open_simulator, nengo_data):
    """Run neurons for 300 steps in nengo and in ours; outputs of the same shape."""

    def run(neuron_type):
        with nengo.Network(seed=0) as net:
            configure_settings(dtype="float64")
            stimulus = nengo.Node(lambda t: np.sin(20 * t))
            probes = []
            for n in (12, 20):
                gains = np.linspace(0.5, 10, n)
                current = {"gain": gains, "bias": 2 + 0.1 * gains}
                ensemble = nengo.Ensemble(n, 1, neuron_type=neuron_type, **current)
                nengo.Connection(stimulus, ensemble)
                probes.append(nengo.Probe(ensemble.neurons))
        sim = open_simulator(net, minibatch_size=3)
        sim.run_steps(300)
        expected = nengo_data(net, 300)
        return [
            (np.broadcast_to(expected[probe], sim.data[probe].shape), sim.data[probe])
            for probe in probes
        ]

    return run


def operator(make, kind, size):
    """Make the operator of neurons of this very type."""
    (op,) = [op for op in make.neurons(kind, size) if type(op.neurons) is type(kind)]
    return op


def compute(function, arrays, jit=False):
    """Call a function of tensors that returns a list, with arrays."""
    with tf.Graph().as_default():
        inputs = [v1.placeholder(array.dtype, array.shape) for array in arrays]
        results = compile_with_xla(function, inputs) if jit else function(*inputs)
        with v1.Session() as sess:
            return sess.run(list(results), dict(zip(inputs, arrays)))


def step_of(op, dtype, surrogate=None, training=True):
    """Return the function of tensors that a program has for the operator."""
    environment = Environment(
        0.001, tf.as_dtype(dtype), 1, PLAIN, training=training, surrogate=surrogate
    )

    def step(current, *states):
        lower = rule_for(op).lower
        results = lower(
            Context((op,), environment),
            *[tensor[None, None] for tensor in (current,) + states],
        )
        return [tensor[0, 0] for tensor in results]

    return step


def gradients(op, surrogate, current, states, weights, jit=False):
    """Differentiate weighted outputs and last states by TensorFlow.

    Returns outputs of all steps, and gradients with respect to currents and first states.
    """
    step = step_of(op, current.dtype, surrogate)

    def function(current, *states):
        outputs, now = [], list(states)
        for i in range(int(current.shape[0])):
            output, *now = step(current[i], *now)
            outputs.append(output)
        outputs = tf.stack(outputs)
        loss = tf.reduce_sum(outputs * weights[0])
        loss += sum(tf.reduce_sum(a * b) for a, b in zip(now, weights[1:]))
        found = tf.gradients(loss, [current] + list(states))
        return [outputs] + [
            tf.zeros_like(x) if grad is None else grad
            for x, grad in zip([current] + list(states), found)
        ]

    outputs, *found = compute(function, [current] + states, jit)
    return outputs, found


@pytest.fixture(scope="session")
def firing():
    """Functions that compute steps of neurons that fire in training."""
    return types.SimpleNamespace(
        operator=operator, compute=compute, step_of=step_of, gradients=gradients
    )
