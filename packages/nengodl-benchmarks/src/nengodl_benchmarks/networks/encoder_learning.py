# SPDX-License-Identifier: MIT
"""Voja: one large ensemble with learned encoders."""

import nengo

from .seeded import seeded_network


def voja(dimensions, neurons_per_d, neuron_type):
    """
    Return a network whose encoders move towards its input.

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
        Network with the attributes ``inp`` (input node of ones), ``post``
        (ensemble), ``conn`` (connection with learned encoders) and ``p`` (probe of
        the ensemble).
    """
    net = seeded_network("voja", neuron_type)
    with net:
        net.inp = nengo.Node([1] * dimensions)
        net.post = nengo.Ensemble(neurons_per_d * dimensions, dimensions)
        net.conn = nengo.Connection(net.inp, net.post, learning_rule_type=nengo.Voja())
        net.p = nengo.Probe(net.post)
    return net
