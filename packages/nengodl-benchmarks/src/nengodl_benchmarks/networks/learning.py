# SPDX-License-Identifier: MIT
"""PES: one large ensemble with a learned connection."""

import nengo

from .seeded import seeded_network


def pes(dimensions, neurons_per_d, neuron_type):
    """
    Return a network that learns to repeat its input.

    Parameters
    ----------
    dimensions : int
        Number of dimensions of the represented vector.
    neurons_per_d : int
        Number of neurons per dimension.
    neuron_type : nengo.neurons.NeuronType
        Neuron type of every ensemble.

    Returns
    -------
    nengo.Network
        Network with the attributes ``inp`` (input node of ones), ``pre``
        (ensemble), ``post`` (output node), ``conn`` (learned connection) and
        ``p`` (probe of the output).
    """
    net = seeded_network("pes", neuron_type)
    with net:
        net.inp = nengo.Node([1] * dimensions)
        net.pre = nengo.Ensemble(neurons_per_d * dimensions, dimensions)
        net.post = nengo.Node(size_in=dimensions)
        nengo.Connection(net.inp, net.pre)
        net.conn = nengo.Connection(net.pre, net.post, learning_rule_type=nengo.PES())
        nengo.Connection(net.post, net.conn.learning_rule, transform=-1)
        nengo.Connection(net.inp, net.conn.learning_rule)
        net.p = nengo.Probe(net.post)
    return net
