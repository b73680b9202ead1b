# SPDX-License-Identifier: MIT
"""Two recurrent networks, as models of Nengo and as steps written by hand."""

from typing import Any, Callable, Dict, NamedTuple

import nengo
import numpy as np
import tensorflow as tf


class Recurrent(NamedTuple):
    """
    A network, and how to write its step by hand.

    Parameters
    ----------
    network : nengo.Network
        The network, with the attributes `inp` and `out`.
    parameters : callable
        Function from a simulator to a dict of arrays by name.
    fixed : callable
        The same for what is not trained.
    state : callable
        Function from the minibatch size to a list of shapes.
    step : callable
        Function from parameters, state and an input (minibatch, size) to new state and
        the output.
    """

    network: nengo.Network
    parameters: Callable[[Any], Dict[str, np.ndarray]]
    fixed: Callable[[Any], Dict[str, np.ndarray]]
    state: Callable[[int], list]
    step: Callable


def decay(tau: float, dt: float = 0.001) -> float:
    """Return the factor by which a Lowpass filter keeps its value in a step."""
    return float(np.exp(-dt / tau))


def integrator(dimensions: int = 64, neurons_per_d: int = 50) -> Recurrent:
    """
    Make an integrator of rectified linear neurons, one ensemble for each dimension.

    Parameters
    ----------
    dimensions : int, optional
        Number of ensembles.
    neurons_per_d : int, optional
        Neurons in each of them.

    Returns
    -------
    Recurrent
        The network.
    """
    with nengo.Network(seed=0) as net:
        net.config[nengo.Ensemble].neuron_type = nengo.RectifiedLinear()
        net.config[nengo.Ensemble].gain = nengo.dists.Choice([1])
        net.config[nengo.Ensemble].bias = nengo.dists.Choice([0])
        array = nengo.networks.EnsembleArray(neurons_per_d, dimensions)
        nengo.Connection(array.output, array.input, synapse=0.01)
        net.inp = nengo.Node(np.zeros(dimensions))
        nengo.Connection(net.inp, array.input, transform=0.01, synapse=0.005)
        net.out = nengo.Probe(array.output)
    inside = [c for c in array.connections if c.pre_obj in array.ensembles]

    def parameters(sim):
        ensembles = [sim.data[ensemble] for ensemble in array.ensembles]
        weights = [np.ravel(sim.data[connection].weights) for connection in inside]
        return {
            "encoders": np.stack([e.scaled_encoders[:, 0] for e in ensembles], axis=1),
            "bias": np.stack([e.bias for e in ensembles], axis=1),
            "decoders": np.stack(weights, axis=1),
        }

    def step(p, state, u):
        fed, back = state
        current = (fed + back)[:, None] * p["encoders"] + p["bias"]
        output = tf.reduce_sum(tf.nn.relu(current) * p["decoders"], axis=1)
        fed = decay(0.005) * fed + (1 - decay(0.005)) * 0.01 * u
        back = decay(0.01) * back + (1 - decay(0.01)) * output
        return [fed, back], output

    return Recurrent(
        net,
        parameters,
        lambda sim: {},
        lambda batch: [(batch, dimensions)] * 2,
        step,
    )


def lif(n_neurons: int = 128) -> Recurrent:
    """
    Make an ensemble of LIF neurons with full recurrent weights.

    Parameters
    ----------
    n_neurons : int, optional
        Number of neurons.

    Returns
    -------
    Recurrent
        The network; training is with rates.
    """
    weights = np.random.RandomState(0).normal(size=(n_neurons, n_neurons))
    with nengo.Network(seed=0) as net:
        net.inp = nengo.Node(np.zeros(2))
        ensemble = nengo.Ensemble(n_neurons, 2, neuron_type=nengo.LIF())
        nengo.Connection(net.inp, ensemble, synapse=None)
        nengo.Connection(
            ensemble.neurons,
            ensemble.neurons,
            transform=1e-3 / np.sqrt(n_neurons) * weights,
            synapse=0.01,
        )
        net.out = nengo.Probe(ensemble, synapse=0.01)
    return Recurrent(
        net,
        lambda sim: _lif_parameters(sim, ensemble, net.connections[1]),
        lambda sim: _lif_fixed(sim, ensemble, net.out),
        lambda batch: [(batch, n_neurons), (batch, 2)],
        _lif_step,
    )


def _lif_parameters(sim, ensemble, recurrent):
    return {
        "encoders": sim.data[ensemble].scaled_encoders,
        "bias": sim.data[ensemble].bias,
        "recurrent": sim.data[recurrent].weights,
    }


def _lif_fixed(sim, ensemble, probe):
    (connection,) = [
        one
        for one in sim.model.params
        if isinstance(one, nengo.Connection) and one.post_obj is probe
    ]
    gain = sim.model.params[ensemble].gain
    return {"decoders": sim.data[connection].weights, "gain": gain}


def _lif_step(p, state, u):
    back, out = state
    # Nengo multiplies what connections bring to neurons by their gain
    current = tf.matmul(u, p["encoders"], transpose_b=True) + p["bias"]
    rate = lif_rate(current + p["gain"] * back)
    feedback = tf.matmul(rate, p["recurrent"], transpose_b=True)
    decoded = tf.matmul(rate, p["decoders"], transpose_b=True)
    # Nengo's probe sees the filter as it was before the step
    return [_filtered(back, feedback), _filtered(out, decoded)], out


def _filtered(state, value):
    return decay(0.01) * state + (1 - decay(0.01)) * value


def lif_rate(current: tf.Tensor) -> tf.Tensor:
    """
    Compute rates of LIF neurons with Nengo's default parameters.

    Parameters
    ----------
    current : tf.Tensor
        Input currents.

    Returns
    -------
    tf.Tensor
        Rates in Hz.
    """
    above = tf.maximum(current - 1.0, tf.constant(1e-15, current.dtype))
    rate = 1.0 / (0.002 + 0.02 * tf.math.log1p(1.0 / above))
    return tf.where(current > 1.0, rate, tf.zeros_like(rate))
