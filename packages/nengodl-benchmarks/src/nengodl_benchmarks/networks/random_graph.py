# SPDX-License-Identifier: MIT
"""Randomly connected ensembles: as many connections as one wants."""

import random

import nengo
import numpy as np


def random_network(
    dimensions,
    neurons_per_d,
    neuron_type,
    n_ensembles,
    connections_per_ensemble,
    seed=0,
):
    """
    Return a network of randomly connected ensembles.

    Parameters
    ----------
    dimensions : int
        Number of dimensions of each ensemble.
    neurons_per_d : int
        Number of neurons per dimension of each ensemble.
    neuron_type : nengo.neurons.NeuronType
        Neuron type of every ensemble.
    n_ensembles : int
        Number of ensembles.
    connections_per_ensemble : int
        Number of different ensembles, itself allowed, that each one projects to.
    seed : int, optional
        Seed of the network and of the choice of targets.

    Returns
    -------
    nengo.Network
        Network with the attributes ``inp`` (input node of zeros), ``out``
        (output node) and ``p`` (probe of the output).
    """
    net = nengo.Network(label="random", seed=seed)
    net.config[nengo.Ensemble].neuron_type = neuron_type
    n_neurons = neurons_per_d * dimensions
    # solving for decoders would take most of the build time and change no speed
    solver = nengo.solvers.NoSolver(np.ones((n_neurons, dimensions)))
    # a generator of our own draws what `random.seed(seed)` would make the global one draw
    generator = random.Random(seed)
    with net:
        net.inp = nengo.Node([0] * dimensions)
        net.out = nengo.Node(size_in=dimensions)
        ensembles = [nengo.Ensemble(n_neurons, dimensions) for _ in range(n_ensembles)]
        for ensemble in ensembles:
            nengo.Connection(net.inp, ensemble)
            nengo.Connection(ensemble, net.out, solver=solver)
            for target in generator.sample(ensembles, connections_per_ensemble):
                nengo.Connection(ensemble, target, solver=solver)
        net.p = nengo.Probe(net.out)
    return net
