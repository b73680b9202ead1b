# SPDX-License-Identifier: MIT
"""Two TensorNodes in a loop with ensembles; for nengo, nodes that compute the same."""

import nengo
import numpy as np

from ..errors import InvalidOption
from .seeded import seeded_network


def tensor_node(dimensions, neurons_per_d, neuron_type, backend="nengo_dl"):
    """
    Return a network with two layers in TensorFlow, or in NumPy, between ensembles.

    Parameters
    ----------
    dimensions : int
        Number of dimensions of the represented vector.
    neurons_per_d : int
        Number of neurons per dimension.
    neuron_type : nengo.neurons.NeuronType
        Neuron type of every ensemble.
    backend : str, optional
        "nengo_dl" for TensorNodes; "nengo" for nodes whose Python functions compute
        the same, which run on every simulator.

    Returns
    -------
    nengo.Network
        Network with the attributes ``inp`` (input node of ones), ``hidden`` and
        ``output`` (ensemble arrays), ``first`` and ``second`` (layers, each from one
        array to the other) and ``p`` (probe of the second array).

    Raises
    ------
    InvalidOption
        If there is no such backend.
    """
    if backend not in LAYERS:
        raise InvalidOption(
            f"backend must be one of {', '.join(LAYERS)}; got {backend!r}."
        )
    layer = LAYERS[backend]
    rng = np.random.RandomState(0)
    net = seeded_network("tensor_node", neuron_type)
    with net:
        net.inp = nengo.Node([1] * dimensions)
        net.hidden, net.output = (
            nengo.networks.EnsembleArray(neurons_per_d, dimensions) for _ in range(2)
        )
        net.first, net.second = (layer(mixing(dimensions, rng)) for _ in range(2))
        nengo.Connection(net.inp, net.hidden.input)
        nengo.Connection(net.hidden.output, net.first)
        nengo.Connection(net.first, net.output.input, synapse=None)
        nengo.Connection(net.output.output, net.second)
        nengo.Connection(net.second, net.hidden.input, synapse=None)
        net.p = nengo.Probe(net.output.output)
    return net


def mixing(size, rng):
    """
    Draw a matrix that turns a vector and keeps its length: nothing grows in the loop.

    Parameters
    ----------
    size : int
        Number of rows, and of columns.
    rng : numpy.random.RandomState
        Source of random numbers.

    Returns
    -------
    numpy.ndarray, shape (size, size)
        The matrix.
    """
    return np.linalg.qr(rng.standard_normal((size, size)))[0]


def numpy_layer(weights):
    """
    Make a node that mixes and bounds its input, for nengo.

    Parameters
    ----------
    weights : numpy.ndarray, shape (size_in, size_out)
        The mixing.

    Returns
    -------
    nengo.Node
        The node.
    """
    return nengo.Node(lambda t, x: np.tanh(np.dot(x, weights)), size_in=len(weights))


def tensorflow_layer(weights):
    """
    Make a TensorNode of the same function.

    Parameters
    ----------
    weights : numpy.ndarray, shape (size_in, size_out)
        The mixing.

    Returns
    -------
    nengo_dl.TensorNode
        The node.
    """
    # here and not above: other networks, and nengo's side of this one, do without
    import nengo_dl
    import tensorflow as tf

    def function(t, x):
        return tf.tanh(tf.matmul(x, tf.constant(weights, x.dtype)))

    size_in, size_out = weights.shape
    return nengo_dl.TensorNode(function, size_in=size_in, size_out=size_out)


#: How each backend makes a layer from its weights.
LAYERS = {"nengo": numpy_layer, "nengo_dl": tensorflow_layer}
