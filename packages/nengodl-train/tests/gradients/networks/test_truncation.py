# SPDX-License-Identifier: MIT
"""A truncated run, in closed form."""

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf

# TensorFlow rounds rates to float32
RATE, TAU, DT = 0.25, 0.002, 0.001


def network():
    """A factor and a filter, whose output is probed."""
    with nengo.Network(seed=0) as net:
        nengo_dl.configure_settings(dtype="float64")
        source = nengo.Node(np.zeros(1))
        out = nengo.Node(size_in=1)
        nengo.Connection(source, out, transform=[[0.8]], synapse=TAU)
        nengo.Probe(out)
    net.inputs = [source]
    return net


def by_hand(inputs, targets, factor, length):
    """Train in NumPy: y[t + 1] = a y[t] + (1 - a) w x[t], by whose gradient w goes down."""
    decay = np.exp(-DT / TAU)
    output, values = np.zeros(len(inputs)), [factor]
    for begin in range(0, inputs.shape[1], length):
        gradient, slope = 0.0, np.zeros(len(inputs))  # none from the piece before
        x, y = (array[:, begin : begin + length, 0] for array in (inputs, targets))
        for t in range(x.shape[1]):
            gradient += np.sum(2 * (output - y[:, t]) * slope) / y.size
            output = decay * output + (1 - decay) * factor * x[:, t]
            slope = decay * slope + (1 - decay) * x[:, t]
        factor -= RATE * gradient
        values.append(factor)
    return values


@pytest.mark.parametrize(
    "length, unroll",
    [(4, 1), (4, 2), (5, 1), (7, 1), (3, 1)],
)
def test_closed_form(trained, length, unroll):
    """Each piece starts with the state of the one before, and without its gradient."""
    one = trained(network(), unroll_simulation=unroll)
    if 7 % unroll:
        one.data = {k: np.repeat(v, 2, axis=1)[:, :8] for k, v in one.data.items()}
    (node,), (probe,) = one.sim.model.toplevel.inputs, one.sim.model.probes
    steps = one.data[node].shape[1]
    expected = by_hand(one.data[node], one.data[probe], 0.8, length)
    found = one.train(steps, RATE, truncation=length)
    (name,) = one.signals
    found = [np.ravel(values[name])[0] for values in found]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert np.ptp(found) > 1e-3


def test_pieces_of_all_minibatches(trained):
    """Each minibatch starts anew, and each of its pieces is an update."""
    one = trained(network(), minibatch_size=1)
    (node,), (probe,) = one.sim.model.toplevel.inputs, one.sim.model.probes
    optimizer = tf.compat.v1.train.GradientDescentOptimizer(RATE)
    factor = 0.8
    for item in [0, 1] * 2:
        parts = (one.data[key][item : item + 1, :6] for key in (node, probe))
        factor = by_hand(*parts, factor, 3)[-1]
    data = {key: value[:, :6] for key, value in one.data.items()}
    one.sim.train(
        data, optimizer, n_epochs=2, shuffle=False, truncation=3, progress_bar=False
    )
    (value,) = one.values().values()
    np.testing.assert_allclose(np.ravel(value), [factor], rtol=1e-12)
