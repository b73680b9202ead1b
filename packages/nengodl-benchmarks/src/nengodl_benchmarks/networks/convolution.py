# SPDX-License-Identifier: MIT
"""Circular convolution: wide feed-forward products of two vectors."""

import nengo

from .seeded import seeded_network


def cconv(dimensions, neurons_per_d, neuron_type):
    """
    Return a network that computes the circular convolution of two vectors.

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
        Network with the attributes ``cconv`` (the convolution), ``inp_a`` and
        ``inp_b`` (input nodes of zeros and ones) and ``p`` (probe of the result).
    """
    net = seeded_network("cconv", neuron_type)
    with net:
        net.cconv = nengo.networks.CircularConvolution(neurons_per_d, dimensions)
        net.inp_a = nengo.Node([0] * dimensions)
        net.inp_b = nengo.Node([1] * dimensions)
        first, second = input_nodes(net.cconv)
        nengo.Connection(net.inp_a, first)
        nengo.Connection(net.inp_b, second)
        net.p = nengo.Probe(net.cconv.output)
    return net


def input_nodes(convolution):
    """
    Return the two inputs of a convolution; ``A`` and ``B`` before nengo 2.8.

    Parameters
    ----------
    convolution : nengo.Network
        What ``nengo.networks.CircularConvolution`` returned.

    Returns
    -------
    tuple of nengo.Node
        The nodes of the first and of the second vector.
    """
    if hasattr(convolution, "input_a"):
        return convolution.input_a, convolution.input_b
    return convolution.A, convolution.B
