# SPDX-License-Identifier: MIT
"""What further arguments of a run do."""

import json

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import TensorNode, configure_settings
from nengo_dl.compat.tensorflow import v1

quiet = {"progress_bar": False}


class Given:
    """A TensorNode's function that gives what the user feeds."""

    def pre_build(self, shape_in, shape_out):
        """Make the tensor that is fed."""
        self.value = v1.placeholder_with_default(tf.zeros(shape_out), shape_out)

    def __call__(self, t):
        """Return that tensor."""
        return tf.identity(self.value)


@pytest.mark.parametrize("jit", [True, False])
def test_extra_feeds_are_the_same_for_each_step(open_simulator, jit):
    """In a run and in a batch; without them the tensor has its own value."""
    function = Given()
    with nengo.Network() as net:
        configure_settings(jit_compile=jit)
        probe = nengo.Probe(TensorNode(function, size_out=2))
    sim = open_simulator(net, minibatch_size=2)
    value = np.array([[1, 2], [3, 4]])
    feeds = {function.value: value}
    sim.run_steps(2, extra_feeds=feeds, **quiet)
    sim.step()
    found = sim.run_batch(2, {probe: lambda x: 2 * x}, extra_feeds=feeds)[probe]
    steps = np.stack([value, value, 0 * value], axis=1)
    np.testing.assert_array_equal(sim.data[probe], steps)
    np.testing.assert_array_equal(found[0], 2 * steps[:, :2])


@pytest.mark.parametrize(
    "profile, name",
    [
        (True, "nengo_dl_profile.json"),
        ("mine.json", "mine.json"),
        ({"old": "form"}, "nengo_dl_profile.json"),
        (False, None),
    ],
)
def test_profiles_are_traces(open_simulator, tmp_path, monkeypatch, profile, name):
    """A file of the given name, or of the usual one in the working directory."""
    monkeypatch.chdir(tmp_path)
    with nengo.Network() as net:
        nengo.Probe(nengo.Node([1]))
    open_simulator(net).run_steps(2, profile=profile, **quiet)
    assert [path.name for path in tmp_path.iterdir()] == ([name] if name else [])
    if name:
        with open(name) as file:
            events = json.load(file)["traceEvents"]
        assert {event["ph"] for event in events} == {"M", "X"}
