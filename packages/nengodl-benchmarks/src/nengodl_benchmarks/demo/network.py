# SPDX-License-Identifier: MIT
"""The network of the demonstration: spiking neurons that follow a moving point."""

import nengo
import numpy as np

#: Seconds in which the point runs once round its figure of eight.
PERIOD = 4.0
WIDTH, HEIGHT = 0.8, 0.4


def true_position(t):
    """
    Return where the point is.

    Parameters
    ----------
    t : float or numpy.ndarray
        Time in seconds.

    Returns
    -------
    numpy.ndarray, shape (2, ...)
        Horizontal and vertical position.
    """
    angle = 2 * np.pi * np.asarray(t) / PERIOD
    return np.array([WIDTH * np.sin(angle), HEIGHT * np.sin(2 * angle)])


def velocity(t):
    """
    Return how fast the point moves, the derivative of `true_position`.

    Parameters
    ----------
    t : float
        Time in seconds.

    Returns
    -------
    list of float
        Horizontal and vertical velocity, per second.
    """
    rate = 2 * np.pi / PERIOD
    return [
        WIDTH * rate * np.cos(rate * t),
        2 * HEIGHT * rate * np.cos(2 * rate * t),
    ]


def spiking_integrator(n_neurons):
    """
    Return LIF neurons that integrate a velocity into a position.

    Parameters
    ----------
    n_neurons : int
        Number of neurons.

    Returns
    -------
    nengo.Network
        Network with the attributes ``readout`` (decoding connection) and ``p``
        (probe of the decoded, filtered position).
    """
    with nengo.Network(label="demo", seed=0) as net:
        net.velocity = nengo.Node(velocity)
        net.position = nengo.Ensemble(n_neurons, 2, neuron_type=nengo.LIF())
        nengo.Connection(net.velocity, net.position, transform=0.1, synapse=0.1)
        nengo.Connection(net.position, net.position, synapse=0.1)
        net.decoded = nengo.Node(size_in=2)
        net.readout = nengo.Connection(net.position, net.decoded, synapse=0.03)
        net.p = nengo.Probe(net.decoded)
    return net
