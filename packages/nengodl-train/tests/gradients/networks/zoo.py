# SPDX-License-Identifier: MIT
"""Small networks, each with one kind of elements, in which all is differentiable.

Each function makes a network, with its `inputs`, and perhaps an `objective`. All neurons
are away from their thresholds, where a difference is not a derivative.
"""

import warnings

import nengo
import nengo_dl
import numpy as np
import tensorflow as tf

RATES = {"gain": [1.0, 1.5, 2.0, 1.2], "bias": [4.0, 5.0, 4.5, 6.0]}
SMOOTH = {"gain": [1.0, 1.5, -2.0, 1.2], "bias": [0.5, -0.5, 1.0, -1.0]}


def network(jit):
    """An empty network."""
    net = nengo.Network(seed=0)
    with net:
        nengo_dl.configure_settings(dtype="float64", jit_compile=jit)
    net.inputs = []
    return net


def stimulus(net, size=2):
    """A node that is fed."""
    node = nengo.Node(np.zeros(size))
    net.inputs.append(node)
    return node


def matrix(*shape, scale=1.0):
    """A matrix of random numbers that only depends on its shape."""
    return scale * np.random.RandomState(sum(shape)).uniform(-1, 1, shape)


def sigmoid(size=2, n=4, **kwargs):
    """Smooth neurons with rates about 1."""
    kind = nengo.Sigmoid(tau_ref=0.5)
    values = {key: np.resize(value, n) for key, value in SMOOTH.items()}
    return nengo.Ensemble(n, size, neuron_type=kind, **values, **kwargs)


def synapses(jit=False):
    """Filters of all kinds between ensembles, and before probes."""
    with network(jit) as net:
        source = stimulus(net)
        first, second = sigmoid(), sigmoid()
        nengo.Connection(source, first, synapse=nengo.Lowpass(0.002))
        nengo.Connection(first, second, synapse=nengo.Alpha(0.001))
        # of first order with a direct term, and of second order with one
        direct = nengo.LinearFilter([0.001, 1], [0.003, 1])
        nengo.Connection(source, second, synapse=direct, transform=matrix(2, 2))
        out = nengo.Node(size_in=2)
        direct = nengo.LinearFilter([1, 0.5, 0.3], [1, -0.6, 0.2], analog=False)
        nengo.Connection(second, out, synapse=direct)
        nengo.Connection(first.neurons, out, synapse=0, transform=matrix(2, 4))
        nengo.Probe(out)
        nengo.Probe(first.neurons)  # which sees something in the first step
        nengo.Probe(out, synapse=nengo.Alpha(0.002))
        last = nengo.Probe(second.neurons, synapse=0.001)
        nengo_dl.configure_settings(keep_history=True)
        net.config[last].keep_history = False
    return net


def recurrent(jit=False):
    """Ensembles and neurons that are connected with themselves and each other."""
    with network(jit) as net:
        source = stimulus(net)
        first = nengo.Ensemble(4, 2, neuron_type=nengo.LIFRate(amplitude=0.01), **RATES)
        second = sigmoid()
        nengo.Connection(source, first, synapse=None)
        nengo.Connection(first, first, synapse=0.002, transform=matrix(2, 2))
        nengo.Connection(
            first.neurons, first.neurons, synapse=0, transform=matrix(4, 4, scale=0.2)
        )
        nengo.Connection(first, second, synapse=None)
        nengo.Connection(second, first, synapse=nengo.Alpha(0.001))
        nengo.Probe(second)
        nengo.Probe(first.neurons)
    return net


def learning(jit=False):
    """Weights that learning rules change while the network runs."""
    with network(jit) as net:
        source = stimulus(net)
        pre, post, other = sigmoid(), sigmoid(), sigmoid()
        nengo.Connection(source, pre, synapse=None)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "This learning rate is very high")
            rule = nengo.PES(50.0, pre_synapse=0.001)
        pes = nengo.Connection(pre, post, learning_rule_type=rule)
        nengo.Connection(post, pes.learning_rule, synapse=0.001)
        nengo.Connection(source, pes.learning_rule, transform=-1, synapse=None)
        voja = nengo.Connection(
            pre,
            other,
            synapse=None,
            learning_rule_type=nengo.Voja(20.0, post_synapse=0.001),
        )
        nengo.Connection(source[0], voja.learning_rule, synapse=None)
        rules = [
            nengo.BCM(20.0, pre_synapse=0.001, theta_synapse=0.003),
            nengo.Oja(20.0, pre_synapse=0.001),
        ]
        for rule in rules:
            weights = matrix(4, 4)
            target = sigmoid()
            nengo.Connection(
                pre.neurons,
                target.neurons,
                synapse=None,
                transform=weights,
                learning_rule_type=rule,
            )
            nengo.Probe(target.neurons)
        for ensemble in (post, other):
            nengo.Probe(ensemble.neurons)
    return net


