# SPDX-License-Identifier: MIT
"""What can be recorded, and what is refused."""

from concurrent.futures import ThreadPoolExecutor

import nengo
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError
from nengo_dl import Simulator
from nengodl_train.errors import SummaryError
from nengodl_train.summaries.records import check, make_records

v1 = tf.compat.v1


@pytest.fixture(scope="module")
def network():
    """A network with objects of many kinds."""
    with nengo.Network(label="whole") as net:
        net.node = nengo.Node([1.0], label="some node")
        net.ensemble = nengo.Ensemble(3, 1, label="ensemble")
        net.direct = nengo.Ensemble(3, 1, neuron_type=nengo.Direct(), label="direct")
        net.connection = nengo.Connection(net.node, net.ensemble, label="line")
        net.probe = nengo.Probe(net.ensemble, label="some probe")
    return net


@pytest.fixture(scope="module")
def sim(network):
    """An open simulator of the network."""
    with Simulator(network, device="/cpu:0", progress_bar=False) as simulator:
        yield simulator


def tensor(value, name):
    """Make a constant."""
    return tf.constant(value, name=name)


@pytest.mark.parametrize(
    "make, named",
    [
        (lambda net: "weights", "'weights'"),
        (lambda net: "", "''"),
        (lambda net: None, "None"),
        (lambda net: ["loss"], "'loss'"),
        (lambda net: {}, "{}"),
        (lambda net: net, "whole"),
        (lambda net: net.node, "some node"),
        (lambda net: net.probe, "some probe"),
        (lambda net: net.ensemble[0], "ensemble"),
        (lambda net: net.ensemble.neurons[:2], "ensemble"),
        (lambda net: nengo.Ensemble, "Ensemble"),
    ],
)
def test_other_objects_are_refused(network, sim, make, named):
    """The error names the object, and says what would do."""
    item = make(network)
    with pytest.raises(SummaryError, match="summaries must be 'loss', conn") as error:
        check(sim, item)
    assert named in str(error.value).split(": summaries must")[0]
    assert isinstance(error.value, SimulationError)


@pytest.mark.parametrize("part", ["ensemble", "neurons", "connection"])
def test_objects_of_another_network_are_refused(sim, part):
    """They are named, and the simulator's model does not get to know them."""
    with nengo.Network():
        ensemble = nengo.Ensemble(3, 1, label="stranger")
        connection = nengo.Connection(ensemble, ensemble, label="stranger")
    parts = {"ensemble": ensemble, "neurons": ensemble.neurons}
    item = parts.get(part, connection)
    with pytest.raises(SummaryError, match="stranger.*not belong to the network"):
        check(sim, item)
    assert item not in sim.model.sig and item not in sim.model.params


def test_neurons_in_direct_mode_are_refused(network, sim):
    """They have no biases."""
    with pytest.raises(SummaryError, match="direct.*it has no bias"):
        check(sim, network.direct.neurons)
    check(sim, network.direct)


@pytest.mark.skipif(
    not hasattr(getattr(nengo, "transforms", None), "NoTransform"),
    reason="nengo before 3.1 gives each connection a transform",
)
def test_connections_without_transform_are_refused(network, sim):
    """They have no weights."""
    with pytest.raises(SummaryError, match="line.*it has no weights"):
        check(sim, network.connection)


def test_tensors_of_another_graph_are_refused(sim):
    """A summary of another graph is no use here."""
    with tf.Graph().as_default():
        elsewhere = v1.summary.scalar("elsewhere", tensor(1.0, "number"))
        with pytest.raises(SummaryError, match="elsewhere.*the graph of this sim"):
            check(sim, elsewhere)


def test_tensors_outside_of_graphs_are_refused(sim):
    """Eager tensors belong to no graph, or in TensorFlow 1 to that of all programs."""
    with ThreadPoolExecutor(1) as thread:  # a new thread is not inside of `sim`
        text = thread.submit(tf.constant, "eager", name="eager").result()
    assert text.dtype == tf.string
    with pytest.raises(SummaryError, match="eager.*the graph of this simulator"):
        check(sim, text)


@pytest.mark.parametrize("value", [1.0, True, [1, 2], ["a", "b"]])
def test_tensors_that_are_no_text_are_refused(sim, value):
    """A summary is one text; a number has to be made one first."""
    with pytest.raises(SummaryError, match="mine.*scalar of type string"):
        check(sim, tensor(value, "mine"))


def test_summaries_are_accepted(network, sim):
    """What is documented passes, and nothing is added to the graph by that."""
    texts = [
        v1.summary.scalar("number", tensor(1.0, "number")),
        v1.placeholder(tf.string),
    ]
    before = len(sim.program.graph.get_operations())
    for item in ["loss", network.ensemble, network.ensemble.neurons, *texts]:
        check(sim, item)
    assert len(sim.program.graph.get_operations()) == before


@pytest.mark.parametrize(
    "label, clean",
    [
        (None, "None"),
        ("two words: ä", "two_words__"),
        ("a/b.c-d", "a/b.c-d"),
        ("/a//", "/a//"),
    ],
)
def test_labels_are_sanitized(label, clean):
    """Spaces and colons become underscores, what TensorFlow does not accept goes."""
    with nengo.Network() as net:
        ensemble = nengo.Ensemble(3, 1, label=label)
        probe = nengo.Probe(ensemble, label=label)
        node = nengo.Node([1.0])
        line = nengo.Connection(node, ensemble, transform=[[2.0]], label=label)
    with Simulator(net, device="/cpu:0", progress_bar=False) as sim:
        items = [ensemble, ensemble.neurons, line, "loss"]
        records = make_records(sim, items, [probe, (probe, probe)])
        given = [record.given for record in records]
        feeds = {g: 1.0 if g.shape.ndims == 0 else [1.0] for g in given}
        texts = sim.sess.run([record.summary for record in records], feeds)
    tags = [v1.Summary.FromString(text).value[0].tag for text in texts]
    assert tags == [
        f"Ensemble_{clean}_encoders",
        f"Ensemble.neurons_{clean}_bias",
        f"Connection_{clean}_weights",
        "loss/loss/loss",
        f"loss/loss/Probe_{clean}_loss",
        f"loss/loss/Probe_{clean}_{clean}_loss",
    ]
