# SPDX-License-Identifier: MIT
"""What releases 0.6.0 to 0.6.2 of the original brought."""

import inspect

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError

v1 = tf.compat.v1
quiet = {"progress_bar": False}


class Fed:
    """A function with a placeholder of the user's."""

    def pre_build(self, shape_in, shape_out):
        """Make the placeholder in the graph of the simulator."""
        self.shapes = shape_in, shape_out
        self.given = v1.placeholder_with_default(np.float32(1), ())

    def __call__(self, t):
        """Return its value."""
        return tf.reshape(self.given, (1, 1))


def test_extra_feeds(open_simulator):
    """History 112: the value of a placeholder is seen in run and run_batch."""
    with nengo.Network() as net:
        function = Fed()
        probe = nengo.Probe(nengo_dl.TensorNode(function, size_out=1))
    sim = open_simulator(net)
    sim.run_steps(2, **quiet)
    sim.run_steps(2, extra_feeds={function.given: 5}, **quiet)
    np.testing.assert_array_equal(sim.data[probe][:, 0], [1, 1, 5, 5])
    found = sim.run_batch(2, {probe: None}, extra_feeds={function.given: 7})
    np.testing.assert_array_equal(found[probe].ravel(), [7, 7])


def test_pre_build_without_input(open_simulator):
    """History 121: a function without input has no shape of one."""
    with nengo.Network() as net:
        function = Fed()
        nengo_dl.TensorNode(function, size_out=1)
    open_simulator(net, minibatch_size=None)
    assert function.shapes == (None, (1, 1))


def test_the_context_sets_graph_and_device(open_simulator):
    """History 126 and 153: operations made in it are the simulator's, on its device."""
    with nengo.Network() as net:
        nengo.Node([1.0])
    with open_simulator(net, device="/cpu:0") as sim:
        made = v1.placeholder(tf.float32, ())
        assert made.graph is sim.program.graph
    wanted = tf.DeviceSpec.from_string("/cpu:0")
    found = tf.DeviceSpec.from_string(made.op.device)
    assert (found.device_type, found.device_index) == (
        wanted.device_type,
        wanted.device_index,
    )


def test_inferring_sizes_leaves_no_trace():
    """History 131: a TensorNode adds nothing to the default graph."""
    with tf.Graph().as_default() as graph, nengo.Network():
        nengo_dl.TensorNode(lambda t, x: 2 * x + 1, size_in=1)
        assert len(graph.get_operations()) == 0


def test_stages_are_shown(open_simulator, capsys):
    """History 135: build and run have bars with the names of their stages."""
    with nengo.Network() as net:
        nengo.Probe(nengo.Node([1.0]))
    with nengo_dl.Simulator(net, device="/cpu:0", progress_bar=True) as sim:
        sim.run_steps(3)
    shown = capsys.readouterr().out
    for stage in (
        "Building network",
        "Optimizing graph",
        "operator simplification",
        "merging operators",
        "ordering signals",
        "creating signals",
        "constructing graph",
        "Simulating",
    ):
        assert stage.lower() in shown.lower()


def test_no_event_files_by_default(open_simulator, tmp_path, monkeypatch):
    """History 137: the default directory is None, and nothing is written."""
    parameters = inspect.signature(nengo_dl.Simulator).parameters
    assert parameters["tensorboard"].default is None
    monkeypatch.chdir(tmp_path)
    with nengo.Network() as net:
        nengo.Node([1.0])
    assert open_simulator(net).summary is None
    assert list(tmp_path.iterdir()) == []


def test_nodes_that_are_only_read_in_part(open_simulator):
    """History 144: data reach a node of which only a slice is connected."""
    with nengo.Network() as net:
        node = nengo.Node(np.zeros(4))
        through = nengo.Node(size_in=2)
        nengo.Connection(node[:2], through, synapse=None)
        probe = nengo.Probe(through)
    data = np.arange(12.0).reshape(1, 3, 4)
    sim = open_simulator(net)
    sim.run_steps(3, data={node: data}, **quiet)
    np.testing.assert_array_equal(sim.data[probe], data[0, :, :2])


def test_fewer_items_than_a_minibatch(open_simulator):
    """History 147: too few items are told with both numbers."""
    with nengo.Network() as net:
        node = nengo.Node([0.0])
        probe = nengo.Probe(node)
    sim = open_simulator(net, minibatch_size=3)
    with pytest.raises(ValidationError, match="minibatch_size=3.* 2"):
        sim.run_batch({node: np.zeros((2, 4, 1))}, {probe: None})
    assert sim.n_steps == 0


def test_filtered_probes_of_weights(same_as_nengo):
    """History 130: a matrix that is learned can be probed through a filter."""
    with nengo.Network(seed=0) as net:
        pre, post = nengo.Ensemble(10, 2), nengo.Node(size_in=2)
        connection = nengo.Connection(pre, post, learning_rule_type=nengo.PES(1e-2))
        nengo.Connection(nengo.Node([1.0, -0.5]), connection.learning_rule)
        nengo.Probe(connection, "weights", synapse=0.01)
    same_as_nengo(net)
