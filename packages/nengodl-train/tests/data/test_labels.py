# SPDX-License-Identifier: MIT
"""Finding objects by their labels."""

import nengo
import pytest
from nengo_dl.errors import DataError
from nengodl_train.data.labels import find_object


@pytest.fixture(scope="module")
def objects():
    """Nodes and probes, two of which have the same label."""
    with nengo.Network() as net:
        nengo.Node([0.0], label="image")
        nengo.Node([0.0], label="twice")
        passing = nengo.Node(size_in=1, label="image")
        nengo.Node(size_in=1, label="hidden")
        nengo.Node([0.0])
        nengo.Probe(passing, label="class")
        nengo.Probe(passing, label="twice")
        nengo.Probe(passing)
    return net.all_nodes + net.all_probes


def test_labels_are_found(objects):
    """A label stands for the object that has it, an input rather than a passage."""
    assert find_object("image", objects) is objects[0]
    assert find_object("class", objects).label == "class"


def test_a_node_without_data_is_found_where_nothing_else_is(objects):
    """So that the error is the one about nodes that take no data."""
    assert find_object("hidden", objects).size_in == 1


def test_unknown_labels_are_refused(objects):
    """The error lists the labels that there are."""
    with pytest.raises(DataError, match="'img'.*: 'class', 'image', 'twice'$") as error:
        find_object("img", objects)
    assert error.value.attr == "data"
    with pytest.raises(DataError, match="no labels"):
        find_object("img", [obj for obj in objects if obj.label is None])


def test_ambiguous_labels_are_refused(objects):
    """The error says how many objects have the label."""
    with pytest.raises(DataError, match="'twice'.*2 of them"):
        find_object("twice", objects)
