# SPDX-License-Identifier: MIT
"""Keras layers and models in networks; the same code for Keras 2 and Keras 3."""

import ast
import subprocess
import sys

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengo_dl import TensorNode, configure_settings, reshaped, tensor_layer
from nengo_dl.errors import TransferError
from nengo_dl.tensor_node.keras import write_back
from nengo_dl.tensor_node.keras_object import has_stateless_call, keras_module

# TensorFlow loads its Keras on first use
keras = tf.keras
layers = keras.layers

quiet = {"progress_bar": False}
IMAGE = (6, 6, 1)


def image_model():
    """A model that is not built before it gets its input, with averages that count."""
    model = keras.Sequential(
        [
            layers.Conv2D(3, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Dense(4),
        ]
    )
    return model


def two_paths():
    """A functional model."""
    start = keras.Input(shape=(36,))
    left = layers.Dense(5, activation="tanh")(start)
    return keras.Model(start, layers.Add()([left, layers.Dense(5)(start)]))


def randomised(layer, seed=3):
    """Give a built layer values of its own, averages included."""
    rng = np.random.RandomState(seed)
    # averages of squares are positive; of the seed that Dropout of Keras 3 keeps there
    # is no trace in get_weights
    layer.set_weights([rng.uniform(0.1, 1, w.shape) for w in layer.get_weights()])
    return layer


def network(layer, values, n_layers=1, dtype="float32", **kwargs):
    """A node that feeds layers, which all are the same Keras object."""
    with nengo.Network(seed=0) as net:
        configure_settings(dtype=dtype)
        source = nengo.Node(values)
        net.layers = [tensor_layer(source, layer, **kwargs) for _ in range(n_layers)]
        net.rows = [nengo.Probe(node) for node in net.layers]
    return net


@pytest.fixture
def values():
    """One image, flat."""
    return np.random.RandomState(1).uniform(-1, 1, 36).astype(np.float32)


@pytest.mark.parametrize("minibatch_size", [None, 4])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dense_layer_multiplies_by_its_weights(
    values, minibatch_size, dtype, open_simulator
):
    """A layer that the node built gives the product with the weights that it then has."""
    layer = layers.Dense(3)
    net = network(layer, values, dtype=dtype)
    weights, bias = randomised(layer).get_weights()
    sim = open_simulator(net, minibatch_size=minibatch_size, unroll_simulation=3)
    sim.run_steps(6, **quiet)
    found = sim.data[net.rows[0]]
    assert net.layers[0].size_out == 3 and found.dtype == dtype
    assert found.shape == (() if minibatch_size is None else (4,)) + (6, 3)
    np.testing.assert_allclose(
        found, np.broadcast_to(values @ weights + bias, found.shape), atol=1e-6
    )


def test_layer_computes_in_its_own_type(values, open_simulator):
    """A layer of type float64 in a simulation of that type has float64 precision."""
    layer = layers.Dense(3, dtype="float64")
    net = network(layer, values, dtype="float64")
    weights, bias = randomised(layer).get_weights()
    sim = open_simulator(net)
    sim.run_steps(1, **quiet)
    expected = values.astype(np.float64) @ weights + bias
    np.testing.assert_allclose(sim.data[net.rows[0]][0], expected, rtol=1e-14)


@pytest.mark.parametrize("make, shape_in", [(image_model, IMAGE), (two_paths, None)])
def test_model_gives_what_keras_predicts(values, make, shape_in, open_simulator):
    """Models give what their `predict` gives: averages are used, nothing drops out."""
    model = make()
    net = network(model, values, shape_in=shape_in)
    randomised(model)
    sim = open_simulator(net, minibatch_size=2, unroll_simulation=3)
    sim.run_steps(3, **quiet)
    expected = model.predict(values.reshape((1,) + (shape_in or (36,))))
    found = sim.data[net.rows[0]]
    np.testing.assert_allclose(
        found, np.broadcast_to(expected, found.shape), atol=1e-6, rtol=1e-6
    )


def test_averages_are_not_trained(values, open_simulator):
    """Variables are trainable as those of Keras, in the order of Keras, in each program."""
    net = network(image_model(), values, shape_in=IMAGE)
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


def test_frozen_layer_is_not_trained(values, open_simulator):
    """What Keras does not train is not trained here."""
    layer = layers.Dense(3, trainable=False)
    sim = open_simulator(network(layer, values))
    assert len(sim.program.functions.named) == 2
    assert sim.program.functions.trainable() == []


def test_output_of_several_axes_is_flattened(values, open_simulator):
    """An image that comes out of a layer becomes a row."""
    layer = layers.Conv2D(2, 3)
    net = network(layer, values, shape_in=IMAGE)
    assert net.layers[0].size_out == 4 * 4 * 2
    kernel, bias = randomised(layer).get_weights()
    sim = open_simulator(net)
    sim.run_steps(1, **quiet)
    image = values.reshape(6, 6)
    expected = [
        [
            np.tensordot(image[i : i + 3, j : j + 3], kernel[:, :, 0], 2) + bias
            for j in range(4)
        ]
        for i in range(4)
    ]
    found = sim.data[net.rows[0]][0]
    np.testing.assert_allclose(found, np.ravel(expected), atol=1e-5)


def test_node_takes_a_shape_by_reshaped():
    """`reshaped` gives a TensorNode's Keras object its input in a shape."""
    with nengo.Network():
        node = TensorNode(reshaped(IMAGE)(layers.Conv2D(2, 3)), size_in=36)
        assert node.size_out == 32
        with pytest.raises(ValidationError, match="size_in must be 36, but is 35"):
            TensorNode(reshaped(IMAGE)(layers.Conv2D(2, 3)), size_in=35)


def test_arguments_go_to_the_call(values, open_simulator):
    """Further arguments of `tensor_layer` are those of the layer's call."""

    class Scaled(layers.Layer):
        def call(self, inputs, scale=1.0):
            return inputs * scale

    net = network(Scaled(), values, scale=3.0)
    sim = open_simulator(net)
    sim.run_steps(1, **quiet)
    np.testing.assert_allclose(sim.data[net.rows[0]][0], 3 * values, rtol=1e-6)


def test_custom_layers_of_layers(values, open_simulator):
    """A layer without configuration, with layers in a list, is built and computed."""

    class Stack(layers.Layer):
        def __init__(self, sizes):
            super().__init__()
            self.parts = [layers.Dense(size, use_bias=False) for size in sizes]

        def call(self, inputs):
            for part in self.parts:
                inputs = part(inputs)
            return inputs

    layer = Stack([4, 2])
    net = network(layer, values)
    first, second = randomised(layer).get_weights()
    sim = open_simulator(net)
    sim.run_steps(2, **quiet)
    np.testing.assert_allclose(
        sim.data[net.rows[0]][1], values @ first @ second, rtol=1e-5
    )


def test_nodes_with_one_layer_share_its_variables(values, open_simulator):
    """A layer used twice has one set of variables in a program, as it has in Keras."""
    layer = layers.Dense(3)
    net = network(layer, values, n_layers=2)
    sim = open_simulator(net)
    handles = sim.program.functions.named
    assert len(handles) == 2
    weights, bias = handles.values()
    weights.load(sim.program.sess, np.ones((36, 3), np.float32))
    bias.load(sim.program.sess, np.zeros(3, np.float32))
    sim.run_steps(1, **quiet)
    for probe in net.rows:
        np.testing.assert_allclose(sim.data[probe][0], [values.sum()] * 3, rtol=1e-5)


def test_simulators_do_not_share_variables(values, open_simulator):
    """Values of one simulator change neither another one nor the Keras object."""
    layer = layers.Dense(3)
    net = network(layer, values)
    before = layer.get_weights()
    one, other = open_simulator(net), open_simulator(net)
    for handle in one.program.functions.named.values():
        handle.load(one.program.sess, np.zeros(handle.shape, np.float32))
    other.run_steps(1, **quiet)
    expected = values @ before[0] + before[1]
    np.testing.assert_allclose(other.data[net.rows[0]][0], expected, atol=1e-6)
    for found, wanted in zip(layer.get_weights(), before):
        np.testing.assert_array_equal(found, wanted)


def test_reset_brings_the_weights_of_the_construction_back(values, open_simulator):
    """After a reset a layer has the weights that it had when the simulator was made."""
    layer = layers.Dense(3)
    net = network(layer, values)
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


def test_keras_is_as_it_was_behind_a_simulation(values, open_simulator):
    """The Keras object still computes, and learns, by itself with its own variables."""
    model = image_model()
    net = network(model, values, shape_in=IMAGE)
    images = np.repeat(values.reshape((1,) + IMAGE), 8, axis=0)
    before = model.predict(images)
    open_simulator(net).run_steps(1, **quiet)
    np.testing.assert_array_equal(model.predict(images), before)
    model.compile(loss="mse", optimizer="sgd")
    model.fit(images, np.ones((8, 4)), epochs=1, verbose=0)
    assert np.abs(model.predict(images) - before).max() > 0


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
def test_freeze_params_writes_into_keras(values, whole, open_simulator):
    """Live values of a node, or of all nodes of a network, become those of its layer."""
    layer = layers.Dense(3)
    net = network(layer, values)
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


def test_weights_from_before_the_network_are_kept(values, open_simulator):
    """A layer that has its weights already keeps them."""
    model = randomised(keras.Sequential([keras.Input((36,)), layers.Dense(3)]))
    before = model.get_weights()
    net = network(model, values)
    sim = open_simulator(net)
    sim.run_steps(1, **quiet)
    for found, wanted in zip(model.get_weights(), before):
        np.testing.assert_array_equal(found, wanted)
    expected = values @ before[0] + before[1]
    np.testing.assert_allclose(sim.data[net.rows[0]][0], expected, atol=1e-6)


@pytest.mark.parametrize(
    "make, shape_in",
    [
        (lambda: layers.LSTM(3), (6, 6)),
        (lambda: layers.TimeDistributed(layers.Dense(2)), (6, 6)),
        (lambda: layers.LayerNormalization(), None),
    ],
)
def test_layers_of_many_kinds(values, make, shape_in, open_simulator):
    """Layers with loops, layers or functions inside give what Keras predicts."""
    layer = make()
    net = network(layer, values, shape_in=shape_in)
    randomised(layer)
    sim = open_simulator(net)
    sim.run_steps(2, **quiet)
    expected = keras.Sequential([layer]).predict(
        values.reshape((1,) + (shape_in or (36,)))
    )
    np.testing.assert_allclose(
        sim.data[net.rows[0]][1], expected.ravel(), atol=1e-6, rtol=1e-6
    )


def test_keras_must_compute_with_tensorflow(monkeypatch):
    """Keras 3 with another backend is refused; others have no backends."""
    layer = layers.Dense(2)
    backend = keras_module(layer).backend
    monkeypatch.setattr(backend, "backend", lambda: "jax", raising=False)
    with nengo.Network():
        if has_stateless_call(layer):
            with pytest.raises(ValidationError, match="KERAS_BACKEND=tensorflow"):
                TensorNode(layer, size_in=4)
        else:
            assert TensorNode(layer, size_in=4).size_out == 2


def test_what_does_not_fit_is_refused():
    """What cannot be a node's function is refused with what to do, and makes no node."""
    one, two = keras.Input(shape=(4,)), keras.Input(shape=(4,))
    several_in = keras.Model([one, two], layers.Add()([one, two]))
    several_out = keras.Model(one, [layers.Dense(2)(one), layers.Dense(2)(one)])
    with nengo.Network():
        with pytest.raises(ValidationError, match="size_in must be 1 or more"):
            TensorNode(layers.Dense(2))
        with pytest.raises(ValidationError, match="one input, but has 2"):
            TensorNode(several_in, size_in=4)
        with pytest.raises(ValidationError, match="returns 2; make a model that"):
            TensorNode(several_out, size_in=4)
        with pytest.raises(ValidationError, match="building it for one input of shape"):
            TensorNode(layers.Conv2D(2, 3), size_in=4)
        with pytest.raises(ValidationError, match=r"must return a tensor of shape"):
            TensorNode(layers.Lambda(lambda x: x[0]), size_in=4)


def test_plain_nodes_need_no_keras():
    """Neither the import nor a simulation with a plain TensorNode imports Keras."""
    code = """
import sys, tensorflow as tf
before = set(sys.modules)  # TensorFlow itself imports some of Keras
import nengo, nengo_dl
with nengo.Network() as net:
    node = nengo_dl.TensorNode(lambda t, x: 2 * x, size_in=1)
with nengo_dl.Simulator(net, progress_bar=False, device="/cpu:0") as sim:
    sim.run_steps(1, progress_bar=False)
print([name for name in set(sys.modules) - before if "keras" in name])
"""
    found = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, text=True
    )
    # a module of ours has Keras in its name, and does not import it
    ours = {"nengo_dl.tensor_node.keras", "nengo_dl.tensor_node.keras_object"}
    assert set(ast.literal_eval(found.stdout.splitlines()[-1])) == ours
