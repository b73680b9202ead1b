# SPDX-License-Identifier: MIT
"""Variables of Keras layers and models: trained, shared, reset and written back."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import TensorNode
from nengo_dl.errors import TransferError
from nengo_dl.tensor_node.keras import write_back

# TensorFlow loads its Keras on first use
keras = tf.keras
layers = keras.layers

quiet = {"progress_bar": False}
IMAGE = (6, 6, 1)


def test_averages_are_not_trained(values, keras_network, image_model, open_simulator):
    """Variables are trainable as those of Keras, in the order of Keras, in each program."""
    net = keras_network(image_model(), values, shape_in=IMAGE)
    model = net.layers[0].tensor_func.layer
    for _ in range(2):
        named = open_simulator(net).program.functions.named
        assert list(named) == [
            f"tensor_nodes[0]/variables[{i}]" for i in range(len(model.variables))
        ]
        handles = list(named.values())
        assert [h.shape for h in handles] == [tuple(v.shape) for v in model.variables]
        trained = {id(v) for v in model.trainable_variables}
        assert [h.trainable for h in handles] == [
            id(v) in trained for v in model.variables
        ]


def test_frozen_layer_is_not_trained(values, keras_network, open_simulator):
    """What Keras does not train is not trained here."""
    layer = layers.Dense(3, trainable=False)
    sim = open_simulator(keras_network(layer, values))
    assert len(sim.program.functions.named) == 2
    assert sim.program.functions.trainable() == []


def test_nodes_with_one_layer_share_its_variables(
    values, keras_network, open_simulator
):
    """A layer used twice has one set of variables in a program, as it has in Keras."""
    layer = layers.Dense(3)
    net = keras_network(layer, values, n_layers=2)
    sim = open_simulator(net)
    handles = sim.program.functions.named
    assert len(handles) == 2
    weights, bias = handles.values()
    weights.load(sim.program.sess, np.ones((36, 3), np.float32))
    bias.load(sim.program.sess, np.zeros(3, np.float32))
    sim.run_steps(1, **quiet)
    for probe in net.rows:
        np.testing.assert_allclose(sim.data[probe][0], [values.sum()] * 3, rtol=1e-5)


def test_simulators_do_not_share_variables(values, keras_network, open_simulator):
    """Values of one simulator change neither another one nor the Keras object."""
    layer = layers.Dense(3)
    net = keras_network(layer, values)
    before = layer.get_weights()
    one, other = open_simulator(net), open_simulator(net)
    for handle in one.program.functions.named.values():
        handle.load(one.program.sess, np.zeros(handle.shape, np.float32))
    other.run_steps(1, **quiet)
    expected = values @ before[0] + before[1]
    np.testing.assert_allclose(other.data[net.rows[0]][0], expected, atol=1e-6)
    for found, wanted in zip(layer.get_weights(), before):
        np.testing.assert_array_equal(found, wanted)


def test_reset_brings_the_weights_of_the_construction_back(
    values, keras_network, open_simulator
):
    """After a reset a layer has the weights that it had when the simulator was made."""
    layer = layers.Dense(3)
    net = keras_network(layer, values)
    sim = open_simulator(net)
    sim.run_steps(1, **quiet)
    before = sim.data[net.rows[0]].copy()
    for handle in sim.program.functions.named.values():
        handle.load(sim.program.sess, np.zeros(handle.shape, np.float32))
    sim.run_steps(1, **quiet)
    np.testing.assert_array_equal(sim.data[net.rows[0]][1], [0, 0, 0])
    sim.reset()
    sim.run_steps(1, **quiet)
    np.testing.assert_array_equal(sim.data[net.rows[0]], before)


def test_weights_from_before_the_network_are_kept(
    values, keras_network, randomised, open_simulator
):
    """A layer that has its weights already keeps them."""
    model = randomised(keras.Sequential([keras.Input((36,)), layers.Dense(3)]))
    before = model.get_weights()
    net = keras_network(model, values)
    sim = open_simulator(net)
    sim.run_steps(1, **quiet)
    for found, wanted in zip(model.get_weights(), before):
        np.testing.assert_array_equal(found, wanted)
    expected = values @ before[0] + before[1]
    np.testing.assert_allclose(sim.data[net.rows[0]][0], expected, atol=1e-6)


def test_gradient_reaches_the_variables():
    """The gradient of the sum of a dense layer's outputs is the input, for each weight."""
    with nengo.Network():
        function = TensorNode(layers.Dense(2), size_in=3).tensor_func
    with tf.Graph().as_default():
        function.pre_build((2, 3), (2, 2))
        output = function(None, tf.constant([[1.0, 2, 3], [4, 5, 6]]))
        variables = tf.compat.v1.trainable_variables()
        gradients = tf.gradients(output, variables)
        with tf.compat.v1.Session() as sess:
            sess.run(tf.compat.v1.global_variables_initializer())
            weights, bias = sess.run(gradients)
    np.testing.assert_array_equal(weights, [[5, 5], [7, 7], [9, 9]])
    np.testing.assert_array_equal(bias, [2, 2])


def test_values_are_written_back():
    """`write_back` sets each variable of Keras to the value of ours."""
    layer = layers.Dense(2)
    with nengo.Network():
        function = TensorNode(layer, size_in=3).tensor_func
    graph = tf.Graph()
    with graph.as_default():
        function.pre_build((1, 3), (1, 2))
    write_back(function, graph, lambda variable: np.full(variable.shape.as_list(), 7.0))
    weights, bias = layer.get_weights()
    np.testing.assert_array_equal(weights, np.full((3, 2), 7))
    np.testing.assert_array_equal(bias, [7, 7])


@pytest.mark.parametrize("whole", [False, True])
def test_freeze_params_writes_into_keras(values, keras_network, whole, open_simulator):
    """Live values of a node, or of all nodes of a network, become those of its layer."""
    layer = layers.Dense(3)
    net = keras_network(layer, values)
    sim = open_simulator(net)
    for handle in sim.program.functions.named.values():
        handle.load(sim.program.sess, np.full(handle.shape, 0.5, np.float32))
    assert np.abs(layer.get_weights()[1]).max() == 0
    with sim:  # whose graph and session are the default ones here
        sim.freeze_params(net if whole else net.layers[0])
    np.testing.assert_array_equal(layer.get_weights()[0], np.full((36, 3), 0.5))
    np.testing.assert_array_equal(layer.get_weights()[1], [0.5] * 3)


def test_only_keras_objects_take_values_back(open_simulator):
    """A TensorNode with a function has nothing to write into."""
    with nengo.Network() as net:
        node = TensorNode(lambda t: tf.reshape(t, (1, 1)))
        nengo.Probe(node)
    sim = open_simulator(net)
    with pytest.raises(TransferError, match="Keras layer or model can hold"):
        sim.freeze_params(node)
    sim.freeze_params(net)
