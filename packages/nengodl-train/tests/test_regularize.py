# SPDX-License-Identifier: MIT
"""Regularization."""

from fractions import Fraction

import nengo
import nengo_dl
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nengo.exceptions import ValidationError
from nengodl_train.regularize import Regularize

ORDERS = [1, 2, "euclidean", np.inf, 0.5, 1.5, 3, 50.0]


def reference(signal, order=2, axis=None, weight=1):
    """The value, from NumPy's own vector norms, in float64."""
    signal = signal.astype("float64")
    if axis is None:
        signal, axis = signal.reshape(signal.shape[:2] + (-1,)), 0
    axis = axis if axis < 0 else axis + 2
    order = 2 if order == "euclidean" else order
    vectors = np.moveaxis(signal, axis, -1)
    norms = [np.linalg.norm(v, order) for v in vectors.reshape(-1, vectors.shape[-1])]
    return weight * np.mean(norms)


def differences(function, array, step=1e-6):
    """Central differences of a function of an array."""
    gradient = np.zeros(array.shape)
    for index in np.ndindex(*array.shape):
        moved = np.zeros(array.shape)
        moved[index] = step
        rise = function(array + moved) - function(array - moved)
        gradient[index] = rise / (2 * step)
    return gradient


def random_signal(shape, seed=0):
    """Numbers of both signs, none of them close to zero or to one another."""
    rng = np.random.RandomState(seed)
    size = int(np.prod(shape))
    values = rng.permutation(np.linspace(0.3, 2, size)) * rng.choice([-1, 1], size)
    return values.reshape(shape)


@pytest.mark.parametrize("dtype, rtol", [("float32", 2e-6), ("float64", 1e-13)])
@pytest.mark.parametrize("axis", [None, 0, -1])
@pytest.mark.parametrize("order", ORDERS)
def test_same_as_numpy(value_and_gradient, order, axis, dtype, rtol):
    """Values are means of NumPy's norms for each kind of order, in both dtypes."""
    signal = random_signal((3, 2, 4, 5)).astype(dtype)
    value, gradient = value_and_gradient(Regularize(order, axis), signal)
    assert value.shape == ()
    assert value.dtype == gradient.dtype == dtype
    np.testing.assert_allclose(value, reference(signal, order, axis), rtol=rtol)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), seed=st.integers(0, 2**31), tenths=st.integers(-30, 30))
def test_any_shape_order_and_axis(value_and_gradient, data, seed, tenths):
    """Values are means of NumPy's norms for any shape, order, axis and weight."""
    weight = tenths / 10
    shape = data.draw(st.lists(st.integers(1, 4), min_size=3, max_size=5))
    n_axes = len(shape) - 2
    axis = data.draw(st.none() | st.integers(-n_axes, n_axes - 1))
    order = data.draw(st.sampled_from([1, 2, np.inf]) | st.floats(0.2, 20))
    signal = np.random.RandomState(seed).normal(size=shape)
    value = value_and_gradient(Regularize(order, axis, weight), signal)[0]
    expected = reference(signal, order, axis, weight)
    np.testing.assert_allclose(value, expected, rtol=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    order=st.sampled_from([1, 2, np.inf]) | st.floats(0.3, 10),
    axis=st.sampled_from([None, 0, 1, -1, -2]),
    seed=st.integers(0, 2**31),
)
def test_gradient(value_and_gradient, order, axis, seed):
    """Away from zero gradients are those of central differences."""
    signal = random_signal((2, 1, 3, 2), seed)
    gradient = value_and_gradient(Regularize(order, axis, 1.7), signal)[1]
    expected = differences(lambda x: reference(x, order, axis, 1.7), signal)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-8 * scale)


@pytest.mark.parametrize("dtype, rtol", [("float32", 1e-5), ("float64", 1e-8)])
@pytest.mark.parametrize("axis", [None, 1])
@pytest.mark.parametrize("order", ORDERS)
def test_inside_xla(value_and_gradient, order, axis, dtype, rtol):
    """Compiled by XLA it has the same value and gradient."""
    signal = random_signal((2, 3, 2, 3), 1).astype(dtype)
    function = Regularize(order, axis, 0.5)
    value, gradient = value_and_gradient(function, signal, xla=True)
    np.testing.assert_allclose(value, reference(signal, order, axis, 0.5), rtol=rtol)
    slope = differences(
        lambda x: reference(x, order, axis, 0.5), signal.astype("float64")
    )
    scale = np.abs(slope).max()
    np.testing.assert_allclose(gradient, slope, rtol=rtol, atol=rtol * scale)


