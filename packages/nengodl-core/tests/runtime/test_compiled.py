# SPDX-License-Identifier: MIT
"""What a block of steps is fed."""

import logging

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import TensorNode, configure_settings
from nengo_dl.compat.tensorflow import v1
from nengo_dl.runtime.compiled import trial_feeds


def test_trial_feeds():
    """All placeholders that an operation needs get zeros, but those that are fed."""
    with tf.Graph().as_default():
        given = v1.placeholder(tf.float32, ())
        unknown = v1.placeholder(tf.float64, (None, 2))
        number = v1.placeholder(tf.int32, ())
        text = v1.placeholder(tf.string, (1,))
        v1.placeholder(tf.float32, ())
        with tf.control_dependencies([tf.cast(number, tf.float32) * given, text]):
            operation = tf.identity(unknown).op
        feeds = trial_feeds(operation, {given: 3.0})
        assert {tensor.op for tensor in feeds} == {
            tensor.op for tensor in (given, unknown, number, text)
        }
        assert feeds[given] == 3.0
        np.testing.assert_array_equal(feeds[unknown], [[0, 0]])
        with v1.Session() as sess:
            assert sess.run(operation, feeds) is None


@pytest.mark.parametrize("settings", [{}, {"keep_history": False}])
def test_selected_rows_compile(settings, caplog, open_simulator):
    """Probes that do not record each step leave the functions of TensorNodes compiled."""
    with nengo.Network() as net:
        configure_settings(**settings)
        node = TensorNode(lambda t: tf.reshape(2 * t, (1, 1)), size_out=1)
        probe = nengo.Probe(node, sample_every=0.002)
    with caplog.at_level(logging.INFO, "nengo_dl.runtime.program"):
        sim = open_simulator(net)
    assert "does not compile" not in caplog.text
    sim.run_steps(4, progress_bar=False)
    times = [0.008] if settings else [0.004, 0.008]
    np.testing.assert_allclose(sim.data[probe][:, 0], times, rtol=1e-6)


def test_placeholder_compiles(caplog, open_simulator):
    """The function of a TensorNode may use a placeholder, and stays compiled."""
    placeholders = []

    class Scaled:
        def pre_build(self, shape_in, shape_out):
            placeholders.append(v1.placeholder(tf.float32, ()))

        def __call__(self, t, x):
            return x * placeholders[-1]

    with nengo.Network() as net:
        node = TensorNode(Scaled(), size_in=1, size_out=1)
        nengo.Connection(nengo.Node([2.0]), node, synapse=None)
        probe = nengo.Probe(node)
    with caplog.at_level(logging.INFO, "nengo_dl.runtime.program"):
        sim = open_simulator(net)
    assert "does not compile" not in caplog.text
    sim.run_steps(2, extra_feeds={placeholders[-1]: 3.0}, progress_bar=False)
    np.testing.assert_array_equal(sim.data[probe], [[6], [6]])
