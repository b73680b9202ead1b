# SPDX-License-Identifier: MIT
"""Variables of functions of probes."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import Simulator

v1 = tf.compat.v1


@pytest.fixture
def net():
    """A node that puts out 2, and two probes of it."""
    with nengo.Network() as net:
        node = nengo.Node(2.0)
        nengo.Probe(node)
        nengo.Probe(node)
    return net


@pytest.fixture
def open_simulator():
    """Open simulators, and close them in the end."""
    opened = []

    def make(net, **kwargs):
        opened.append(Simulator(net, device="/cpu:0", progress_bar=False, **kwargs))
        return opened[-1]

    yield make
    for sim in opened:
        sim.close()


def counted(x):
    """Add one to a variable for each call, and return it."""
    variable = v1.get_variable("calls", (), initializer=v1.zeros_initializer())
    return variable.assign_add(tf.reduce_sum(x) / 2)


def number(sim, probe, function=counted):
    """Evaluate a function."""
    return float(sim.run_batch(1, {probe: function})[probe][0])


def test_one_function_for_two_probes(net, open_simulator):
    """What a function of another probe does is not seen."""
    sim = open_simulator(net)
    assert [number(sim, net.probes[0]) for _ in range(2)] == [1, 2]
    assert number(sim, net.probes[1]) == 1
    assert number(sim, net.probes[0]) == 3


def test_saved_with_parameters(net, open_simulator, tmp_path):
    """Values are in the file, and wait there for the function to be used."""
    path = str(tmp_path / "parameters.npz")
    sim = open_simulator(net)
    assert [number(sim, net.probes[0]) for _ in range(3)] == [1, 2, 3]
    sim.save_params(path)
    assert number(sim, net.probes[0]) == 4
    for used_before in (False, True):
        other = open_simulator(net)
        if used_before:
            assert number(other, net.probes[0]) == 1
        other.load_params(path)
        assert number(other, net.probes[0]) == 4


def test_two_functions_of_one_name(net, open_simulator, tmp_path):
    """In files functions of one name are numbered in the order of their use."""

    def make(step):
        def function(x):
            total = v1.get_variable("total", (), initializer=v1.zeros_initializer())
            return total.assign_add(tf.reduce_sum(x) * step)

        return function

    path = str(tmp_path / "parameters.npz")
    sim, functions = open_simulator(net), [make(1.0), make(10.0)]
    (probe, _) = net.probes
    assert [number(sim, probe, function) for function in functions] == [2, 20]
    sim.save_params(path)
    with np.load(path) as file:
        found = {name: float(file[name]) for name in file.files if "outputs/" in name}
    assert sorted(found.values()) == [2, 20]
    other = open_simulator(net)
    other.load_params(path)
    assert [number(other, probe, function) for function in functions] == [4, 40]


def test_a_call_that_failed(net, open_simulator):
    """Variables that were made before a mistake are not those of the next try."""
    broken = [True]

    def function(x):
        if broken:
            v1.get_variable("wrong", (7,))
            raise ValueError("a mistake")
        return counted(x)

    sim = open_simulator(net)
    with pytest.raises(ValueError, match="a mistake"):
        number(sim, net.probes[0], function)
    broken.clear()
    assert [number(sim, net.probes[0], function) for _ in range(2)] == [1, 2]


class Unhashable:
    """A callable object that cannot be a key."""

    __hash__ = None

    def __call__(self, x):
        """Count calls, as `counted` does."""
        return counted(x)


def test_functions_that_cannot_be_hashed(net, open_simulator):
    """They are told apart by what they are, and are as good as others."""
    sim, functions = open_simulator(net), [Unhashable(), Unhashable()]
    probe = net.probes[0]
    assert [number(sim, probe, functions[0]) for _ in range(2)] == [1, 2]
    assert number(sim, probe, functions[1]) == 1
    assert number(sim, probe, functions[0]) == 3


@pytest.mark.parametrize("include_trainable", [True, False])
def test_reset(net, open_simulator, include_trainable):
    """Values are set back with the parameters."""
    sim = open_simulator(net)
    assert [number(sim, net.probes[0]) for _ in range(3)] == [1, 2, 3]
    sim.soft_reset(include_trainable=include_trainable)
    assert number(sim, net.probes[0]) == (1 if include_trainable else 4)
