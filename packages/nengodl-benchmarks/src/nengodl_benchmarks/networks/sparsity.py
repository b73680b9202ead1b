# SPDX-License-Identifier: MIT
"""Sparse weights: few connections among many neurons."""

import nengo
import numpy as np

from .seeded import seeded_network

#: Neurons of each ensemble, in units of `neurons_per_d`.
SIZE = 20
#: Part of the weights that are not zero.
DENSITY = 0.02


def sparse(dimensions, neurons_per_d, neuron_type):
    """
    Return a network with 2 % of the weights among neurons; nengo 3 or later.

    Parameters
    ----------
    dimensions : int
        Number of dimensions of the represented vector.
    neurons_per_d : int
        A twentieth of the neurons of each ensemble, whatever the dimensions.
    neuron_type : nengo.neurons.NeuronType
        Neuron type of every ensemble.

    Returns
    -------
    nengo.Network
        Network with the attributes ``inp`` (input node of ones), ``pre`` and
        ``post`` (ensembles), ``conn`` (sparse connection) and ``p`` (probe of the
        second ensemble).
    """
    net = seeded_network("sparse", neuron_type)
    n_neurons = SIZE * neurons_per_d
    with net:
        net.inp = nengo.Node([1] * dimensions)
        net.pre = nengo.Ensemble(n_neurons, dimensions)
        net.post = nengo.Ensemble(n_neurons, dimensions)
        nengo.Connection(net.inp, net.pre)
        net.conn = nengo.Connection(
            net.pre.neurons, net.post.neurons, transform=sparse_transform(n_neurons)
        )
        net.p = nengo.Probe(net.post)
    return net


def sparse_transform(size):
    """
    Draw positive weights at random places; scipy is not needed for it.

    Parameters
    ----------
    size : int
        Number of rows, and of columns.

    Returns
    -------
    nengo.Sparse
        The weights, together as strong as the biases, so that the neurons respond.
    """
    rng = np.random.RandomState(0)
    places = rng.choice(size**2, int(round(DENSITY * size**2)), replace=False)
    indices = np.stack(np.unravel_index(places, (size, size)), axis=1)
    weights = rng.uniform(0, 2 / (DENSITY * size), len(places))
    return nengo.Sparse((size, size), indices=indices, init=weights)
