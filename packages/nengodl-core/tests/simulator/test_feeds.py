# SPDX-License-Identifier: MIT
"""Checks of the data of a run."""

import warnings

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError
from nengo_dl import configure_settings

good = np.ones((2, 4, 2))


@pytest.fixture
def sim(network, simulate):
    """A simulator of two items."""
    return simulate(network, minibatch_size=2)


def refused(sim, network, data, n_steps=4):
    """The error of a run with bad data, after which nothing has changed."""
    with pytest.raises(ValidationError) as error:
        sim.run_steps(n_steps, data=data)
    assert sim.n_steps == 0
    assert sim.data[network.probe] == []
    return error.value


@pytest.mark.parametrize("data", [{}, [good], good, 5])
def test_data_is_a_dict_with_entries(sim, network, data):
    """An empty dict, and what is no dict, are refused."""
    error = refused(sim, network, data)
    assert error.attr == "data"
    assert "dict" in str(error)


@pytest.mark.parametrize("value", [good.tolist(), [1.0], None, 3])
def test_values_are_arrays(sim, network, value):
    """A list is refused with its type and the way out."""
    message = str(refused(sim, network, {network.node: value}))
    assert type(value).__name__ in message
    assert "numpy.asarray" in message


def test_the_batch_is_that_of_the_simulator(sim, network):
    """A wrong number of items is refused with both numbers (history 175)."""
    message = str(refused(sim, network, {network.node: np.ones((3, 4, 2))}))
    assert "axis 0 (batch)" in message
    assert "must have length 2 (minibatch_size), but has length 3" in message


def test_an_unbatched_simulator_takes_one_item(network, simulate):
    """Without a minibatch size the batch axis has the length 1."""
    sim = simulate(network)
    assert "length 1" in str(refused(sim, network, {network.node: good}))
    sim.run_steps(4, data={network.node: good[:1]}, progress_bar=False)
    assert sim.n_steps == 4


def test_the_steps_are_those_of_the_run(sim, network):
    """A wrong number of steps is refused with both numbers (history 175)."""
    message = str(refused(sim, network, {network.node: good}, n_steps=5))
    assert "steps" in message
    assert "length 5" in message
    assert "has length 4" in message


def test_unrolled_runs_need_data_for_the_executed_steps(network, simulate):
    """Six steps unrolled by four need eight rows, and the message says so."""
    sim = simulate(network, unroll_simulation=4)
    with pytest.warns(RuntimeWarning):
        message = str(refused(sim, network, {network.node: np.ones((1, 6, 2))}, 6))
    assert "length 8" in message
    assert "executed when 6" in message
    assert "has length 6" in message
    with pytest.warns(RuntimeWarning):
        sim.run_steps(6, data={network.node: np.ones((1, 8, 2))}, progress_bar=False)
    assert sim.n_steps == 6


@pytest.mark.parametrize("shape", [(), (2,), (2, 4), (2, 4, 2, 1)])
def test_arrays_have_three_axes(sim, network, shape):
    """Another rank is refused with the axes expected and the rank found (history 128)."""
    message = str(refused(sim, network, {network.node: np.ones(shape)}))
    assert "(batch, steps, size)" in message
    assert f"has {len(shape)}:" in message


def test_the_size_is_that_of_the_node(sim, network):
    """A wrong last axis is refused with the node and both sizes (history 175)."""
    message = str(refused(sim, network, {network.node: np.ones((2, 4, 3))}))
    assert str(network.node) in message
    assert "must have length 2" in message
    assert "has length 3" in message


def test_the_size_is_that_of_the_probe(sim, network):
    """A wrong last axis is found for probes, too."""
    message = str(refused(sim, network, {network.probe: np.ones((2, 4, 3))}))
    assert str(network.probe) in message


def test_nodes_with_input_take_no_data(simulate):
    """A node that is driven by the network is refused, with its size_in (history 175)."""
    with nengo.Network() as net:
        net.node = nengo.Node(size_in=2)
        net.probe = nengo.Probe(net.node)
    sim = simulate(net, minibatch_size=2)
    message = str(refused(sim, net, {net.node: good}))
    assert str(net.node) in message
    assert "size_in 0" in message


@pytest.mark.parametrize("kind", ["node", "probe"])
def test_foreign_objects_are_refused(sim, network, kind):
    """A node or probe of another network is named (history 175)."""
    with nengo.Network():
        foreign = nengo.Node([0, 0], label="foreign")
        if kind == "probe":
            foreign = nengo.Probe(foreign, label="foreign")
    message = str(refused(sim, network, {network.node: good, foreign: good}))
    assert "foreign" in message
    assert "does not belong" in message


@pytest.mark.parametrize("get", [lambda net: net.ensemble, lambda net: "node"])
def test_other_keys_are_refused(sim, network, get):
    """A key that is neither Node nor Probe is refused with its type (history 175)."""
    key = get(network)
    assert type(key).__name__ in str(refused(sim, network, {key: good}))


def test_targets_have_no_place_in_a_run(sim, network):
    """Data for a probe needs an objective, and a run has none (history 175)."""
    error = refused(sim, network, {network.node: good, network.probe: good})
    assert error.attr == "targets"
    assert str(network.probe) in str(error)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_are_finite(sim, network, bad):
    """The first value that is not finite is named with its place."""
    data = good.copy()
    data[1, 2, 0] = bad
    message = str(refused(sim, network, {network.node: data}))
    assert str(bad) in message
    assert "[1, 2, 0]" in message


def test_values_fit_the_type_of_the_simulation(sim, network):
    """A number too large for it is refused with node and place, and NumPy is silent."""
    data = good.copy()
    data[1, 2, 0] = -1e300
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        message = str(refused(sim, network, {network.node: data}))
    for part in (str(network.node), "float32", "-1e+300", "[1, 2, 0]"):
        assert part in message


def test_large_values_fit_float64(network, simulate):
    """What the type of the simulation can represent is taken."""
    with network:
        configure_settings(dtype="float64")
    sim = simulate(network)
    sim.run_steps(4, data={network.node: 1e300 * good[:1]}, progress_bar=False)
    np.testing.assert_array_equal(sim.data[network.node_probe], 1e300 * good[0])


@pytest.mark.parametrize("dtype", ["U3", "complex64", "object"])
def test_values_are_real_numbers(sim, network, dtype):
    """Arrays of anything else are refused with their type."""
    message = str(refused(sim, network, {network.node: good.astype(dtype)}))
    assert str(np.dtype(dtype)) in message


@pytest.mark.parametrize("dtype", ["int64", "uint8", "bool", "float16", "float64"])
def test_all_real_types_are_converted(sim, network, programs, dtype):
    """The program gets the type of the simulation, and the user's array is not changed."""
    data = good.astype(dtype)
    sim.run_steps(4, data={network.node: data}, progress_bar=False)
    fed = programs[0].runs[0][2][network.node]
    assert fed.dtype == "float32"
    np.testing.assert_array_equal(fed, good)
    assert data.dtype == dtype
