# SPDX-License-Identifier: MIT
"""Currents for neurons, and their steps in training."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import configure_settings
from nengo_dl.compat.tensorflow import v1
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
            0.001, dtype, 1, None, training=True, lif_smoothing=lif_smoothing
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
