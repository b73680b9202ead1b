# SPDX-License-Identifier: MIT
"""Products with a sparse matrix of which the entries are stored."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from nengodl_ops import sparse_product
from nengodl_ops.library import load

v1 = tf.compat.v1


def dense(data, rows, columns, shape):
    """The matrix of each item; repeated entries add up."""
    matrices = np.zeros((len(data),) + shape)
    for matrix, values in zip(matrices, data):
        np.add.at(matrix, (rows, columns), values)
    return matrices


def reference(data, x, rows, columns, n_rows):
    """The product by a dense matrix."""
    matrices = dense(data, rows, columns, (n_rows, x.shape[1]))
    return np.sum(matrices * x[:, None, :], axis=-1)


def assert_close(found, data, x, rows, columns, n_rows):
    """
    Compare with NumPy.

    A sum of n products is off by at most n times half an epsilon of what is summed
    without signs; twice that, as the reference is rounded too, and n is at least 1.
    """
    wide = data.astype("float64"), x.astype("float64")
    expected = reference(*wide, rows, columns, n_rows)
    longest = 1 + max(np.bincount(rows, minlength=1))
    size = reference(*map(np.abs, wide), rows, columns, n_rows)
    assert found.shape == expected.shape
    assert found.dtype == data.dtype
    bound = longest * np.finfo(data.dtype).eps * size
    assert np.all(np.abs(found - expected) <= bound)


def matrix(seed, n_rows, n_columns, n_entries):
    """Random places of entries, in no order; none where there is no room."""
    rng = np.random.RandomState(seed)
    if not n_rows * n_columns:
        n_entries = 0
    rows = rng.randint(max(n_rows, 1), size=n_entries)
    columns = rng.randint(max(n_columns, 1), size=n_entries)
    return rng, rows, columns


@settings(max_examples=50, deadline=None)
@given(
    n_rows=st.sampled_from([0, 1, 2, 7, 17, 64]),
    n_columns=st.sampled_from([0, 1, 3, 8, 65]),
    n_entries=st.sampled_from([0, 1, 7, 8, 9, 16, 63, 257]),
    items=st.sampled_from(
        [
            (1, 1),
            (1, 2),
            (1, 3),
            (1, 16),
            (1, 17),
            (1, 33),
            (3, 1),
            (3, 3),
            (0, 0),
            (1, 0),
        ]
    ),
    kind=st.sampled_from(["float32", "float64"]),
    layout=st.sampled_from(["together", "apart", "transposed"]),
)
def test_any_shape(way, make, n_rows, n_columns, n_entries, items, kind, layout):
    """Products are NumPy's for any shapes, repeated entries, common matrix or vector."""
    rng, rows, columns = matrix(n_entries, n_rows, n_columns, n_entries)
    data = make(rng, (items[0], len(rows)), kind, layout)
    x = make(rng, (items[1], n_columns), kind, layout)
    found = way(lambda *some: sparse_product(*some, rows, columns, n_rows), data, x)
    if not items[0] or not items[1]:
        assert found.shape == (0, n_rows)
    else:
        assert_close(found, data, x, rows, columns, n_rows)


@pytest.mark.parametrize("items", [1, 10])
def test_many_entries(way, make, items):
    """Rows that several threads share fit too."""
    rng, rows, columns = matrix(0, 501, 303, 70000)
    data, x = make(rng, (1, 70000), "float32"), make(rng, (items, 303), "float32")
    found = way(lambda *some: sparse_product(*some, rows, columns, 501), data, x)
    assert_close(found, data, x, rows, columns, 501)


def test_plain_tensorflow(way, outside, make):
    """TensorFlow's own sparse product, which XLA does not know, has the same values."""
    rng, rows, columns = matrix(0, 9, 5, 30)
    data, x = make(rng, (1, 30)), make(rng, (4, 5))
    places = np.stack([rows, columns], axis=1)

    def plain(data, x):
        held = tf.SparseTensor(places, data[0], (9, 5))
        product = tf.sparse.sparse_dense_matmul(held, x, adjoint_b=True)
        return tf.transpose(product)

    found = way(lambda *some: sparse_product(*some, rows, columns, 9), data, x)
    expected = outside(plain, data, x)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("order", ["lists", "int32", "sorted"])
