# SPDX-License-Identifier: MIT
"""Steps that XLA compiles in pieces, between calls of the host."""

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf


@pytest.mark.parametrize("unroll", [1, 5])
def test_all_calls_are_made_in_order(unroll):
    """Nodes whose output nobody reads are called once in each step, behind neurons too."""
    calls = []

    def node(size_in):
        number = len(calls_of)
        calls_of.append(number)
        return nengo.Node(
            lambda t, x: calls.append((round(t * 1000), number)), size_in=size_in
        )

    calls_of = []
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(jit_compile="auto")
        first, second = nengo.Ensemble(20, 1), nengo.Ensemble(10, 1)
        between = nengo.Node(lambda t, x: 2 * x, size_in=1)
        nengo.Connection(first, node(1), synapse=0.01)
        nengo.Connection(first, between, synapse=None)
        nengo.Connection(between, second, synapse=None)
        nengo.Connection(second, node(1), synapse=None)
        nengo.Connection(second.neurons, node(10), synapse=None)
    with nengo_dl.Simulator(
        net, progress_bar=False, unroll_simulation=unroll, device="/cpu:0"
    ) as sim:
        calls.clear()  # of nengo, which finds out what they return
        sim.run_steps(10)
    steps = [step for step, _ in calls]
    assert steps == sorted(steps)
    expected = [(step, k) for step in range(1, 11) for k in range(len(calls_of))]
    assert sorted(calls) == expected


@pytest.mark.parametrize("unroll", [1, 3])
def test_each_step_has_its_time(unroll):
    """In unrolled steps, too, functions get the time of theirs, behind kept neurons."""
    times = []
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(dtype="float64", compiled_kernels=False)
        ensemble = nengo.Ensemble(1, 1, neuron_type=nengo.LIF())
        node = nengo.Node(lambda t, x: times.append(t) or x + t, size_in=1)
        nengo.Connection(ensemble.neurons, node, synapse=None)
        probe = nengo.Probe(node)
    with nengo_dl.Simulator(
        net, progress_bar=False, unroll_simulation=unroll, device="/cpu:0"
    ) as sim:
        sim.run_steps(12)
        found = sim.data[probe]
    np.testing.assert_allclose(times[-12:], 0.001 * np.arange(1, 13))
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(12)
    np.testing.assert_allclose(found, sim.data[probe], atol=1e-12)


@pytest.mark.parametrize("unroll", [1, 3])
def test_neurons_are_kept_beside_random_nodes(unroll):
    """A TensorNode that must stay outside, and no call of Python, leave neurons right."""
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(dtype="float64")
        inp = nengo.Node([0.5])
        ensemble = nengo.Ensemble(5, 1, neuron_type=nengo.LIF())
        nengo.Connection(inp, ensemble)
        noise = nengo_dl.TensorNode(
            lambda t: tf.random.uniform((1, 1), dtype=tf.float64, seed=1),
            size_out=1,
        )
        nengo.Probe(noise)
        probe = nengo.Probe(ensemble.neurons)
    with nengo_dl.Simulator(
        net, progress_bar=False, unroll_simulation=unroll, device="/cpu:0"
    ) as sim:
        sim.run_steps(60)
        found = sim.data[probe]
    with nengo.Network(seed=0) as same:
        inp = nengo.Node([0.5])
        ensemble = nengo.Ensemble(5, 1, neuron_type=nengo.LIF())
        nengo.Connection(inp, ensemble)
        probe = nengo.Probe(ensemble.neurons)
    with nengo.Simulator(same, progress_bar=False) as sim:
        sim.run_steps(60)
    assert sim.data[probe].any()
    np.testing.assert_allclose(found, sim.data[probe], atol=1e-9)
