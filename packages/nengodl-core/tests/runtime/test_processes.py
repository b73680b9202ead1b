# SPDX-License-Identifier: MIT
"""Processes that drive nodes, and their random streams."""

import nengo
import numpy as np
import pytest
from nengo.processes import BrownNoise, FilteredNoise, WhiteNoise, WhiteSignal
from nengo.utils import graphs
from nengo_dl import configure_settings
from nengo_dl.runtime.processes import ProcessRows

quiet = {"progress_bar": False}
# before that, nengo's simulators do not agree with one another
REPRODUCIBLE = hasattr(graphs, "OrderedSet")


def noisy_network(*processes, seed=3, synapses=True):
    """A node for each process; synapses are processes, too, and draw seeds."""
    with nengo.Network(seed=seed) as net:
        net.noise_probes = []
        array = nengo.networks.EnsembleArray(5, 2)
        for i, process in enumerate(processes):
            node = nengo.Node(process, size_out=1 + i % 2)
            if synapses:
                nengo.Connection(node[0], array.input[i % 2], synapse=nengo.Alpha(0.01))
            net.noise_probes.append(nengo.Probe(node))
        if synapses:
            nengo.Probe(array.output, synapse=0.01)
    return net


def several():
    """Processes of all kinds, with and without seeds."""
    return noisy_network(
        WhiteNoise(),
        WhiteSignal(0.1, high=50),
        WhiteNoise(seed=4),
        FilteredNoise(synapse=nengo.Lowpass(0.01)),
        BrownNoise(),
        WhiteSignal(0.1, high=50, seed=4),
    )


@pytest.mark.skipif(not REPRODUCIBLE, reason="this nengo's streams differ between runs")
@pytest.mark.parametrize("optimize", [True, False])
@pytest.mark.parametrize("seed", [None, 11])
def test_streams_are_those_of_nengo(open_simulator, nengo_data, seed, optimize):
    """Whatever processes there are, each has the numbers that nengo gives it."""
    net = several()
    with net:
        configure_settings(dtype="float64")
    sim = open_simulator(net, seed=seed)
    sim.run_steps(20, **quiet)
    expected = nengo_data(net, 20, seed=seed, optimize=optimize)
    for probe in net.noise_probes:
        np.testing.assert_array_equal(sim.data[probe], expected[probe])


@pytest.mark.parametrize("process", [WhiteNoise(), WhiteNoise(seed=4), BrownNoise()])
def test_a_single_stream_is_that_of_nengo(same_as_nengo, process):
    """In all versions of nengo, where nothing else draws a seed."""
    same_as_nengo(noisy_network(process, synapses=False))


@pytest.mark.parametrize("minibatch_size", [None, 3])
def test_equal_seeds_give_equal_numbers(open_simulator, minibatch_size):
    """Two simulators of equal networks with one seed agree to the last bit."""
    found = []
    for _ in range(2):
        net = several()
        sim = open_simulator(net, seed=5, minibatch_size=minibatch_size)
        sim.run_steps(10, **quiet)
        found.append([sim.data[probe] for probe in net.all_probes])
    for one, other in zip(*found):
        np.testing.assert_array_equal(one, other)


def test_items_have_streams_of_their_own(open_simulator):
    """Unless the process has a seed: then all items see what nengo would (history 141)."""
    net = noisy_network(WhiteNoise(), WhiteNoise(seed=4), synapses=False)
    sim = open_simulator(net, minibatch_size=3)
    sim.run_steps(10, **quiet)
    free, seeded = [sim.data[probe] for probe in net.noise_probes]
    for i in range(3):
        np.testing.assert_array_equal(seeded[i], seeded[0])
        for k in range(i):
            assert np.all(free[i] != free[k])
    rng = np.random.RandomState(4)
    step = WhiteNoise(seed=4).make_step((0,), (2,), 0.001, rng, *[{}] * REPRODUCIBLE)
    expected = [step(0.001 * (i + 1)) for i in range(10)]
    np.testing.assert_allclose(seeded[0], expected, rtol=1e-6)


@pytest.mark.parametrize("minibatch_size", [None, 2])
def test_a_reset_repeats_the_noise(open_simulator, minibatch_size):
    """With the same seed exactly; with another one it is as in a new simulator."""
    net = several()
    sim = open_simulator(net, seed=5, minibatch_size=minibatch_size)
    other = open_simulator(net, seed=6, minibatch_size=minibatch_size)
    runs = []
    for reset in (lambda: None, sim.reset, lambda: sim.reset(seed=6)):
        reset()
        sim.run_steps(6, **quiet)
        sim.run_steps(4, **quiet)
        runs.append([sim.data[probe] for probe in net.all_probes])
    other.run_steps(10, **quiet)
    for first, second, third, probe in zip(*runs, net.all_probes):
        np.testing.assert_array_equal(first, second)
        np.testing.assert_array_equal(third, other.data[probe])
    assert not np.array_equal(runs[0][0], runs[2][0])


@pytest.mark.parametrize("minibatch_size", [None, 2])
def test_ensemble_noise_is_that_of_nengo(same_as_nengo, minibatch_size):
    """Noise with a seed adds to the input of each neuron."""
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(8, 1, noise=WhiteNoise(seed=2))
        nengo.Probe(ensemble.neurons, "input")
        nengo.Probe(ensemble.neurons)
    same_as_nengo(net, minibatch_size=minibatch_size)


def test_presented_inputs_are_those_of_nengo(same_as_nengo):
    """A process that depends on time alone."""
    values = np.random.RandomState(0).uniform(-1, 1, (3, 2))
    with nengo.Network() as net:
        node = nengo.Node(nengo.processes.PresentInput(values, 0.003))
        nengo.Probe(node)
        nengo.Probe(node[::-1], synapse=0.01)
    same_as_nengo(net)


class Counter(nengo.Process):
    """Counts its steps."""

    def make_step(self, shape_in, shape_out, dt, rng, state=None):
        """Start from zero."""
        count = [0]

        def step(t):
            count[0] += 1
            return np.full(shape_out, count[0])

        return step


def test_a_fed_process_stands_still(open_simulator):
    """Steps with data do not advance the process, as they call no function."""
    with nengo.Network() as net:
        node = nengo.Node(Counter(default_size_out=1))
        probe = nengo.Probe(node)
    sim = open_simulator(net, minibatch_size=2)
    sim.run_steps(2, **quiet)
    sim.run_steps(2, data={node: -np.ones((2, 2, 1))}, **quiet)
    sim.run_steps(2, **quiet)
    np.testing.assert_array_equal(sim.data[probe][..., 0], [[1, 2, -1, -1, 3, 4]] * 2)


def test_rows_are_read_until_advanced():
    """Rows can be read again, also fewer or more of them, until their steps have run."""
    calls = []
    rows = ProcessRows([lambda t: calls.append(t) or [t, -t]], (2,))
    out = np.zeros((3, 1, 2))
    rows.read([1, 2], out[:2])
    rows.read([1, 2, 3], out)
    np.testing.assert_array_equal(out[:, 0], [[1, -1], [2, -2], [3, -3]])
    rows.read([1], out[:1])
    rows.advance(1)
    rows.read([2, 3], out[:2])
    np.testing.assert_array_equal(out[:2, 0, 0], [2, 3])
    assert calls == [1, 2, 3]
