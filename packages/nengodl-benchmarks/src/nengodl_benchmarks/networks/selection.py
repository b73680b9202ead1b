# SPDX-License-Identifier: MIT
"""Basal ganglia: many small ensembles, inhibition among all dimensions."""

import nengo


def basal_ganglia(dimensions, neurons_per_d, neuron_type):
    """
    Return a network that selects the largest of its inputs.

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
        Network with the attributes ``inp`` (input node of ones), ``bg`` (the
        basal ganglia) and ``p`` (probe of the selection).
    """
    net = nengo.Network(label="basal_ganglia", seed=0)
    net.config[nengo.Ensemble].neuron_type = neuron_type
    with net:
        net.inp = nengo.Node([1] * dimensions)
        net.bg = nengo.networks.BasalGanglia(dimensions, neurons_per_d)
        nengo.Connection(net.inp, net.bg.input)
        net.p = nengo.Probe(net.bg.output)
    return net
