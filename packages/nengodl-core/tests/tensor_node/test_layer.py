# SPDX-License-Identifier: MIT
"""Networks written layer by layer."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengo_dl import TensorNode, reshaped, tensor_layer

quiet = {"progress_bar": False}


@pytest.fixture(autouse=True)
def network():
    """A network with an input of six values."""
    with nengo.Network(seed=0) as net:
        net.input = nengo.Node(np.arange(6.0))
        yield net


def last_step(open_simulator, network, obj, minibatch_size=None):
    """Output of an object after a step."""
    with network:
        probe = nengo.Probe(obj)
    sim = open_simulator(network, minibatch_size=minibatch_size)
    sim.step()
    return sim.data[probe]


def test_reshaped_functions_get_their_shape(network, open_simulator):
    """The input has the shape, the output is flat, and the batch is kept."""
    seen = []

    @reshaped((2, 3))
    def sums(t, x):
        seen.append(x.shape.as_list())
        return tf.reduce_sum(x, axis=1)

    node = TensorNode(sums, size_in=6)
    assert (node.size_out, seen) == (3, [[1, 2, 3]])
    nengo.Connection(network.input, node, synapse=None)
    found = last_step(open_simulator, network, node, 2)
    np.testing.assert_array_equal(found, [[[3, 5, 7]]] * 2)
    assert seen[-1] == [2, 2, 3]


def test_functions_get_the_input_alone(network, open_simulator):
    """No time, but the further arguments."""
    layer = tensor_layer(network.input, lambda x, factor: factor * x, factor=3)
    assert isinstance(layer, TensorNode)
    found = last_step(open_simulator, network, layer)
    np.testing.assert_array_equal(found, [3 * np.arange(6)])


def test_functions_get_a_shape(network, open_simulator):
    """With `shape_in` the input is reshaped first."""
    layer = tensor_layer(network.input, tf.reduce_max, shape_in=(3, 2), axis=1)
    found = last_step(open_simulator, network, layer)
    np.testing.assert_array_equal(found, [[4, 5]])


@pytest.mark.parametrize("neuron_type", [nengo.RectifiedLinear(), nengo.LIF()])
def test_neuron_types_are_ensembles(network, neuron_type):
    """One neuron for each input, with the further arguments of ensembles."""
    gain = np.full(6, 2.0)
    layer = tensor_layer(network.input, neuron_type, gain=gain, bias=np.ones(6))
    ensemble = layer.ensemble
    assert isinstance(layer, nengo.ensemble.Neurons)
    assert (ensemble.n_neurons, ensemble.dimensions) == (6, 1)
    assert ensemble.neuron_type == neuron_type
    np.testing.assert_array_equal(ensemble.gain, gain)


def test_the_connection_is_given_out(network):
    """It has the synapse and the transform, and is the only one."""
    layer, connection = tensor_layer(
        network.input,
        tf.nn.relu,
        synapse=0.1,
        transform=np.ones((2, 6)),
        return_conn=True,
    )
    assert network.connections == [connection]
    assert (connection.pre, connection.post) == (network.input, layer)
    assert connection.synapse == nengo.Lowpass(0.1)
    assert layer.size_in == 2


@pytest.mark.parametrize(
    "make, options, size",
    [
        (lambda: 1, {}, 6),
        (lambda: 1, {"shape_in": (2, 3)}, 6),
        (lambda: np.ones((4, 6)), {}, 4),
        (lambda: np.ones((4, 6)), {"shape_in": (2, 2)}, 4),
        (lambda: nengo.dists.Uniform(-1, 1), {"shape_in": (3,)}, 3),
    ],
)
def test_sizes_follow_the_transform(network, make, options, size):
    """Rows of a matrix, else the elements of the shape, else the size of the input."""
    layer = tensor_layer(network.input, tf.nn.relu, transform=make(), **options)
    assert layer.size_in == size


@pytest.mark.skipif(
    not hasattr(nengo, "Convolution"), reason="nengo has convolutions from 3.0 on"
)
@pytest.mark.parametrize("shape_in", [None, (1, 2, 2)])
def test_convolutions_say_their_size(network, shape_in):
    """The layer is as large as the output of the transform."""
    transform = nengo.Convolution(2, (2, 3, 1), kernel_size=(2, 2))
    layer = tensor_layer(
        network.input, tf.nn.relu, shape_in=shape_in, transform=transform
    )
    assert layer.size_in == 4


@pytest.mark.parametrize("transform", [1, np.ones((4, 6))])
def test_shapes_have_to_fit(network, transform):
    """Both sizes are named, and nothing is added to the network."""
    objects = list(network.all_objects)
    with pytest.raises(ValidationError, match="25") as error:
        tensor_layer(network.input, tf.nn.relu, shape_in=(5, 5), transform=transform)
    assert str(4 if np.ndim(transform) else 6) in str(error.value)
    assert list(network.all_objects) == objects