def test_forms_of_places(outside, order):
    """Places may be lists or arrays, of entries in order or not."""
    rows, columns = [1, 0, 1], [0, 2, 2]
    data, x = np.array([[1.0, 2, 3]]), np.array([[1.0, 10, 100]])
    if order == "int32":
        rows, columns = np.array(rows, "int32"), np.array(columns, "int32")
    if order == "sorted":
        rows, columns, data = [0, 1, 1], [2, 0, 2], data[:, [1, 0, 2]]
    found = outside(lambda *some: sparse_product(*some, rows, columns, 3), data, x)
    np.testing.assert_array_equal(found, [[200, 301, 0]])


def test_steps(way, make, repeat):
    """A recurrent product is after 50 steps that of a loop in NumPy."""
    rng, rows, columns = matrix(0, 7, 7, 20)
    data, x = make(rng, (1, 20)) / 5, make(rng, (4, 7))

    def step(x):
        return [1 + sparse_product(tf.constant(data), x, rows, columns, 7)]

    (found,) = way(repeat(step), x)
    for _ in range(50):
        x = 1 + reference(data, x, rows, columns, 7)
    np.testing.assert_allclose(found, x, rtol=1e-12)


@pytest.mark.parametrize("items", [(1, 1), (1, 3), (3, 1), (3, 3)])
def test_gradients(way, make, items):
    """Gradients of entries and vectors are central differences, also of common ones."""
    rng, rows, columns = matrix(1, 4, 3, 9)
    arrays = make(rng, (items[0], 9)), make(rng, (items[1], 3))
    pairs = way.gradients(
        lambda *some: sparse_product(*some, rows, columns, 4), *arrays
    )
    for found, expected in pairs:
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


def test_gradient_of_places(way):
    """The gradient of entry k is that of its row times x at its column."""
    rows, columns = [1, 0, 1, 1], [0, 2, 2, 2]
    data, x = np.ones((1, 4)), np.array([[1.0, 10, 100], [2, 20, 200]])

    def program(data, x):
        product = sparse_product(data, x, rows, columns, 2)
        return tf.gradients(tf.reduce_sum(product * [[3.0, 5.0]]), [data, x])

    found = way(program, data, x)
    np.testing.assert_array_equal(found[0], [[5 * 3, 3 * 300, 5 * 300, 5 * 300]])
    np.testing.assert_array_equal(found[1], [[5, 0, 13], [5, 0, 13]])


def test_differentiable_once(way):
    """Asking for a second derivative is an error that names the operation."""

    def program(data, x):
        product = sparse_product(data, x, [0, 1], [1, 0], 2)
        (first,) = tf.gradients(tf.reduce_sum(product**2), [x])
        return tf.gradients(tf.reduce_sum(first), [data])

    with pytest.raises(LookupError, match="NengodlSparseProduct"):
        way(program, np.ones((1, 2)), np.ones((1, 2)))


