# SPDX-License-Identifier: MIT
"""Python that runs on the host in each step, as nengo runs it."""

import os
import signal
import threading
import time

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError
from nengo_dl import configure_settings
from nengo_dl.errors import HostFunctionError

quiet = {"progress_bar": False}
items_and_unrolling = pytest.mark.parametrize(
    "minibatch_size, unroll_simulation", [(None, 1), (None, 3), (2, 1), (3, 3)]
)


class Leaky(nengo.Process):
    """Adds its noisy input up, and forgets some of it."""

    def make_state(self, shape_in, shape_out, dt, dtype=None):
        """Make what is kept from step to step, which nengo does from version 3 on."""
        return {"total": np.zeros(shape_out)}

    def make_step(self, shape_in, shape_out, dt, rng, state=None):
        """Return the step, which draws a random number each time."""
        total = np.zeros(shape_out) if state is None else state["total"]

        def step(t, x):
            total[...] = 0.8 * total + t * x + rng.uniform()
            return total.copy()

        return step


class Strong(nengo.LIF):
    """Neurons that get more current than they should."""

    def step(self, dt, J, output, **state):
        """Run a step, in nengo from 3.1 on."""
        super().step(dt, 1.5 * J, output, **state)

    def step_math(self, dt, J, spiked, voltage, refractory_time):
        """Run a step, in earlier versions."""
        super().step_math(dt, 1.5 * J, spiked, voltage, refractory_time)


def function(t, x):
    """Mix time and input."""
    return [x[0] * t, x[1] + np.cos(99 * t), x[0] * x[1]]


def node_function(net):
    """A function in a loop with neurons, and another one that needs its output."""
    node = nengo.Node(function, size_in=2, size_out=3)
    other = nengo.Node(lambda t, x: x**2 - t, size_in=3)
    ensemble = nengo.Ensemble(10, 2, neuron_type=nengo.RectifiedLinear())
    nengo.Connection(net.input, node, synapse=None)
    nengo.Connection(node, other, synapse=None)
    nengo.Connection(other[1:], ensemble, synapse=0.003)
    nengo.Connection(ensemble, node, synapse=0.005)
    return [node, other, ensemble]


def direct_ensemble(net):
    """Functions of connections that nobody decodes."""
    direct = nengo.Ensemble(1, 2, neuron_type=nengo.Direct())
    out = nengo.Node(size_in=3)
    nengo.Connection(net.input, direct, synapse=None)
    nengo.Connection(direct, out[:2], function=lambda x: x**2, synapse=None)
    nengo.Connection(direct, out[2], function=np.prod, synapse=0.01)
    return [direct, out]


def process(net):
    """A process with input and state, of which two run together."""
    nodes = [
        nengo.Node(Leaky(default_size_in=2, default_size_out=2, seed=seed))
        for seed in (3, 4)
    ]
    for node in nodes:
        nengo.Connection(net.input, node, synapse=None)
    return nodes


def neurons(net):
    """A user's neuron type, which spikes."""
    ensemble = nengo.Ensemble(12, 2, neuron_type=Strong())
    nengo.Connection(net.input, ensemble, synapse=None)
    nengo.Probe(ensemble.neurons, "voltage")
    return [ensemble.neurons, ensemble]


def synapse(net):
    """A synapse that is no linear filter."""
    node = nengo.Node(size_in=2)
    nengo.Connection(net.input, node, synapse=nengo.synapses.Triangle(0.004))
    return [node]


def noise(net):
    """Noise that is added to the current of neurons."""
    process = nengo.processes.WhiteNoise(seed=5)
    ensemble = nengo.Ensemble(8, 2, noise=process)
    nengo.Connection(net.input, ensemble, synapse=None)
    return [ensemble.neurons]


@items_and_unrolling
@pytest.mark.parametrize(
    "add", [node_function, direct_ensemble, process, neurons, synapse, noise]
)
def test_what_runs_on_the_host_equals_nengo(
    same_as_nengo, add, minibatch_size, unroll_simulation
):
    """In runs that follow each other, for all items and with unrolled steps."""
    with nengo.Network(seed=1) as net:
        net.input = nengo.Node(lambda t: [np.sin(200 * t), 1 - 50 * t])
        for obj in add(net):
            nengo.Probe(obj)
    sim = same_as_nengo(
        net,
        (6, 9),
        minibatch_size=minibatch_size,
        unroll_simulation=unroll_simulation,
    )
    # neurons with noise are the device's; the noise is drawn ahead
    assert bool(sim.program.host.inner.operators) == (add is not noise)


