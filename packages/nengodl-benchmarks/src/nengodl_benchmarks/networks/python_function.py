# SPDX-License-Identifier: MIT
"""A Node with a Python function inside a loop of ensembles."""

import nengo
import numpy as np

from .seeded import seeded_network


def python_node(dimensions, neurons_per_d, neuron_type):
    """
    Return a network that calls Python in every step, between its neurons.

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
        Network with the attributes ``inp`` (input node of ones), ``integ`` (ensemble
        array), ``node`` (node with a function, from the array back to it) and ``p``
        (probe of the array).
    """
    net = seeded_network("python_node", neuron_type)
    with net:
        net.inp = nengo.Node([1] * dimensions)
        net.integ = nengo.networks.EnsembleArray(neurons_per_d, dimensions)
        # bounded, so that the loop cannot grow
        net.node = nengo.Node(lambda t, x: np.tanh(x), size_in=dimensions)
        nengo.Connection(net.inp, net.integ.input)
        nengo.Connection(net.integ.output, net.node, synapse=0.01)
        nengo.Connection(net.node, net.integ.input, synapse=None)
        net.p = nengo.Probe(net.integ.output)
    return net
