# SPDX-License-Identifier: MIT
"""Functions of input nodes, called as nengo calls them."""

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulationError

quiet = {"progress_bar": False}


class Calls:
    """A function that notes its arguments."""

    def __init__(self, value=0.0):
        self.times = []
        self.value = value

    def __call__(self, t):
        """Note the time."""
        self.times.append(t)
        return self.value


@pytest.mark.parametrize("minibatch_size", [None, 3])
def test_functions_see_the_times_of_nengo(open_simulator, minibatch_size, monkeypatch):
    """Once a step, for all items together, with the very floats that nengo gives them."""
    monkeypatch.setattr("nengo_dl.runtime.pace.BLOCK_STEPS", 4)
    calls = Calls()
    with nengo.Network() as net:
        nengo.Probe(nengo.Node(calls, size_out=1))
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(12)
    expected, calls.times = calls.times, []
    sim = open_simulator(net, minibatch_size=minibatch_size)
    sim.run_steps(9, **quiet)
    sim.run_steps(3, **quiet)
    assert calls.times == expected
    assert {type(t) for t in calls.times} == {float}


def test_functions_start_again_after_a_reset(open_simulator):
    """A reset of time shows in the argument, a soft one does not."""
    calls = Calls()
    with nengo.Network() as net:
        nengo.Probe(nengo.Node(calls, size_out=1))
    sim = open_simulator(net)
    sim.run_steps(2, **quiet)
    sim.soft_reset()
    sim.step()
    sim.reset()
    sim.step()
    np.testing.assert_allclose(calls.times, [0.001, 0.002, 0.003, 0.001])


def test_the_extra_steps_of_unrolling_are_computed(open_simulator):
    """Functions are called for the steps that fill the unrolled loop."""
    calls = Calls()
    with nengo.Network() as net:
        nengo.Probe(nengo.Node(calls, size_out=1))
    sim = open_simulator(net, unroll_simulation=4)
    with pytest.warns(RuntimeWarning):
        sim.run_steps(6, **quiet)
    np.testing.assert_allclose(calls.times, 0.001 * np.arange(1, 9))


@pytest.mark.parametrize("size_out", [0, 1, 2])
def test_functions_without_reader_are_called(open_simulator, size_out):
    """Side effects happen whether or not anything depends on the output (history 223)."""
    calls = Calls(np.zeros(size_out) if size_out else None)
    with nengo.Network() as net:
        nengo.Node(calls, size_out=size_out)
    open_simulator(net).run_steps(5, **quiet)
    assert len(calls.times) == 5


def test_fed_nodes_are_not_called(open_simulator):
    """Data stand in for the function, for these steps only."""
    calls, other = Calls(), Calls()
    with nengo.Network() as net:
        node = nengo.Node(calls, size_out=1)
        probe = nengo.Probe(node)
        nengo.Probe(nengo.Node(other, size_out=1))
    sim = open_simulator(net, minibatch_size=2)
    data = np.arange(6.0).reshape((2, 3, 1))
    sim.run_steps(3, data={node: data}, **quiet)
    sim.run_steps(2, **quiet)
    np.testing.assert_allclose(calls.times, [0.004, 0.005])
    assert len(other.times) == 5
    np.testing.assert_array_equal(sim.data[probe][:, :3], data)
    np.testing.assert_array_equal(sim.data[probe][:, 3:], 0)


def test_constants_are_those_of_the_build(open_simulator):
    """A node's output that is changed later does not matter, not even after a reset.

    History 93.
    """
    with nengo.Network() as net:
        node = nengo.Node([1.0, 2.0])
        probe = nengo.Probe(node)
    sim = open_simulator(net)
    node.output = [5.0, 5.0]
    sim.step()
    sim.reset()
    sim.step()
    np.testing.assert_array_equal(sim.data[probe], [[1, 2]])


@pytest.mark.parametrize("value", [1, 2.5, np.float32(3), [4.0], np.array([5]), True])
def test_numbers_of_any_kind_are_values(open_simulator, value):
    """What NumPy turns into a number is one."""
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(lambda t: value, size_out=1))
    sim = open_simulator(net)
    sim.run_steps(2, **quiet)
    np.testing.assert_array_equal(sim.data[probe], np.full((2, 1), value, dtype=float))


@pytest.mark.parametrize("size", [2, 50])
@pytest.mark.parametrize("value", [None, np.nan, -np.inf, "no", object(), {}])
def test_what_is_no_number_is_told(open_simulator, value, size):
    """The error names the function, the value and the time; the run does not count."""

    def strange(t):
        return value if t > 0.0015 else np.zeros(size)

    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(strange, size_out=size))
    sim = open_simulator(net)
    with pytest.raises(SimulationError, match="strange") as error:
        sim.run_steps(3, **quiet)
    assert "t=0.002" in str(error.value)
    assert repr(value) in str(error.value)
    assert sim.n_steps == 0
    assert len(sim.data[probe]) == 0


@pytest.mark.parametrize("size", [2, 50])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_one_bad_element_is_enough(open_simulator, value, size):
    """All elements have to be finite."""
    array = np.zeros(size)
    array[1] = value
    with nengo.Network() as net:
        nengo.Probe(nengo.Node(lambda t: array, size_out=size))
    with pytest.raises(SimulationError, match=str(value)):
        open_simulator(net).step()


def test_wrong_sizes_are_told(open_simulator):
    """A value that does not fit the node's size is a ValueError with both sizes."""

    def long(t):
        return np.zeros(2 if t < 0.0015 else 3)

    with nengo.Network() as net:
        nengo.Probe(nengo.Node(long, size_out=2))
    with pytest.raises(ValueError, match="long") as error:
        open_simulator(net).run_steps(3, **quiet)
    assert "(3,)" in str(error.value)
    assert "(2,)" in str(error.value)


def test_values_are_copied(open_simulator):
    """A function may return the same array again and again, with other values."""
    shared = np.zeros(1)

    def counting(t):
        shared[...] += 1
        return shared

    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(counting, size_out=1))
    sim = open_simulator(net)
    shared[...] = 0
    sim.run_steps(4, **quiet)
    np.testing.assert_array_equal(sim.data[probe], [[1], [2], [3], [4]])