def dense(jit=False):
    """Matrices, factors, slices, full weights and copies."""
    with network(jit) as net:
        source = stimulus(net, 3)
        first, second = sigmoid(3, 6), sigmoid(2, 5)
        none = {"synapse": None}
        nengo.Connection(source, first, transform=matrix(3, 3), **none)
        nengo.Connection(first[::-2], second, transform=0.7, **none)
        full = nengo.solvers.LstsqL2(weights=True)
        nengo.Connection(
            first, second, function=lambda x: [x[0] * x[1], x[2]], solver=full, **none
        )
        nengo.Connection(
            first.neurons[::2],
            second.neurons[1::3],
            transform=matrix(2, 3),
            **none,
        )
        out = nengo.Node(size_in=4)
        nengo.Connection(second, out[[3, 0]], transform=[1.5, -0.5], **none)
        nengo.Connection(second.neurons[1:3], out[1:3], **none)
        nengo.Connection(source[[0, 2, 1]], out[[3, 1, 2]], **none)
        probe = nengo.Probe(out)
        weights = nengo.Probe(net.connections[0], "weights")
    net.objective = {
        probe: nengo_dl.objectives.mse,
        weights: lambda x: tf.reduce_mean(tf.square(x)),
    }
    return net


def transforms(jit=False):
    """Sparse matrices, convolutions, and a connection without a transform."""
    with network(jit) as net:
        source = stimulus(net, 8)
        none = {"synapse": None}
        indices = [[0, 1], [0, 5], [2, 0], [3, 7], [1, 7]]
        sparse = nengo.Sparse((4, 8), indices=indices, init=np.linspace(0.5, 1.5, 5))
        hidden = sigmoid(4)
        nengo.Connection(source, hidden, transform=sparse, **none)
        convolution = nengo.Convolution(
            2, (4, 2), kernel_size=(2,), strides=(1,), init=matrix(2, 2, 2)
        )
        conv = nengo.Ensemble(
            convolution.output_shape.size,
            1,
            neuron_type=nengo.Sigmoid(tau_ref=0.5),
            gain=np.ones(convolution.output_shape.size),
            bias=np.linspace(-1, 1, convolution.output_shape.size),
        )
        nengo.Connection(source, conv.neurons, transform=convolution, **none)
        out = nengo.Node(size_in=conv.n_neurons)
        if hasattr(nengo.transforms, "NoTransform"):
            no = nengo.transforms.NoTransform(conv.n_neurons)
            nengo.Connection(conv.neurons, out, transform=no, **none)
        nengo.Connection(conv.neurons, out, **none)
        if hasattr(nengo.transforms, "ConvolutionTranspose"):
            back = nengo.transforms.ConvolutionTranspose(
                2, (3, 2), kernel_size=(2,), strides=(1,), init=matrix(2, 2, 2)
            )
            image = nengo.Node(size_in=back.size_out)
            nengo.Connection(conv.neurons, image, transform=back, **none)
            nengo.Probe(image)
        nengo.Probe(out)
        nengo.Probe(hidden)
    return net


def own_layer(t, x):
    """A dense layer of one's own."""
    weights = tf.compat.v1.get_variable(
        "weights", dtype=tf.float64, initializer=matrix(2, 3)
    )
    return tf.tanh(tf.matmul(x, weights) + tf.cast(t, x.dtype))


def tensor_nodes(jit=False):
    """Functions of TensorFlow with variables, before and behind neurons and filters."""
    with network(jit) as net:
        source = stimulus(net)
        first = nengo_dl.TensorNode(own_layer, size_in=2, size_out=3)
        second = sigmoid(3)
        nengo.Connection(source, first, synapse=None)
        nengo.Connection(first, second, synapse=0.002)
        third = nengo_dl.TensorNode(own_layer, size_in=2, size_out=3)
        nengo.Connection(second[:2], third, synapse=None)
        nengo.Connection(third[1:], first, synapse=0.001)
        nengo.Probe(third)
        nengo.Probe(first)
    return net


def neurons(jit=False):
    """Neurons of several types, with spiking ones as their rates."""
    kinds = [
        nengo.LIF(amplitude=0.01),
        nengo.AdaptiveLIF(amplitude=0.01, inc_n=0.5),
        nengo_dl.SoftLIFRate(amplitude=0.01, sigma=0.5),
        nengo.SpikingRectifiedLinear(amplitude=0.2),
    ]
    if hasattr(nengo, "PoissonSpiking"):
        kinds.append(nengo.PoissonSpiking(nengo.Sigmoid(tau_ref=0.5), amplitude=0.5))
    with network(jit) as net:
        source, out = stimulus(net), nengo.Node(size_in=2)
        for kind in kinds:
            ensemble = nengo.Ensemble(4, 2, neuron_type=kind, **RATES)
            nengo.Connection(source, ensemble, synapse=None)
            nengo.Connection(
                ensemble.neurons, out, synapse=0.002, transform=matrix(2, 4)
            )
            nengo.Probe(ensemble.neurons)
        nengo.Probe(out)
    return net


def many(jit=False):
    """Equal ensembles, enough for their operators to be interleaved."""
    with network(jit) as net:
        source, out = stimulus(net), nengo.Node(size_in=2)
        for i in range(17):
            ensemble = sigmoid(2, 3)
            rng = np.random.RandomState(i)
            weights = rng.uniform(-1, 1, (2, 2))
            nengo.Connection(source, ensemble, synapse=None, transform=weights)
            nengo.Connection(ensemble, ensemble, synapse=0.002)
            nengo.Connection(ensemble, out, synapse=None)
        nengo.Probe(out)
    return net


NETWORKS = {
    "synapses": synapses,
    "recurrent": recurrent,
    "learning": learning,
    "many": many,
    "dense": dense,
    "tensor nodes": tensor_nodes,
    "neurons": neurons,
}
# nengo has them from 3.0 on
if hasattr(nengo, "Convolution"):
    NETWORKS["transforms"] = transforms
