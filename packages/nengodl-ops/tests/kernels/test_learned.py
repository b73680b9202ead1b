# SPDX-License-Identifier: MIT
"""Learned weights, changed and applied in one pass."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from nengodl_ops import learned_product
from nengodl_ops.library import load

v1 = tf.compat.v1

# Around what is computed together: 4 rows, vectors of 8 and 16 numbers.
ROWS = st.sampled_from([0, 1, 3, 4, 5, 8, 11])
COLUMNS = st.sampled_from([0, 1, 2, 7, 8, 9, 15, 16, 17, 33, 63, 64, 65, 256, 257])
LAYOUTS = st.sampled_from(["together", "apart", "transposed"])


def reference(weights, pre, change, x, decay=0.0):
    """The formula in NumPy."""
    kept = weights * (1 - np.asarray(decay))[..., None]
    new = kept + change[..., None] * pre[:, :, None, :]
    return new, np.sum(new * x[:, :, None, :], axis=-1)


def rounding(weights, pre, change, x, decay=0.0):
    """
    What rounding may change.

    An element of the weights is rounded 4 times, a sum of n products n times on top, each
    time by half an epsilon of what is summed without signs; twice that, as the reference
    is rounded too.
    """
    eps = np.finfo(weights.dtype).eps
    exact = [np.abs(a).astype(float) for a in (weights, pre, change, x)]
    new, product = reference(*exact, decay=decay)
    return 4 * eps * new, (4 + x.shape[-1]) * eps * product


def raw(weights, pre, change, x, decay):
    """The operation, which needs no shapes before it runs."""
    return list(load().nengodl_learned_product(weights, pre, change, decay, x))


def assert_close(found, arrays):
    """Compare both results with NumPy's."""
    wide = [array.astype("float64") for array in arrays]
    for result, expected, bound in zip(found, reference(*wide), rounding(*arrays)):
        assert result.shape == expected.shape
        assert result.dtype == arrays[0].dtype
        assert np.all(np.abs(result - expected) <= bound)


def operands(make, shape, kind="float64", layout="together", alone=(), decay=True):
    """Random operands; those in `alone` are the same for all items."""
    minibatch, n, rows, columns = shape
    rng = np.random.RandomState(minibatch + rows + columns)
    arrays = [make(rng, shape, kind, layout)]
    for name, length in (
        ("pre", columns),
        ("change", rows),
        ("x", columns),
        ("change", rows),
    ):
        items = 1 if name in alone else minibatch
        arrays.append(make(rng, (items, n, length), kind, layout))
    arrays[4] = np.abs(arrays[4]) / 8
    return arrays if decay else arrays[:4]


@settings(max_examples=40, deadline=None)
@given(
    shape=st.tuples(
        st.sampled_from([0, 1, 2, 5]), st.sampled_from([1, 3]), ROWS, COLUMNS
    ),
    kind=st.sampled_from(["float32", "float64"]),
    layout=LAYOUTS,
    alone=st.sets(st.sampled_from(["pre", "change", "x"])),
    decay=st.booleans(),
)
def test_any_shape(way, make, shape, kind, layout, alone, decay):
    """Weights and product are those of NumPy, for any shapes and common operands."""
    arrays = operands(make, shape, kind, layout, alone, decay)
    assert_close(way(learned_product, *arrays), arrays)


@pytest.mark.parametrize(
    "alone", [("pre",), ("change",), ("x",), ("pre", "x"), ("pre", "change", "x")]
)
def test_common_operands(way, make, alone):
    """Operands of one item are those of all items, for each connection its own."""
    arrays = operands(make, (5, 3, 11, 65), alone=alone)
    assert_close(way(learned_product, *arrays), arrays)


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_many_rows(way, make, kind):
    """Rows that several threads share, each a part that is no multiple of 4, fit too."""
    arrays = operands(make, (3, 2, 135, 1031), kind)
    assert_close(way(learned_product, *arrays), arrays)


def test_plain_tensorflow(way, make):
    """The plain formula of TensorFlow gives the same weights and products."""
    arrays = operands(make, (2, 3, 5, 17))

    def plain(weights, pre, change, x, decay):
        new = weights * (1 - decay)[..., None] + change[..., None] * pre[:, :, None, :]
        return new, tf.linalg.matvec(new, x)

    pairs = zip(way(learned_product, *arrays), way(plain, *arrays), rounding(*arrays))
    for found, expected, bound in pairs:
        assert np.all(np.abs(found - expected) <= bound)


def test_fed_arrays_keep_their_values(way, make):
    """What is computed in place is no array of the user's."""
    arrays = operands(make, (2, 1, 5, 64))
    copies = [array.copy() for array in arrays]
    way(learned_product, *arrays)
    for array, copy in zip(arrays, copies):
        np.testing.assert_array_equal(array, copy)


def test_variable_keeps_its_value(outside, make):
    """Only an assignment changes a variable of which the weights are read."""
    arrays = operands(make, (2, 1, 5, 64))
    with tf.Graph().as_default(), v1.Session() as session:
        variable = v1.get_variable("w", initializer=arrays[0], use_resource=True)
        new, _ = learned_product(variable, *arrays[1:])
        session.run(variable.initializer)
        first, second = session.run(new), session.run(new)
        np.testing.assert_array_equal(first, second)
        np.testing.assert_array_equal(session.run(variable), arrays[0])
        session.run(v1.assign(variable, new))
        np.testing.assert_array_equal(session.run(variable), first)


