# SPDX-License-Identifier: MIT
"""Convolution: filters over an image."""

import math

import nengo

from .seeded import seeded_network


def convolution(dimensions, neurons_per_d, neuron_type):
    """
    Return a network whose neurons see an image through filters; nengo 3 or later.

    Parameters
    ----------
    dimensions : int
        Number of pixels of the image, rounded up to a square.
    neurons_per_d : int
        Number of filters, each of 3 by 3 pixels, with a neuron at every pixel.
    neuron_type : nengo.neurons.NeuronType
        Neuron type of every ensemble.

    Returns
    -------
    nengo.Network
        Network with the attributes ``inp`` (input node of ones), ``layer``
        (ensemble), ``conn`` (the convolution) and ``p`` (probe of the ensemble, of
        as many values as there are dimensions).
    """
    side = math.ceil(math.sqrt(dimensions))
    filters = nengo.Convolution(neurons_per_d, (side, side, 1), padding="same")
    net = seeded_network("convolution", neuron_type)
    with net:
        net.inp = nengo.Node([1] * side**2)
        net.layer = nengo.Ensemble(filters.size_out, dimensions)
        net.conn = nengo.Connection(net.inp, net.layer.neurons, transform=filters)
        net.p = nengo.Probe(net.layer)
    return net