@pytest.mark.parametrize("order", ORDERS)
def test_zero_signal(value_and_gradient, xla, order):
    """At a signal of zeros the value and the gradient are zero."""
    signal = np.zeros((1, 2, 3, 2))
    value, gradient = value_and_gradient(Regularize(order), signal, xla=xla)
    assert value == 0
    np.testing.assert_array_equal(gradient, np.zeros(signal.shape))


@pytest.mark.parametrize("order", ORDERS)
def test_zero_vectors_beside_others(value_and_gradient, xla, order):
    """Vectors of zeros change neither the gradient of others nor get one."""
    signal = random_signal((1, 2, 3, 2), 2)
    signal[0, 0, 1] = 0
    gradient = value_and_gradient(Regularize(order, axis=1), signal, xla=xla)[1]
    np.testing.assert_array_equal(gradient[0, 0, 1], [0, 0])
    rest = signal[0, [0, 0, 1, 1, 1], [0, 2, 0, 1, 2]].reshape(1, 5, 2)
    expected = differences(lambda x: reference(x, order, 0) * 5 / 6, rest)
    found = gradient[0, [0, 0, 1, 1, 1], [0, 2, 0, 1, 2]].reshape(1, 5, 2)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("order", ORDERS)
def test_zero_elements_of_vectors(value_and_gradient, xla, order):
    """Single zeros get no gradient, and the others that of the vector without them."""
    signal = np.array([[[0.0, 0.9, 0.0, -1.2, 0.7]]])
    gradient = value_and_gradient(Regularize(order), signal, xla=xla)[1]
    np.testing.assert_array_equal(gradient[0, 0, [0, 2]], [0, 0])
    others = signal[..., [1, 3, 4]]
    expected = differences(lambda x: reference(x, order), others)
    found = gradient[..., [1, 3, 4]]
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


def test_largest_elements_share_the_gradient(value_and_gradient, xla):
    """With order infinity elements of equal size share the gradient."""
    signal = np.array([[[2.0, -2.0, 1.0, 0.0]]])
    gradient = value_and_gradient(Regularize(np.inf), signal, xla=xla)[1]
    np.testing.assert_allclose(gradient, [[[0.5, -0.5, 0, 0]]], rtol=1e-15)


@pytest.mark.parametrize("order", [2, 3, 60])
@pytest.mark.parametrize("scale", [1e-30, 1e-3, 1e3, 1e30])
def test_powers_do_not_overflow(value_and_gradient, xla, order, scale):
    """Powers that are too large or too small for float32 do no harm."""
    signal = np.array([[[3.0, -4.0]]], dtype="float32") * np.float32(scale)
    value, gradient = value_and_gradient(Regularize(order), signal, xla=xla)
    root = (3.0**order + 4.0**order) ** (1 / order)
    np.testing.assert_allclose(value, scale * root, rtol=2e-6)
    expected = np.array([3.0, -4.0]) * np.array([3.0, 4.0]) ** (order - 2)
    expected = expected / root ** (order - 1)
    np.testing.assert_allclose(gradient[0, 0], expected, rtol=2e-5)


@pytest.mark.parametrize("order", [1, 2, 0.5, 3])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_signals_that_are_no_numbers(value_and_gradient, bad, order):
    """NaN and infinity in a signal are seen in the value.

    Without XLA: that of TensorFlow 1 computes as if there was no NaN.
    """
    signal = np.array([[[1.0, bad, 0.0]]])
    value = value_and_gradient(Regularize(order), signal)[0]
    np.testing.assert_array_equal(value, np.abs(bad))


@settings(max_examples=25, deadline=None)
@given(order=st.floats(0.1, 30), factor=st.floats(1e-3, 1e3), seed=st.integers(0, 99))
def test_is_homogeneous(value_and_gradient, order, factor, seed):
    """A multiple of a signal has the multiple of the norm, and the same gradient."""
    assume(factor != 1)
    signal = random_signal((1, 2, 3), seed)
    value, gradient = value_and_gradient(Regularize(order), signal)
    other_value, other_gradient = value_and_gradient(Regularize(order), factor * signal)
    np.testing.assert_allclose(other_value, factor * value, rtol=1e-11)
    np.testing.assert_allclose(other_gradient, gradient, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "order, shown",
    [
        ("fro", "'fro'"),
        ("inf", "'inf'"),
        (0, "0"),
        (-1, "-1"),
        (-np.inf, "-inf"),
        (np.nan, "nan"),
        (True, "True"),
        (None, "None"),
        (1j, "1j"),
        ([1, 2], "[1, 2]"),
    ],
)
def test_unknown_orders(order, shown):
    """The error about an order has the order and those that are allowed."""
    with pytest.raises(ValueError) as error:
        Regularize(order=order)
    assert f"but is {shown}" in str(error.value)
    assert "positive number, np.inf or 'euclidean'" in str(error.value)
    assert error.value.attr == "order"


