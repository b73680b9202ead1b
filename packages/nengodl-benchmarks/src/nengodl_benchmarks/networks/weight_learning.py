# SPDX-License-Identifier: MIT
"""BCM: learned weights from every neuron to every other."""

import nengo
import numpy as np

from .seeded import seeded_network

#: Neurons of each ensemble, in units of `neurons_per_d`: the weights are a square of them.
SIZE = 8


def bcm(dimensions, neurons_per_d, neuron_type):
    """
    Return a network with learned weights among neurons.

    Parameters
    ----------
    dimensions : int
        Number of dimensions of the represented vector.
    neurons_per_d : int
        An eighth of the neurons of each ensemble, whatever the dimensions.
    neuron_type : nengo.neurons.NeuronType
        Neuron type of every ensemble.

    Returns
    -------
    nengo.Network
        Network with the attributes ``inp`` (input node of ones), ``pre`` and
        ``post`` (ensembles), ``conn`` (learned connection) and ``p`` (probe of the
        second ensemble).
    """
    net = seeded_network("bcm", neuron_type)
    n_neurons = SIZE * neurons_per_d
    # together as strong as the biases, so that the neurons respond
    weights = np.random.RandomState(0).uniform(0, 2 / n_neurons, (n_neurons, n_neurons))
    with net:
        net.inp = nengo.Node([1] * dimensions)
        net.pre = nengo.Ensemble(n_neurons, dimensions)
        net.post = nengo.Ensemble(n_neurons, dimensions)
        nengo.Connection(net.inp, net.pre)
        net.conn = nengo.Connection(
            net.pre.neurons,
            net.post.neurons,
            transform=weights,
            learning_rule_type=nengo.BCM(),
        )
        net.p = nengo.Probe(net.post)
    return net
