# SPDX-License-Identifier: MIT
"""A network, its check of data, and data of which each number says where it is from."""

from types import SimpleNamespace

import nengo
import numpy as np
import pytest
from nengo.builder import Model
from nengo_dl.simulator.feeds import check_batches
from nengodl_train.data import open_source


@pytest.fixture(scope="session")
def network():
    """An input ``x`` of size 1 and a probe ``y`` of size 2, found by these labels, too."""
    with nengo.Network() as net:
        x = nengo.Node([0.0], label="x")
        both = nengo.Node(size_in=2, label="both")
        nengo.Connection(x, both, transform=np.ones((2, 1)))
        y = nengo.Probe(both, label="y")
    model = Model()
    model.build(net)

    def check(data, minibatch_size):
        targets = [y] if isinstance(data, dict) else []
        return check_batches(data, model, minibatch_size, 1, targets, "float32")

    objects = net.all_nodes + net.all_probes
    return SimpleNamespace(x=x, both=both, y=y, objects=objects, check=check)


@pytest.fixture
def element(network):
    """Arrays whose values say which item (hundreds) and step (units) they are of."""

    def make(n_items, first=0, n_steps=2, keys=(network.x, network.y)):
        items, steps = np.ogrid[first : first + n_items, :n_steps]
        x = (100 * items + steps)[..., None]
        return dict(zip(keys, (x, np.concatenate([x, x + 0.5], axis=2))))

    return make


@pytest.fixture
def open_data(network):
    """Open data with the network's own check."""

    def call(data, minibatch_size=2, shuffle=False, truncation=None, rng=None):
        return open_source(
            data,
            lambda given: network.check(given, minibatch_size),
            network.objects,
            minibatch_size,
            shuffle,
            truncation,
            rng,
        )

    return call


@pytest.fixture
def numbers(network):
    """Numbers of the items of all pieces of an epoch, whose targets fit their inputs."""

    def read(source):
        found = []
        for _, piece in source.epoch():
            x, y = piece[network.x], piece[network.y]
            np.testing.assert_array_equal(y, np.concatenate([x, x + 0.5], axis=2))
            assert x.dtype == y.dtype == np.float32
            found.append((x[:, 0, 0] // 100).astype(int).tolist())
        return found

    return read
