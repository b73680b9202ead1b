# SPDX-License-Identifier: MIT
"""Simulators with event files, and what is written to these."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import Simulator

v1 = tf.compat.v1


@pytest.fixture
def open_simulator(tmp_path):
    """Make simulators with event files that are closed after the test."""
    simulators = []

    def make(network, **kwargs):
        kwargs = {"device": "/cpu:0", "tensorboard": str(tmp_path), **kwargs}
        simulators.append(Simulator(network, progress_bar=False, **kwargs))
        return simulators[-1]

    yield make
    for simulator in simulators:
        simulator.close()


@pytest.fixture
def events(tmp_path):
    """Read what the one simulator of a test has written: (step, {tag: value}) each."""

    def read():
        (path,) = tmp_path.glob("run_0/events*")
        return [
            (event.step, {value.tag: value for value in event.summary.value})
            for event in v1.train.summary_iterator(str(path))
            if event.HasField("summary")
        ]

    return read


@pytest.fixture
def network():
    """Two ensembles with given parameters, connections and probes."""
    with nengo.Network(seed=0) as net:
        node = nengo.Node([0.5, -0.25], label="in")
        encoders = [[1, 0], [0.6, 0.8], [0, -1]]
        net.a = nengo.Ensemble(
            3, 2, label="a", radius=2, encoders=encoders, gain=[1, 2, 4], bias=[1, 0, 3]
        )
        net.unlabelled = nengo.Ensemble(5, 1)
        net.given = nengo.Connection(
            node, net.a, transform=[[1, 2], [3, -5]], label="my in:put é"
        )
        net.solved = nengo.Connection(net.a[0], net.unlabelled)
        net.probe = nengo.Probe(net.a, label="p")
        net.other = nengo.Probe(net.unlabelled)
    return net


@pytest.fixture
def put():
    """Store values of a signal, as an update does."""

    def store(sim, signal, values):
        sim.program.put({signal: np.asarray(values, dtype=np.float32)})

    return store
