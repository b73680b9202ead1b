# SPDX-License-Identifier: MIT
"""The networks are connected as the tables of the benchmarks state."""

import nengo
import numpy as np
from nengodl_benchmarks import basal_ganglia, cconv, integrator, pes
from nengodl_benchmarks.networks import expected_warnings


def connection(net, pre, post):
    """Return the only connection of the outermost network between two objects."""
    (found,) = [c for c in net.connections if c.pre_obj is pre and c.post_obj is post]
    return found


def transform(conn):
    """Return a connection's transform as an array; nengo 3 wraps it in an object."""
    return np.asarray(getattr(conn.transform, "init", conn.transform))


def value(net, time):
    """Return what the network's probe shows after some seconds."""
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run(time)
    return sim.data[net.p][-1]


def test_integrator_connections():
    """The input is scaled by the time constant of the recurrent connection."""
    net = integrator(3, 4, nengo.LIF())
    recurrent = connection(net, net.integ.output, net.integ.input)
    assert recurrent.synapse == nengo.Lowpass(0.01)
    driving = connection(net, net.inp, net.integ.input)
    assert driving.synapse == nengo.Connection.synapse.default
    assert np.array_equal(transform(driving), 0.01)
    assert np.array_equal(net.inp.output, [0, 0, 0])
    assert net.p.target is net.integ.output


def test_cconv_connections():
    """Zeros go to the first and ones to the second input of the convolution."""
    net = cconv(3, 4, nengo.LIF())
    first, second = net.cconv.nodes[:2]
    assert (first.label, second.label) == ("input_a", "input_b")
    for node, target, output in ((net.inp_a, first, 0), (net.inp_b, second, 1)):
        conn = connection(net, node, target)
        assert conn.synapse == nengo.Connection.synapse.default
        assert np.array_equal(node.output, [output] * 3)
    assert net.p.target is net.cconv.output


def test_fixed_gains_and_biases():
    """Gains are 1 or -1, and biases lie between -1 and 1, in all but basal_ganglia."""
    for function in (integrator, cconv, pes):
        net = function(3, 20, nengo.LIF())
        with expected_warnings():
            sim = nengo.Simulator(net, progress_bar=False)
        with sim:
            built = [sim.data[ensemble] for ensemble in net.all_ensembles]
        assert set(np.concatenate([b.gain for b in built])) == {1, -1}
        biases = np.concatenate([b.bias for b in built])
        assert -1 <= biases.min() < -0.5 and 0.5 < biases.max() <= 1


def test_basal_ganglia_selects_the_largest():
    """The largest input is the only one whose output is not inhibited."""
    net = basal_ganglia(3, 100, nengo.LIFRate())
    assert np.array_equal(net.inp.output, [1, 1, 1])
    net.inp.output = [0.3, 0.8, 0.5]
    result = value(net, 0.3)
    assert result[1] > -0.1
    assert max(result[0], result[2]) < -0.5


def test_pes_connections():
    """The error is input minus output, for a rule with nengo's defaults."""
    net = pes(3, 20, nengo.RectifiedLinear())
    rule = net.conn.learning_rule_type
    assert rule == nengo.PES()
    assert (net.conn.pre_obj, net.conn.post_obj) == (net.pre, net.post)
    signs = {
        conn.pre_obj: transform(conn)
        for conn in net.connections
        if isinstance(conn.post_obj, nengo.connection.LearningRule)
    }
    assert np.array_equal(signs[net.post], -1)
    assert np.all(signs[net.inp] != -1)
    assert np.array_equal(net.inp.output, [1, 1, 1])
    assert net.p.target is net.post


def test_pes_follows_the_sign_of_its_error():
    """With this sign nengo's rule drives the output away from the input."""
    net = pes(2, 50, nengo.RectifiedLinear())
    # the filters have settled; rates are about 1 per second, so learning is slow
    early = np.abs(value(net, 0.2) - 1).max()
    assert np.abs(value(net, 1.0) - 1).max() > early + 1e-6