@pytest.mark.parametrize("unroll_simulation", [1, 3])
def test_each_item_has_its_own_values(open_simulator, unroll_simulation):
    """Functions see the data of their item, and give its output."""
    with nengo.Network() as net:
        node = nengo.Node([0, 0])
        squared = nengo.Node(lambda t, x: x[::-1] ** 2 + t, size_in=2)
        nengo.Connection(node, squared, synapse=None)
        probe = nengo.Probe(squared)
        configure_settings(dtype="float64")
    data = np.random.RandomState(0).uniform(-1, 1, (4, 6, 2))
    sim = open_simulator(net, minibatch_size=4, unroll_simulation=unroll_simulation)
    sim.run_steps(6, data={node: data}, **quiet)
    times = 0.001 * np.arange(1, 7)[:, None]
    np.testing.assert_allclose(sim.data[probe], data[..., ::-1] ** 2 + times)


# -- calls


@pytest.fixture
def calls():
    """Node functions with input that write down how they are called, twice the same."""
    seen = []

    def calling(size_out):
        def function(t, x):
            seen.append((size_out, t, x))
            result = np.zeros(size_out) + x[0]
            x += 1000  # an array of its own, so that nobody sees this
            return result if size_out else None

        return function

    with nengo.Network() as net:
        net.seen = seen
        net.input = nengo.Node([0.0])
        for size_out in (0, 2):
            node = nengo.Node(calling(size_out), size_in=1, size_out=size_out)
            nengo.Connection(net.input, node, synapse=None)
        configure_settings(dtype="float64")
    return net


@items_and_unrolling
def test_functions_are_called_once_for_each_step_and_item(
    calls, open_simulator, minibatch_size, unroll_simulation
):
    """In order, with the very floats of nengo, whether or not anybody reads the output."""
    sim = open_simulator(
        calls, minibatch_size=minibatch_size, unroll_simulation=unroll_simulation
    )
    batch = minibatch_size or 1
    data = np.arange(6.0 * batch).reshape((batch, 6, 1))
    assert calls.seen == []
    sim.run_steps(3, data={calls.input: data[:, :3]}, **quiet)
    sim.run_steps(3, data={calls.input: data[:, 3:]}, **quiet)
    for size_out in (0, 2):
        own = [(t, x) for size, t, x in calls.seen if size == size_out]
        assert [t for t, _ in own] == [s * 0.001 for s in range(1, 7) for _ in data]
        np.testing.assert_array_equal(
            [x - 1000 for _, x in own], data.swapaxes(0, 1).reshape((-1, 1))
        )
    assert {type(t) for _, t, _ in calls.seen} == {float}
    times = [t for _, t, _ in calls.seen]
    assert times == sorted(times)


def test_arrays_are_fresh(calls, open_simulator):
    """A function may keep its input and change it."""
    sim = open_simulator(calls)
    sim.run_steps(3, data={calls.input: np.ones((1, 3, 1))}, **quiet)
    arrays = [x for _, _, x in calls.seen]
    assert all(x.shape == (1,) and x[0] == 1001 for x in arrays)
    assert len({x.__array_interface__["data"][0] for x in arrays}) == len(arrays) == 6


def test_results_are_copied(open_simulator):
    """A function may return one array again and again."""
    shared = np.zeros(1)

    def counting(t, x):
        shared[...] += 1
        return shared

    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(counting, size_in=1, size_out=1))
    sim = open_simulator(net, minibatch_size=2)
    shared[...] = 0
    sim.run_steps(3, **quiet)
    np.testing.assert_array_equal(sim.data[probe][..., 0], [[1, 3, 5], [2, 4, 6]])


def test_a_reset_repeats_everything(open_simulator):
    """State, random streams and time start again; another seed gives other numbers."""
    with nengo.Network(seed=1) as net:
        net.input = nengo.Node(lambda t: [t, 1])
        node = nengo.Node(Leaky(default_size_in=2, default_size_out=2))
        nengo.Connection(net.input, node, synapse=None)
        probe = nengo.Probe(node)
    sim = open_simulator(net, minibatch_size=2)
    sim.run_steps(5, **quiet)
    first = sim.data[probe]
    assert not np.allclose(first[0], first[1])  # a stream for each item
    sim.reset()
    sim.run_steps(5, **quiet)
    np.testing.assert_array_equal(sim.data[probe], first)
    sim.reset(seed=77)
    sim.run_steps(5, **quiet)
    assert not np.allclose(sim.data[probe], first)
    other = open_simulator(net, minibatch_size=2, seed=77)
    other.run_steps(5, **quiet)
    np.testing.assert_array_equal(sim.data[probe], other.data[probe])


