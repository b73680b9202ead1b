# SPDX-License-Identifier: MIT
"""The settings that integrator, cconv and pes have in common."""

import nengo


def seeded_network(label, neuron_type):
    """
    Return an empty network whose ensembles skip the search for gains.

    Fixed gains and biases keep the build short, and the seed makes every
    simulator build the same decoders.

    Parameters
    ----------
    label : str
        Name of the network.
    neuron_type : nengo.neurons.NeuronType
        Neuron type of every ensemble in it.

    Returns
    -------
    nengo.Network
        The empty network, with seed 0.
    """
    network = nengo.Network(label=label, seed=0)
    ensembles = network.config[nengo.Ensemble]
    ensembles.neuron_type = neuron_type
    ensembles.gain = nengo.dists.Choice([1, -1])
    ensembles.bias = nengo.dists.Uniform(-1, 1)
    return network
