# SPDX-License-Identifier: MIT
"""What Keras objects are, and what is read from them and written into them."""

import numpy as np
import pytest
import tensorflow as tf
from nengo_dl.tensor_node import keras_object

# TensorFlow loads its Keras on first use
keras = tf.keras
layers = keras.layers


@pytest.fixture
def dense():
    """A built layer with one weight of 2 and a bias of 3."""
    layer = layers.Dense(1)
    keras_object.build(layer, (1,))
    layer.set_weights([np.array([[2.0]]), np.array([3.0])])
    return layer


def test_layers_and_models_are_keras_objects():
    """Instances are; classes, other objects of Keras and other classes named Layer not."""

    class Layer:
        pass

    class Own(layers.Layer):
        pass

    assert keras_object.is_keras(layers.Dense(1))
    assert keras_object.is_keras(keras.Sequential())
    assert keras_object.is_keras(Own())
    for other in (layers.Dense, keras.activations.relu, Layer(), np.tanh, None):
        assert not keras_object.is_keras(other)
    assert not keras_object.is_keras(keras.initializers.Zeros())


def test_module_is_the_one_that_made_the_layer(dense):
    """From the module come layers of the same kind."""
    made = keras_object.keras_module(dense).layers.Dense
    assert issubclass(made, type(dense))


def test_values_are_read_and_written_inside_of_a_graph(dense):
    """The values are those of Keras, whatever graph is current."""
    with tf.Graph().as_default():
        weights, bias = keras_object.read(dense, dense.variables)
        keras_object.write(dense, dense.variables, [weights + 1, bias + 1])
    np.testing.assert_array_equal(weights, [[2]])
    np.testing.assert_array_equal(bias, [3])
    weights, bias = dense.get_weights()
    np.testing.assert_array_equal(weights, [[3]])
    np.testing.assert_array_equal(bias, [4])


def test_compute_dtype_is_the_type_of_the_layer():
    """A layer has the type that it was given, float32 if none."""
    for given, expected in (({}, "float32"), ({"dtype": "float64"}, "float64")):
        layer = layers.Dense(1, **given)
        keras_object.build(layer, (1,))
        assert keras_object.compute_dtype(layer) == expected


def test_training_is_an_argument_of_some_layers():
    """BatchNormalization has a mode for training, Flatten has not."""
    assert keras_object.takes_training(layers.BatchNormalization())
    assert not keras_object.takes_training(layers.Flatten())


class Part(tf.Module):
    """Something like a layer of Keras 2, which has its variables as attributes."""

    def __init__(self, value, inner=None):
        super().__init__()
        self.weights = [value, (value, value)]
        self.named = {"a": value, "b": 1}
        self.value, self.inner, self.log = value, inner, []
        self.pair = (1, 2)


def test_variables_are_replaced_everywhere_and_put_back():
    """Attributes, lists, tuples, dicts and parts of parts are exchanged, up to an error."""
    variables = [object(), object()]
    part = Part(variables[0], Part(variables[1]))
    before = [dict(vars(part)), dict(vars(part.inner))]
    pairs = {id(v): (v, str(i)) for i, v in enumerate(variables)}
    with pytest.raises(ZeroDivisionError), keras_object.replaced(part, pairs):
        for own, name in ((part, "0"), (part.inner, "1")):
            assert own.value == name and own.weights == [name, (name, name)]
            assert own.named == {"a": name, "b": 1} and own.pair == (1, 2)
            own.log.append("called")
        raise ZeroDivisionError
    for own, attributes in zip((part, part.inner), before):
        assert all(vars(own)[name] is value for name, value in attributes.items())
        assert own.log == []