def test_gradients_through_steps(way, make, repeat):
    """Gradients are right through a loop in which the product goes round."""
    rng, rows, columns = matrix(0, 4, 4, 9)
    arrays = make(rng, (1, 9)), make(rng, (2, 4))

    def program(data, x):
        def step(data, x):
            return data, tf.tanh(sparse_product(data, x, rows, columns, 4))

        return repeat(step, steps=3)(data, x)

    for found, expected in way.gradients(program, *arrays, step=1e-5):
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    "data, x, message",
    [
        ((3, 2), (2, 5), "data and x: expected as many items, or 1, received 3 and 2"),
        ((1, 3), (2, 5), "expected rows and columns of 3 entries"),
    ],
)
def test_wrong_shapes(data, x, message):
    """The error says what does not fit together."""
    with tf.Graph().as_default(), pytest.raises(ValueError) as error:
        data, x = v1.placeholder("float32", data), v1.placeholder("float32", x)
        sparse_product(data, x, [0, 1], [4, 0], 2)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "rows, columns, message",
    [
        ([0, 2], [0, 0], "expected rows from 0 to 1, received 0 to 2"),
        ([0, -1], [0, 0], "expected rows from 0 to 1, received -1 to 0"),
        ([0, 1], [5, 0], "expected columns from 0 to 4, received 0 to 5"),
        ([0, 1], [0, -1], "expected columns from 0 to 4, received -1 to 0"),
        ([0, 1], [0, 2**32], "expected columns from 0 to 4, received 0 to 4294967296"),
        ([0, 1, 1], [0, 0], "received 3 and 2"),
    ],
)
def test_wrong_places(rows, columns, message):
    """Entries outside the matrix are refused, and are not taken for other ones."""
    with tf.Graph().as_default(), pytest.raises(ValueError) as error:
        sparse_product(tf.zeros((1, 2)), tf.zeros((3, 5)), rows, columns, 2)
    assert message in str(error.value)


def raw(data, starts, columns, x):
    """The operation, of which TensorFlow sees what the function checks before."""
    return load().nengodl_sparse_product(data=data, starts=starts, columns=columns, x=x)


@pytest.mark.parametrize("items", [1, 2, 3, 17])
@pytest.mark.parametrize("bad", [-1, 3, 2**31 - 1, -(2**31)])
def test_columns_that_are_not_there(way, items, bad):
    """A column outside x is an error, whichever way the sum is taken."""
    starts, columns = np.array([0, 9, 12], "int32"), np.zeros(12, "int32")
    data, x = np.ones((1, 12)), np.ones((items, 3))
    np.testing.assert_array_equal(way(raw, data, starts, columns, x), [[9, 3]] * items)
    for place in (0, 8, 11):
        wrong = columns.copy()
        wrong[place] = bad
        with pytest.raises(tf.errors.InvalidArgumentError) as error:
            way(raw, data, starts, wrong, x)
        assert "columns: expected numbers from 0 to 2" in str(error.value)


@pytest.mark.parametrize(
    "starts", [[1, 2, 3], [0, 2, 4], [0, 2, 2], [0, -1, 3], [0, 2**30, 3], [3, 2, 3]]
)
def test_wrong_starts(way, starts):
    """Rows have to follow each other from the first entry to the last."""
    arrays = (
        np.ones((1, 3)),
        np.array(starts, "int32"),
        np.zeros(3, "int32"),
        np.ones((1, 1)),
    )
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        way(raw, *arrays)
    assert "rise from 0 to the number of entries, 3" in str(error.value)


def test_no_columns(way):
    """An entry of a matrix without columns is an error."""
    arrays = np.ones((1, 1)), np.array([0, 1], "int32"), np.zeros(1, "int32")
    with pytest.raises(tf.errors.InvalidArgumentError, match="expected none"):
        way(raw, *arrays, np.ones((1, 0)))


@pytest.mark.parametrize(
    "index, shape, message",
    [
        (0, (1, 4), "data: expected (items, 3), received (1, 4)"),
        (0, (3,), "data: expected (items, 3), received (3,)"),
        (1, (3, 1), "starts: expected (rows + 1,), received the shape (3, 1)"),
        (1, (0,), "starts: expected (rows + 1,), received the shape (0,)"),
        (2, (3, 1), "columns: expected a list, received the shape (3, 1)"),
        (3, (2,), "x: expected (items, columns), received (2,)"),
    ],
)
def test_wrong_shapes_of_values(way, index, shape, message):
    """The operation checks shapes when it is made, or when they are known."""
    shapes = [(1, 3), (3,), (3,), (1, 2)]
    shapes[index] = shape
    arrays = [np.zeros(s, k) for s, k in zip(shapes, ["f8", "i4", "i4", "f8"])]
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        way(raw, *arrays, shapes=[None] * 4)
    assert message in str(error.value)
    with pytest.raises(ValueError) as error:
        way(raw, *arrays)
    assert message in str(error.value)
