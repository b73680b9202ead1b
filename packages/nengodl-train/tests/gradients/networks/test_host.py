# SPDX-License-Identifier: MIT
"""Networks with Python inside: gradients are right behind it, and stop there."""

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf
from nengodl_train.errors import NoGradientWarning


class Square(nengo.Process):
    """The squares of the input, by a process for which there is no rule."""

    def make_step(self, shape_in, shape_out, dt, rng, *state):
        """Return the step."""
        return lambda t, x: x**2


def function(net):
    """A node with a function."""
    with net:
        return nengo.Node(lambda t, x: x**2 + t, size_in=2)


def process(net):
    """A node with a process."""
    with net:
        return nengo.Node(Square(default_size_in=2, default_size_out=2))


def network(make_host, n=4):
    """An input, neurons, what runs on the host, neurons, a filter."""
    smooth = {
        "neuron_type": nengo.Sigmoid(tau_ref=0.5),
        "gain": [1.0, 1.5, -2.0, 1.2],
        "bias": [0.5, -0.5, 1.0, -1.0],
    }
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(dtype="float64")
        source = nengo.Node(np.zeros(2))
        before = nengo.Ensemble(n, 2, **smooth)
        host = make_host(net)
        behind = nengo.Ensemble(n, 2, **smooth)
        nengo.Connection(source, before, synapse=None)
        nengo.Connection(before, host, synapse=None)
        nengo.Connection(host, behind, synapse=None)
        nengo.Connection(source, behind, synapse=0.001)
        nengo.Connection(behind, behind, synapse=0.002)
        nengo.Probe(behind, synapse=0.002)
        nengo.Probe(behind)
    net.inputs = [source]
    net.before = before
    return net


def in_front(one, net):
    """Name the parameters in front of what runs on the host."""
    sig = one.sim.model.sig
    signals = [sig[net.before]["encoders"], sig[net.before.neurons]["bias"]]
    # in nengo 2.8 a factor of 1 is a parameter, too
    signals += [sig[connection].get("weights") for connection in net.connections[:2]]
    return [name for name, s in one.signals.items() if any(s is one for one in signals)]


def check_host(one, check, net, found, differences, **options):
    """What lies in front has a gradient of 0, what lies behind the right one."""
    front = in_front(one, net)
    assert len(front) >= 3
    for name in front:
        np.testing.assert_array_equal(found.pop(name), 0)
        # though it has an influence
        assert np.abs([value for _, value in differences.pop(name)]).max() > 1e-4
    assert len(found) >= 3
    check.differences(found, differences, **options)


@pytest.mark.parametrize("make_host", [function, process])
def test_gradients_stop_at_python(trained, check, make_host):
    """Gradients behind a function or process of Python are those of differences."""
    net = network(make_host)
    one = trained(net)
    check_host(one, check, net, one.gradients(), one.differences(one.loss))


def test_one_step(trained, check):
    """The same holds for one step, but for filters, which let nothing through."""
    net = network(function)
    one = trained(net)
    found, expected = one.gradients(1), one.differences(lambda: one.loss(1))
    check_host(one, check, net, found, expected, may_vanish=True)


def test_segments_make_no_difference(trained, check):
    """Steps that call Python are not computed twice, whatever is asked for."""
    one = trained(network(function))
    check.agree(one.gradients(), one.gradients(checkpoint_steps=2))


def test_warning(trained):
    """Who trains what lies in front of Python is told so."""
    one = trained(network(function))
    optimizer = tf.compat.v1.train.GradientDescentOptimizer(0.1)
    before = one.values()
    with pytest.warns(NoGradientWarning) as caught:
        one.sim.train(one.data, optimizer, progress_bar=False)
    texts = sorted(str(warning.message) for warning in caught)
    assert "are not trained" in texts[1] and "calls Python" in texts[0]
    after = one.values()
    unchanged = [name for name in before if (after[name] == before[name]).all()]
    assert sorted(unchanged) == sorted(in_front(one, one.sim.model.toplevel))
    assert len(unchanged) < len(before)
    assert all(name in texts[1] for name in unchanged)
