# SPDX-License-Identifier: MIT
"""What release 2.2.0 of the original brought."""

import functools

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf

quiet = {"progress_bar": False}


class Mean(nengo.synapses.Synapse):
    """The mean of all values up to now, which is what the step is to remember."""

    def __init__(self):
        super().__init__(default_size_in=1, default_size_out=1)

    def make_state(self, shape_in, shape_out, dt, dtype=None):
        """Sum and number of values, which nengo has as arrays since 3.0."""
        return {"total": np.zeros(shape_out), "count": np.zeros(1)}

    def make_step(self, shape_in, shape_out, dt, rng, state=None):
        """Step that changes the state in place."""
        state = self.make_state(shape_in, shape_out, dt) if state is None else state
        total, count = state["total"], state["count"]

        def step(t, x):
            total[...] += x
            count[...] += 1
            return total / count

        return step


def test_processes_with_state(open_simulator):
    """History 7: items of a process with state are those of own runs, reset repeats."""
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(dtype="float64")
        node = nengo.Node(np.zeros(2))
        through = nengo.Node(size_in=2)
        nengo.Connection(node, through, synapse=Mean())
        probe = nengo.Probe(through)
    data = np.random.RandomState(0).uniform(size=(3, 6, 2))
    sim = open_simulator(net, minibatch_size=3)
    means = np.cumsum(data, axis=1) / np.arange(1, 7)[:, None]
    expected = np.concatenate([np.zeros((3, 1, 2)), means[:, :-1]], axis=1)
    for _ in range(2):
        sim.run_steps(6, data={node: data}, **quiet)
        np.testing.assert_allclose(sim.data[probe], expected, rtol=1e-14)
        sim.reset()
    for item in range(3):
        alone = open_simulator(net)
        alone.run_steps(6, data={node: data[[item]]}, **quiet)
        np.testing.assert_array_equal(alone.data[probe], expected[item])


RATE = 2 * np.pi * 20


@pytest.mark.parametrize(
    "synapse",
    [
        # digital, as nengo 2.8 cannot discretise a filter without state
        nengo.LinearFilter([2.0], [1.0], analog=False),
        nengo.LinearFilter([2.0], [0.1, 1.0]),
        nengo.Alpha(0.01),
        nengo.LinearFilter([RATE**2], [1, np.sqrt(2) * RATE, RATE**2]),
        nengo.LinearFilter([0.05, 1.0], [0.1, 1.0]),
    ],
    ids=["stateless", "one state", "alpha", "butterworth", "general"],
)
def test_linear_filters(open_simulator, synapse):
    """History 14 and 172: each form of filter gives what its `filt` gives, a step later."""
    data = np.random.RandomState(0).uniform(-1, 1, (1, 50, 2))
    with nengo.Network() as net:
        nengo_dl.configure_settings(dtype="float64")
        node = nengo.Node(np.zeros(2))
        probe = nengo.Probe(node, synapse=synapse)
    sim = open_simulator(net)
    sim.run_steps(50, data={node: data}, **quiet)
    expected = synapse.filt(data[0], dt=0.001, y0=0)
    np.testing.assert_array_equal(sim.data[probe][0], 0)
    np.testing.assert_allclose(sim.data[probe][1:], expected[:-1], rtol=0, atol=1e-12)


def test_the_session_in_post_build(open_simulator):
    """History 8: inside post_build the default session is the one given."""
    seen = []

    class Function:
        def __call__(self, t):
            return tf.reshape(t, (1, 1))

        def post_build(self, sess, rng):
            seen.append((sess, tf.compat.v1.get_default_session()))

    with nengo.Network() as net:
        nengo_dl.TensorNode(Function(), size_out=1)
    sim = open_simulator(net)
    sim.reset()
    assert seen == [(sim.sess, sim.sess)] * 2


def test_random_operations_follow_the_seed(open_simulator):
    """History 15: one seed gives the same random numbers, in a reset as well."""
    with nengo.Network() as net:
        node = nengo_dl.TensorNode(
            lambda t: tf.random.uniform((1, 4), dtype=t.dtype), size_out=4
        )
        probe = nengo.Probe(node)

    def rows(sim):
        sim.run_steps(3, **quiet)
        return sim.data[probe].copy()

    sim = open_simulator(net, seed=5)
    first = rows(sim)
    assert len(np.unique(first)) == first.size
    np.testing.assert_array_equal(rows(open_simulator(net, seed=5)), first)
    other = rows(open_simulator(net, seed=6))
    assert not np.any(first == other)
    sim.reset(seed=6)
    np.testing.assert_array_equal(rows(sim), other)
    sim.reset(seed=5)
    np.testing.assert_array_equal(rows(sim), first)


def test_partial_functions():
    """History 17: sizes of partial functions, given by position or name, are inferred."""

    def function(factor, t, x, k=1):
        return factor * k * x

    for partial in (
        functools.partial(lambda t, x, k: k * x, k=3),
        functools.partial(function, 2.0),
        functools.partial(function, 2.0, k=3),
    ):
        with nengo.Network():
            assert nengo_dl.TensorNode(partial, size_in=2).size_out == 2