def test_steps_in_place(way, make, repeat):
    """Weights that a loop carries are after 50 steps those of a loop in NumPy."""
    weights, pre, change, x, decay = operands(make, (2, 3, 5, 17))
    pre, x = pre / 8, x / 8

    def step(weights, x):
        new, product = learned_product(weights, pre, change, x, decay)
        return new, x + 0.1 * tf.reduce_mean(product)

    found = way(repeat(step), weights, x)
    for _ in range(50):
        weights, product = reference(weights, pre, change, x, decay)
        x = x + 0.1 * np.mean(product)
    np.testing.assert_allclose(found[0], weights, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found[1], x, rtol=1e-12, atol=1e-12)


def test_old_weights_are_still_right(way, make, repeat):
    """Weights that are used after they were changed have the old values."""
    weights, pre, change, x = operands(make, (2, 1, 5, 17), decay=False)

    def step(old, _):
        first, product = learned_product(old, pre, change, x)
        second, _ = learned_product(old, pre, -change, x + product[:, :, :1])
        return (first + second) / 2, old

    found = way(repeat(step, steps=3), weights, weights)
    # the changes cancel each other out
    np.testing.assert_allclose(found[0], weights, rtol=0, atol=1e-14)
    np.testing.assert_allclose(found[1], weights, rtol=0, atol=1e-14)


@pytest.mark.parametrize("decay", [False, True])
@pytest.mark.parametrize("alone", [(), ("pre", "change", "x"), ("pre",), ("change",)])
def test_gradients(way, make, decay, alone):
    """Gradients of all operands are central differences, also of those in common."""
    arrays = operands(make, (2, 2, 3, 4), alone=alone, decay=decay)
    gradients = way.gradients(learned_product, *arrays)
    assert len(gradients) == len(arrays)
    for found, expected in gradients:
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("result", [0, 1])
def test_gradient_of_one_result(way, make, result):
    """Weights or product may be what is not differentiated."""
    arrays = operands(make, (2, 1, 3, 4))
    # without the product, x has no influence
    count = 5 if result else 3
    pairs = way.gradients(
        lambda *some: learned_product(*some, *map(tf.constant, arrays[count:]))[result],
        *arrays[:count],
    )
    for found, expected in pairs:
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-11)


def test_differentiable_once(way, make):
    """Asking for a second derivative by way of the weights is an error."""

    def program(*arrays):
        new, product = learned_product(*arrays)
        (first,) = tf.gradients(tf.reduce_sum(product), [arrays[3]])
        return tf.gradients(tf.reduce_sum(first), [arrays[0]])

    with pytest.raises(LookupError, match="NengodlLearnedProduct"):
        way(program, *operands(make, (2, 1, 3, 4)))


def test_gradients_through_steps(way, make, repeat):
    """Gradients are right through a loop, in which x is multiplied again and again."""
    arrays = operands(make, (2, 1, 4, 4), decay=False)

    def program(weights, pre, change, x):
        def step(weights, x):
            new, product = learned_product(weights, pre, change, x)
            return new, tf.tanh(product)

        return repeat(step, steps=3)(weights, x)

    for found, expected in way.gradients(program, *arrays, step=1e-5):
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)


SHAPES = [(2, 3, 4, 5), (2, 3, 5), (2, 3, 4), (1, 3, 5), (2, 3, 4)]
WRONG = [
    (0, (3, 4, 5), "weights: expected (items, operators, rows, columns)"),
    (1, (2, 3, 6), "pre: expected (1 or 2, 3, 5)"),
    (1, (3, 3, 5), "pre: expected (1 or 2, 3, 5)"),
    (2, (2, 3, 5), "change: expected (1 or 2, 3, 4)"),
    (2, (2, 1, 4), "change: expected (1 or 2, 3, 4)"),
    (3, (2, 3, 5, 1), "x: expected (1 or 2, 3, 5)"),
    (4, (2, 3, 1), "decay: expected (1 or 2, 3, 4)"),
    (4, (1, 3, 4), "decay: expected the shape of change, (2, 3, 4)"),
]


@pytest.mark.parametrize("index, shape, message", WRONG)
def test_wrong_shapes(index, shape, message):
    """The error names the operand, and what was expected and received."""
    shapes = [shape if i == index else right for i, right in enumerate(SHAPES)]
    with tf.Graph().as_default():
        with pytest.raises(ValueError) as error:
            learned_product(*[v1.placeholder("float32", shape) for shape in shapes])
    assert message in str(error.value)
    assert str(shape) in str(error.value)


@pytest.mark.parametrize("index, shape, message", WRONG)
def test_wrong_shapes_of_values(way, index, shape, message):
    """Shapes that are not known earlier are checked before the kernel runs."""
    shapes = [shape if i == index else right for i, right in enumerate(SHAPES)]
    arrays = [np.zeros(shape) for shape in shapes]
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        way(raw, *arrays, shapes=[None] * 5)
    assert message in str(error.value)
    assert f"received {shape}" in str(error.value)


def test_empty_decay_is_none(way, make):
    """For the operation itself a decay without elements is no decay."""
    arrays = operands(make, (2, 1, 3, 4), decay=False)
    found = way(lambda *some: raw(*some, tf.zeros((0, 0, 0), tf.float64)), *arrays)
    assert_close(found, arrays)