# -- failing


class Failing:
    """A function that fails at some step until it is mended."""

    def __init__(self, fail, step=10):
        self.fail = fail
        self.step = step
        self.mended = False

    def __call__(self, t, x):
        """Fail, or add time to the input."""
        if not self.mended and t > 0.001 * self.step - 0.0005:
            return self.fail()
        return x + t


def raising(error):
    """Make a function that raises an error."""

    def fail():
        raise error("the reason")

    return fail


def build(failing):
    """Make a network whose state shows whether a step ran twice."""
    with nengo.Network(seed=0) as net:
        time = nengo.Node(lambda t: np.sin(100 * t))
        node = nengo.Node(failing, size_in=1, size_out=1)
        nengo.Connection(time, node, synapse=nengo.Alpha(0.003))
        nengo.Connection(node, node, synapse=0.002, transform=0.5)
        net.probe = nengo.Probe(node, synapse=0.004)
        configure_settings(dtype="float64")
    return net


@pytest.fixture
def blocks_of_four(monkeypatch):
    """Blocks of four steps, also where Python runs inside the loop."""
    for name in ("BLOCK_STEPS", "SHORT_BLOCK"):
        monkeypatch.setattr(f"nengo_dl.runtime.pace.{name}", 4)
    monkeypatch.setattr("nengo_dl.runtime.pace.BLOCK_SECONDS", 1e9)


@pytest.mark.parametrize(
    "error",
    [
        ValueError,
        TypeError,
        StopIteration,
        NotImplementedError,
        MemoryError,
        KeyError,
        ZeroDivisionError,
        SimulationError,
        SystemExit,
    ],
)
def test_any_exception_is_told(open_simulator, nengo_data, blocks_of_four, error):
    """The error names function, time and cause; the run goes on when it is mended."""
    failing = Failing(raising(error))
    net = build(failing)
    failing.mended = True
    expected = nengo_data(net, 20)[net.probe]
    failing.mended = False
    sim = open_simulator(net)
    with pytest.raises(SimulationError, match="Failing") as raised:
        sim.run_steps(20, **quiet)
    assert isinstance(raised.value, HostFunctionError)
    for part in (error.__name__, "the reason", "t=0.01 s"):
        assert part in str(raised.value)
    assert isinstance(raised.value.__cause__, error)
    assert sim.n_steps == len(sim.data[net.probe]) == 8
    np.testing.assert_allclose(sim.data[net.probe], expected[:8], atol=1e-12)
    failing.mended = True
    sim.run_steps(12, **quiet)
    np.testing.assert_allclose(sim.data[net.probe], expected, atol=1e-12)


@pytest.mark.parametrize(
    "value", [None, np.inf, [np.nan], [1, 2, 3], "text", {}], ids=str
)
def test_what_is_no_value_is_told(open_simulator, blocks_of_four, value):
    """Functions return as many finite numbers as the node has, or the error names them."""
    failing = Failing(lambda: value)
    net = build(failing)
    sim = open_simulator(net, minibatch_size=2)
    with pytest.raises(SimulationError, match="Failing"):
        sim.run_steps(20, **quiet)
    assert sim.n_steps == 8
    failing.mended = True
    sim.run_steps(4, **quiet)
    assert sim.data[net.probe].shape == (2, 12, 1)


def test_ctrl_c_stops_a_slow_function(open_simulator):
    """The run ends within about a second, from its first block on, and can go on."""

    def slow(t, x):
        time.sleep(0.1)
        return x + t

    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(slow, size_in=1))
    sim = open_simulator(net)
    begin = time.time()
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        sim.run_steps(100, **quiet)
    timer.join()
    assert time.time() - begin < 3
    assert 0 < sim.n_steps == len(sim.data[probe]) < 20
    sim.step()
    np.testing.assert_allclose(
        sim.data[probe][:, 0], 0.001 * np.arange(1, sim.n_steps + 1), rtol=1e-6
    )
