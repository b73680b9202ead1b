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
from nengo_dl import TensorNode, reshaped
from nengo_dl.tensor_node.keras_object import has_stateless_call, keras_module

# TensorFlow loads its Keras on first use
keras = tf.keras
layers = keras.layers

quiet = {"progress_bar": False}
IMAGE = (6, 6, 1)


def two_paths():
    """A functional model."""
    start = keras.Input(shape=(36,))
    left = layers.Dense(5, activation="tanh")(start)
    return keras.Model(start, layers.Add()([left, layers.Dense(5)(start)]))


@pytest.mark.parametrize("minibatch_size", [None, 4])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dense_layer_multiplies_by_its_weights(
    values, keras_network, randomised, minibatch_size, dtype, open_simulator
):
    """A layer that the node built gives the product with the weights that it then has."""
    layer = layers.Dense(3)
    net = keras_network(layer, values, dtype=dtype)
    weights, bias = randomised(layer).get_weights()
    sim = open_simulator(net, minibatch_size=minibatch_size, unroll_simulation=3)
    sim.run_steps(6, **quiet)
    found = sim.data[net.rows[0]]
    assert net.layers[0].size_out == 3 and found.dtype == dtype
    assert found.shape == (() if minibatch_size is None else (4,)) + (6, 3)
    np.testing.assert_allclose(
        found, np.broadcast_to(values @ weights + bias, found.shape), atol=1e-6
    )


def test_layer_computes_in_its_own_type(
    values, keras_network, randomised, open_simulator
):
    """A layer of type float64 in a simulation of that type has float64 precision."""
    layer = layers.Dense(3, dtype="float64")
    net = keras_network(layer, values, dtype="float64")
    weights, bias = randomised(layer).get_weights()
    sim = open_simulator(net)
    sim.run_steps(1, **quiet)
    expected = values.astype(np.float64) @ weights + bias
    np.testing.assert_allclose(sim.data[net.rows[0]][0], expected, rtol=1e-14)


@pytest.mark.parametrize("shape_in", [IMAGE, None])
def test_model_gives_what_keras_predicts(
    values, keras_network, randomised, image_model, shape_in, open_simulator
):
    """Models give what their `predict` gives: averages are used, nothing drops out."""
    model = image_model() if shape_in else two_paths()
    net = keras_network(model, values, shape_in=shape_in)
    randomised(model)
    sim = open_simulator(net, minibatch_size=2, unroll_simulation=3)
    sim.run_steps(3, **quiet)
    expected = model.predict(values.reshape((1,) + (shape_in or (36,))))
    found = sim.data[net.rows[0]]
    np.testing.assert_allclose(
        found, np.broadcast_to(expected, found.shape), atol=1e-6, rtol=1e-6
    )


def test_output_of_several_axes_is_flattened(
    values, keras_network, randomised, open_simulator
):
    """An image that comes out of a layer becomes a row."""
    layer = layers.Conv2D(2, 3)
    net = keras_network(layer, values, shape_in=IMAGE)
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


def test_arguments_go_to_the_call(values, keras_network, open_simulator):
    """Further arguments of `tensor_layer` are those of the layer's call."""

    class Scaled(layers.Layer):
        def call(self, inputs, scale=1.0):
            return inputs * scale

    net = keras_network(Scaled(), values, scale=3.0)
    sim = open_simulator(net)
    sim.run_steps(1, **quiet)
    np.testing.assert_allclose(sim.data[net.rows[0]][0], 3 * values, rtol=1e-6)


def test_custom_layers_of_layers(values, keras_network, randomised, open_simulator):
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
    net = keras_network(layer, values)
    first, second = randomised(layer).get_weights()
    sim = open_simulator(net)
    sim.run_steps(2, **quiet)
    np.testing.assert_allclose(
        sim.data[net.rows[0]][1], values @ first @ second, rtol=1e-5
    )


def test_keras_is_as_it_was_behind_a_simulation(
    values, keras_network, image_model, open_simulator
):
    """The Keras object still computes, and learns, by itself with its own variables."""
    model = image_model()
    net = keras_network(model, values, shape_in=IMAGE)
    images = np.repeat(values.reshape((1,) + IMAGE), 8, axis=0)
    before = model.predict(images)
    open_simulator(net).run_steps(1, **quiet)
    np.testing.assert_array_equal(model.predict(images), before)
    model.compile(loss="mse", optimizer="sgd")
    model.fit(images, np.ones((8, 4)), epochs=1, verbose=0)
    assert np.abs(model.predict(images) - before).max() > 0


@pytest.mark.parametrize(
    "make, shape_in",
    [
        (lambda: layers.LSTM(3), (6, 6)),
        (lambda: layers.TimeDistributed(layers.Dense(2)), (6, 6)),
        (lambda: layers.LayerNormalization(), None),
    ],
)
def test_layers_of_many_kinds(
    values, keras_network, randomised, make, shape_in, open_simulator
):
    """Layers with loops, layers or functions inside give what Keras predicts."""
    layer = make()
    net = keras_network(layer, values, shape_in=shape_in)
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
