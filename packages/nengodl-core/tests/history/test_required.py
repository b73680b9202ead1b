# SPDX-License-Identifier: MIT
"""What core.md and ops.md require where the original went wrong."""

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError, ValidationError
from nengo_dl import utils

quiet = {"progress_bar": False}


def test_a_gpu_is_what_tensorflow_sees(monkeypatch):
    """core.md 1, history 16: it is TensorFlow's answer, and no where that finds none."""
    config = tf.config
    if not hasattr(config, "list_physical_devices"):
        config = config.experimental
    for devices in ([], ["GPU:0"]):
        monkeypatch.setattr(config, "list_physical_devices", lambda _, d=devices: d)
        assert utils.tf_gpu_installed is bool(devices)


def test_a_missing_target_is_told(open_simulator):
    """core.md 5: an output function that needs a target gets an error with the probe."""
    with nengo.Network() as net:
        node = nengo.Node([0.0])
        probe = nengo.Probe(node, label="needy")
    sim = open_simulator(net)
    outputs = {probe: lambda output, target: output - target}
    with pytest.raises(ValidationError, match="target for .*needy"):
        sim.run_batch({node: np.zeros((1, 3, 1))}, outputs)


@pytest.mark.parametrize("n_steps", [np.int64(3), np.int8(3), 3])
def test_integers_of_any_kind_are_numbers_of_steps(open_simulator, n_steps):
    """core.md 6: NumPy's integers are as good as Python's."""
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node([1.0]))
    found = open_simulator(net).run_batch(n_steps, {probe: None})[probe]
    assert found.shape == (1, 1, 3, 1)


@pytest.mark.parametrize("isolate_state", [True, False])
def test_times_in_batches(open_simulator, isolate_state):
    """core.md 6: functions on the host see the times of the graph, in every piece."""
    seen, inner = [], []
    with nengo.Network() as net:
        nengo_dl.configure_settings(dtype="float64")
        node = nengo.Node(lambda t: seen.append(t) or t)
        inside = nengo.Node(lambda t, x: inner.append(float(t)) or t, 1, 1)
        nengo.Connection(node, inside, synapse=None)
        probes = [nengo.Probe(node), nengo.Probe(inside)]
        in_graph = nengo_dl.TensorNode(lambda t: tf.reshape(t, (1, 1)), size_out=1)
        probes.append(nengo.Probe(in_graph))
    sim = open_simulator(net)
    sim.run_steps(5, **quiet)
    del seen[:], inner[:]
    found = sim.run_batch(
        4, dict.fromkeys(probes), truncation=2, isolate_state=isolate_state
    )
    start = 0 if isolate_state else 5
    expected = 0.001 * np.arange(start + 1, start + 5)
    np.testing.assert_allclose(seen, expected, rtol=1e-12)
    np.testing.assert_allclose(inner, expected, rtol=1e-12)
    for probe in probes:
        np.testing.assert_allclose(found[probe].ravel(), expected, rtol=1e-12)


def test_processes_go_on_behind_isolated_batches(open_simulator):
    """core.md 6: the random numbers of a run are those without a batch in between."""
    with nengo.Network(seed=0) as net:
        probe = nengo.Probe(nengo.Node(nengo.processes.WhiteNoise()))
    plain, other = open_simulator(net), open_simulator(net)
    plain.run_steps(8, **quiet)
    other.run_steps(4, **quiet)
    batch = other.run_batch(4, {probe: None})[probe]
    other.run_steps(4, **quiet)
    np.testing.assert_array_equal(other.data[probe], plain.data[probe])
    np.testing.assert_array_equal(batch[0, 0], plain.data[probe][:4])


class Counter:
    """A function with a variable that is not trained and counts its calls."""

    def pre_build(self, shape_in, shape_out):
        """Make the variable."""
        self.count = tf.compat.v1.get_variable(
            "count", (), initializer=tf.compat.v1.zeros_initializer(), trainable=False
        )

    def __call__(self, t):
        """Add one, and return the number of calls."""
        with tf.control_dependencies([self.count.assign_add(1.0)]):
            return tf.reshape(self.count.read_value(), (1, 1))


def test_variables_outlast_isolated_batches(open_simulator):
    """core.md 6: what a TensorNode keeps in a variable is not lost."""
    with nengo.Network() as net:
        nengo_dl.configure_settings(jit_compile=False)
        probe = nengo.Probe(nengo_dl.TensorNode(Counter(), size_out=1))
    sim = open_simulator(net)
    sim.run_steps(3, **quiet)
    found = sim.run_batch(2, {probe: None}, n_epochs=2)[probe]
    np.testing.assert_array_equal(found.ravel(), [4, 5, 6, 7])
    sim.run_steps(1, **quiet)
    np.testing.assert_array_equal(sim.data[probe][:, 0], [1, 2, 3, 8])


def test_batches_add_nothing_to_the_graph(open_simulator):
    """core.md 6: repeated calls, and reading parameters, leave the graph as it is."""
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(5, 1)
        probe = nengo.Probe(ensemble)
    sim = open_simulator(net)
    outputs = {probe: tf.reduce_sum}
    sizes = set()
    for _ in range(3):
        sim.run_batch(2, outputs)
        assert sim.data[ensemble].bias.shape == (5,)
        sizes.add(len(sim.program.graph.get_operations()))
    assert len(sizes) == 1


def test_what_is_no_function_is_refused():
    """core.md 16: also where the size is given, so that nothing has to be called."""
    with nengo.Network(), pytest.raises(ValidationError, match="function") as error:
        nengo_dl.TensorNode(3, size_in=1, size_out=1)
    assert error.value.attr == "tensor_func"


@pytest.mark.parametrize(
    "kind",
    [ValueError, TypeError, StopIteration, NotImplementedError, MemoryError, KeyError],
)
def test_exceptions_of_functions_in_the_loop(open_simulator, kind):
    """core.md 20: whatever they raise is a SimulationError with the function's name."""

    def failing(t, x):
        raise kind("mine")

    with nengo.Network() as net:
        nengo.Node(failing, size_in=1, size_out=1)
    sim = open_simulator(net)
    with pytest.raises(SimulationError, match="failing"):
        sim.run_steps(2, **quiet)
    assert sim.n_steps == 0