@pytest.mark.parametrize(
    "attr, value",
    [
        ("axis", 1.0),
        ("axis", (0, 1)),
        ("axis", "x"),
        ("axis", True),
        ("weight", "much"),
        ("weight", np.nan),
        ("weight", np.inf),
        ("weight", True),
        ("weight", [1.0]),
    ],
)
def test_bad_arguments(attr, value):
    """The error has the name of the argument and its value."""
    with pytest.raises(ValidationError) as error:
        Regularize(**{attr: value})
    assert error.value.attr == attr
    assert f"Regularize.{attr}: must be" in str(error.value)
    assert repr(value) in str(error.value)


def test_numbers_of_other_types(value_and_gradient):
    """Scalars of NumPy and other real numbers will do."""
    signal = random_signal((2, 2, 3, 2))
    function = Regularize(np.float64(1.5), np.int32(-1), np.float64(0.25))
    value = value_and_gradient(function, signal.astype("float32"))[0]
    np.testing.assert_allclose(value, reference(signal, 1.5, -1, 0.25), rtol=1e-6)
    value = value_and_gradient(Regularize(Fraction(3, 2), weight=2), signal)[0]
    np.testing.assert_allclose(value, reference(signal, 1.5, None, 2), rtol=1e-13)


@pytest.mark.parametrize("shape, axis", [((2, 3, 4), 1), ((2, 3, 4, 5), -3)])
def test_axes_that_a_signal_does_not_have(shape, axis):
    """The error has the axis, the shape, and the axes that there are."""
    n_axes = len(shape) - 2
    with tf.Graph().as_default(), pytest.raises(ValidationError) as error:
        Regularize(axis=axis)(tf.zeros(shape))
    assert error.value.attr == "axis"
    assert f"from {-n_axes} to {n_axes - 1}" in str(error.value)
    assert f"but is {axis}" in str(error.value)
    assert ", ".join(map(str, shape)) in str(error.value)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), None])
def test_what_is_no_output_of_a_probe(shape):
    """Without axes behind minibatch and time there is no signal."""
    with tf.Graph().as_default(), pytest.raises(ValidationError) as error:
        Regularize()(tf.compat.v1.placeholder(tf.float32, shape))
    assert error.value.attr == "outputs"
    assert "(minibatch, steps, size)" in str(error.value)


def test_equal_arguments_make_equal_objects():
    """Objects are equal if their arguments are, and cannot be changed afterwards."""
    one, same, other = Regularize(1, weight=2), Regularize(1, None, 2.0), Regularize(1)
    assert one == same and hash(one) == hash(same)
    assert one != other
    with pytest.raises(AttributeError):
        one.weight = 3
    assert repr(other) == "Regularize(order=1, axis=None, weight=None)"


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_on_probes(axis):
    """It takes probes of activity and, with one item, of weights (history 27)."""
    rng = np.random.RandomState(0)
    weights = rng.normal(size=(3, 2))
    with nengo.Network() as net:
        nengo_dl.configure_settings(dtype="float64")
        source = nengo.Node(np.zeros(2))
        target = nengo.Node(size_in=3)
        connection = nengo.Connection(source, target, transform=weights, synapse=None)
        activity = nengo.Probe(source)
        parameters = nengo.Probe(connection, "weights")
        nengo_dl.configure_settings(keep_history=True)
        net.config[parameters].keep_history = False
    data = rng.normal(size=(4, 5, 2))
    function = Regularize(axis=axis)
    with nengo_dl.Simulator(
        net, minibatch_size=2, device="/cpu:0", progress_bar=False
    ) as sim:
        found = sim.run_batch(
            {source: data},
            outputs={activity: Regularize(), parameters: function},
            combine=np.mean,
        )
    np.testing.assert_allclose(found[activity], reference(data), rtol=1e-13)
    expected = reference(weights[np.newaxis, np.newaxis], axis=axis)
    np.testing.assert_allclose(found[parameters], expected, rtol=1e-13)
