# SPDX-License-Identifier: MIT
"""The layers in TensorFlow and in NumPy are the same."""

import nengo
import nengo_dl
import numpy as np
import pytest
from nengodl_benchmarks import tensor_node
from nengodl_benchmarks.errors import InvalidOption


def test_both_backends_have_the_same_network():
    """Only the two layers differ, and those in class alone."""
    ours, nengos = (
        tensor_node(3, 4, nengo.LIF(), backend=backend)
        for backend in ("nengo_dl", "nengo")
    )
    for net, kind in ((ours, nengo_dl.TensorNode), (nengos, nengo.Node)):
        assert [type(net.first), type(net.second)] == [kind, kind]
        nodes = [(node.size_in, node.size_out) for node in net.nodes]
        assert nodes == [(0, 3), (3, 3), (3, 3)]
    assert len(ours.all_connections) == len(nengos.all_connections)


def test_layers_bound_what_they_turn():
    """A layer's values are tanh of the input, turned without a change of length."""
    net = tensor_node(3, 4, nengo.LIF(), backend="nengo")
    values = np.array([0.1, -0.2, 0.3])
    for layer in (net.first, net.second):
        turned = np.arctanh(layer.output(0.0, values))
        assert np.linalg.norm(turned) == pytest.approx(np.linalg.norm(values))
    assert not np.allclose(net.first.output(0, values), net.second.output(0, values))


def test_unknown_backend_is_refused_by_name():
    """The message shows what was given and what there is."""
    with pytest.raises(InvalidOption, match="nengo, nengo_dl; got 'brian'"):
        tensor_node(3, 4, nengo.LIF(), backend="brian")
