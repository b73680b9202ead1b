# SPDX-License-Identifier: MIT
"""An integrator: one recurrent connection around an ensemble array."""

import nengo

from .seeded import seeded_network


def integrator(dimensions, neurons_per_d, neuron_type):
    """
    Return a network that integrates its input.

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
        Network with the attributes ``integ`` (ensemble array), ``inp`` (input
        node of zeros) and ``p`` (probe of the integral).
    """
    net = seeded_network("integrator", neuron_type)
    with net:
        net.integ = nengo.networks.EnsembleArray(neurons_per_d, dimensions)
        nengo.Connection(net.integ.output, net.integ.input, synapse=0.01)
        net.inp = nengo.Node([0] * dimensions)
        nengo.Connection(net.inp, net.integ.input, transform=0.01)
        net.p = nengo.Probe(net.integ.output)
    return net
