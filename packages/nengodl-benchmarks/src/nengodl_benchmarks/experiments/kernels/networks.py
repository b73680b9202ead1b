# SPDX-License-Identifier: MIT
"""The networks on which kernels are measured."""

from typing import Callable, Dict, NamedTuple, Optional

import nengo
import numpy as np

from ...networks import bcm, integrator, pes, voja

#: Neurons of a group of spiking neurons.
GROUP = 400_000
#: Rows and columns of the sparse matrix, and the part of its entries that is not zero.
SIZE, DENSITY = 10_000, 0.01
#: Nodes that call Python, and neurons of the ensemble between them.
NODES, NEURONS = 5, 1000


class Case(NamedTuple):
    """
    A network to measure.

    `make` takes nothing and returns it; `items` is the size of the minibatch; `steps` are
    those of a run; `nengo` says whether Nengo's own simulator is measured as well.
    """

    make: Callable
    items: Optional[int]
    steps: int
    nengo: bool = False


def driven_integrator(
    dimensions: int = 64,
    neurons_per_d: int = 50,
    neuron_type: Optional[nengo.neurons.NeuronType] = None,
) -> nengo.Network:
    """
    Make the benchmark network ``integrator`` with neurons that fire.

    Parameters
    ----------
    dimensions : int, optional
        Number of dimensions.
    neurons_per_d : int, optional
        Number of neurons for each.
    neuron_type : nengo.neurons.NeuronType, optional
        LIF neurons by default.

    Returns
    -------
    nengo.Network
        The network, with an input that drives it to one; the benchmark's own is zero.
    """
    net = integrator(dimensions, neurons_per_d, neuron_type or LIF)
    # its connection has a transform of 0.01
    net.inp.output = np.full(dimensions, 100.0)
    return net


def spiking_group(
    n_neurons: int = GROUP,
    neuron_type: Optional[nengo.neurons.NeuronType] = None,
    scale: float = 1.0,
) -> nengo.Network:
    """
    Make one large ensemble of spiking neurons.

    Parameters
    ----------
    n_neurons : int, optional
        Number of neurons.
    neuron_type : nengo.neurons.NeuronType, optional
        LIF neurons by default.
    scale : float, optional
        What gains of 1 to 5 and biases of 0 to 5 are multiplied with.

    Returns
    -------
    nengo.Network
        The network; a sum of all spikes with random weights is probed.
    """
    rng = np.random.RandomState(0)
    # in place of decoders, as nengo would solve for 400,000 of them
    weights = rng.normal(size=(1, n_neurons)) / n_neurons
    with nengo.Network(seed=0) as net:
        inp = nengo.Node([0.5])
        ensemble = nengo.Ensemble(
            n_neurons,
            1,
            neuron_type=neuron_type or LIF,
            # given, too, as nengo would find them one by one
            gain=scale * rng.uniform(1, 5, n_neurons),
            bias=scale * rng.uniform(0, 5, n_neurons),
            encoders=rng.choice([-1, 1], (n_neurons, 1)),
        )
        nengo.Connection(inp, ensemble)
        out = nengo.Node(size_in=1)
        nengo.Connection(ensemble.neurons, out, transform=weights, synapse=0.005)
        nengo.Probe(out)
    return net


def sparse_transform(size: int = SIZE, density: float = DENSITY) -> nengo.Network:
    """
    Make a product with a sparse matrix between two nodes; nengo 3 or later.

    Parameters
    ----------
    size : int, optional
        Number of rows, and of columns.
    density : float, optional
        Part of the entries that is not zero, about.

    Returns
    -------
    nengo.Network
        The network; four elements of the product are probed.
    """
    rng = np.random.RandomState(0)
    n_entries = int(round(density * size**2))
    # those drawn twice are left out; choosing without replacement would permute size**2
    places = np.unique(rng.randint(size**2, size=n_entries))
    indices = np.stack(np.unravel_index(places, (size, size)), axis=1)
    weights = rng.uniform(-1, 1, len(places))
    with nengo.Network(seed=0) as net:
        inp = nengo.Node(np.ones(size))
        out = nengo.Node(size_in=size)
        transform = nengo.Sparse((size, size), indices=indices, init=weights)
        nengo.Connection(inp, out, transform=transform, synapse=None)
        nengo.Probe(out[:4])
    return net


def python_nodes(n_nodes: int = NODES, n_neurons: int = NEURONS) -> nengo.Network:
    """
    Make an ensemble each dimension of which goes through a Python function and back.

    Parameters
    ----------
    n_nodes : int, optional
        Number of nodes, and of dimensions.
    n_neurons : int, optional
        Number of neurons.

    Returns
    -------
    nengo.Network
        The network; the ensemble is probed.
    """
    with nengo.Network(seed=0) as net:
        inp = nengo.Node(np.full(n_nodes, 0.5))
        ensemble = nengo.Ensemble(n_neurons, n_nodes)
        nengo.Connection(inp, ensemble)
        for k in range(n_nodes):
            # bounded, so that the loop cannot grow
            node = nengo.Node(lambda t, x: np.tanh(x) / 2, size_in=1)
            nengo.Connection(ensemble[k], node)
            nengo.Connection(node, ensemble[k])
        nengo.Probe(ensemble, synapse=0.01)
    return net


RELU, LIF = nengo.RectifiedLinear(), nengo.LIF()
SPIKING_RELU = nengo.SpikingRectifiedLinear()

CASES: Dict[str, Case] = {
    "pes 64": Case(lambda: pes(64, 50, RELU), None, 1000),
    "pes 64, 10 items": Case(lambda: pes(64, 50, RELU), 10, 200),
    "pes 128": Case(lambda: pes(128, 50, RELU), None, 500),
    "pes 128, 10 items": Case(lambda: pes(128, 50, RELU), 10, 50),
    "bcm": Case(lambda: bcm(64, 50, LIF), None, 1000),
    "voja": Case(lambda: voja(64, 50, LIF), None, 1000),
    "integrator": Case(driven_integrator, None, 4000),
    "integrator, 10 items": Case(driven_integrator, 10, 1000),
    # the cheapest neurons there are: what would remain if LIF neurons cost nothing
    "integrator of ReLU": Case(lambda: driven_integrator(64, 50, RELU), None, 4000),
    "integrator of ReLU, 10 items": Case(
        lambda: driven_integrator(64, 50, RELU), 10, 1000
    ),
    "LIF group": Case(spiking_group, None, 500),
    "LIF group of 40,000": Case(lambda: spiking_group(40_000), None, 2000),
    "SpikingRectifiedLinear group": Case(
        lambda: spiking_group(neuron_type=SPIKING_RELU, scale=30), None, 500
    ),
    "SpikingRectifiedLinear group of 40,000": Case(
        lambda: spiking_group(40_000, SPIKING_RELU, 30), None, 2000
    ),
    "Python nodes": Case(python_nodes, None, 500, nengo=True),
}
if hasattr(nengo, "Sparse"):
    CASES["sparse"] = Case(sparse_transform, None, 50)
