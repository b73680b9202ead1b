# SPDX-License-Identifier: MIT
"""Section 3 of the table of errors: running."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ReadonlyError, SimulationError, SimulatorClosed
from nengo_dl import Simulator, TensorNode, configure_settings

quiet = {"progress_bar": False}


@pytest.fixture(scope="module")
def closed():
    """A simulator that has run and is closed."""
    with nengo.Network(seed=0) as net:
        net.ensemble = nengo.Ensemble(5, 1)
        net.probe = nengo.Probe(net.ensemble)
    with Simulator(net, device="/cpu:0", progress_bar=False) as simulator:
        simulator.run_steps(3, progress_bar=False)
    return simulator


@pytest.mark.parametrize(
    "method, action",
    [
        ("run_batch", "run"),
        ("reset", "be reset"),
        ("soft_reset", "be reset"),
        ("save_params", "save parameters"),
        ("load_params", "load parameters"),
        ("freeze_params", "freeze parameters"),
        ("get_nengo_params", "give parameters"),
    ],
)
def test_closed(closed, unchanged, method, action):
    """Section 3, run_batch, reset, parameters after close: closed, and what is refused."""
    net = closed.model.toplevel
    arguments = {
        "run_batch": [3, {net.probe: None}],
        "save_params": ["file"],
        "load_params": ["file"],
        "freeze_params": [net.ensemble],
        "get_nengo_params": [net.ensemble],
    }.get(method, [])
    with unchanged(closed):
        with pytest.raises(SimulatorClosed, match=f"closed and cannot {action}"):
            getattr(closed, method)(*arguments)


def test_uneven_steps(sim, net):
    """Section 3, n_steps not multiple of unroll: side effects are told beside numbers."""
    with pytest.warns(RuntimeWarning) as record:
        sim.run_steps(3, **quiet)
    message = str(record[0].message)
    for part in ("3 steps", "unroll_simulation=2", "4 steps", "functions of nodes"):
        assert part in message
    assert len(sim.data[net.probe][0]) == sim.n_steps


def test_dt_is_read_only(sim, unchanged):
    """Section 3, assigning dt: it is read-only and stays."""
    with unchanged(sim), pytest.raises(ReadonlyError, match="read-only"):
        sim.dt = 0.002
    assert sim.dt == 0.001


@pytest.mark.parametrize("jit", ["auto", False])
@pytest.mark.parametrize(
    "value", [None, np.nan, -np.inf, "text", {}, [1.0, 2.0]], ids=repr
)
def test_values_of_functions_in_the_loop(open_simulator, value, jit):
    """Section 3, host function returns None / non-finite / wrong type: name and value."""

    def strange(t, x):
        return value if t > 0.0055 else 2 * x

    with nengo.Network() as net:
        source = nengo.Node([0.5])
        node = nengo.Node(strange, size_in=1, size_out=1)
        nengo.Connection(source, node, synapse=None)
        probe = nengo.Probe(node)
        configure_settings(jit_compile=jit)
    sim = open_simulator(net)
    sim.run_steps(5, **quiet)
    with pytest.raises(SimulationError, match="'strange' must return") as error:
        sim.step()
    for part in (f"returned {value!r}", "t=0.006 s", "(1,)"):
        assert part in str(error.value)
    assert sim.n_steps == len(sim.data[probe]) == 5
    np.testing.assert_array_equal(sim.data[probe], 1)


def limited(t, x):
    """The input, which must be less than one."""
    check = tf.debugging.assert_less(x, tf.ones_like(x), message="too large")
    with tf.control_dependencies([check]):
        return tf.identity(x)


def test_framework_errors(open_simulator, unchanged):
    """Section 3, framework error not tied to a host function: unchanged, so is the rest."""
    with nengo.Network() as net:
        source = nengo.Node(lambda t: 100 * t)
        node = TensorNode(limited, size_in=1, size_out=1)
        nengo.Connection(source, node, synapse=None)
        nengo.Probe(node, synapse=0.01)
        configure_settings(jit_compile=False)  # XLA leaves assertions out
    sim = open_simulator(net)
    sim.run_steps(5, **quiet)
    with unchanged(sim):
        with pytest.raises(tf.errors.InvalidArgumentError, match="too large"):
            sim.run_steps(20, **quiet)
