# SPDX-License-Identifier: MIT
"""Rows of an array, taken, replaced or added to."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from nengodl_ops import gather_rows, scatter_rows

v1 = tf.compat.v1

KINDS = st.sampled_from(["float32", "float64"])
LAYOUTS = st.sampled_from(["together", "apart", "transposed"])
MODES = pytest.mark.parametrize("mode", ["set", "add"])
BAD = pytest.mark.parametrize("bad", [-1, 4, 2**31 - 1, -(2**31)])


@st.composite
def shapes_and_indices(draw):
    """The shape of an array, and numbers of its rows in any order, also repeated."""
    sizes = st.sampled_from([0, 1, 2, 7, 8, 9, 17, 63, 64, 65, 257])
    shape = [draw(sizes)]
    shape += draw(st.sampled_from([[], [0], [1], [3], [17], [64, 2], [5, 1, 3]]))
    if not shape[0]:
        return tuple(shape), []
    rows = st.integers(0, shape[0] - 1)
    return tuple(shape), draw(st.lists(rows, max_size=40))


def reference(variable, updates, indices, mode):
    """NumPy's writes, which come one after the other."""
    result = np.array(variable)
    if mode == "add":
        np.add.at(result, indices, updates)
    else:
        for index, row in zip(indices, updates):
            result[index] = row
    return result


@settings(max_examples=40, deadline=None)
@given(case=shapes_and_indices(), kind=KINDS, layout=LAYOUTS)
def test_gather(way, make, case, kind, layout):
    """The rows are NumPy's to the last bit, for any shape and any indices."""
    shape, indices = case
    variable = make(np.random.RandomState(len(indices)), shape, kind, layout)
    found = way(lambda x: gather_rows(x, indices), variable)
    expected = variable[np.array(indices, dtype=int)]
    assert found.dtype == kind
    np.testing.assert_array_equal(found, expected)


@settings(max_examples=40, deadline=None)
@given(
    case=shapes_and_indices(),
    kind=KINDS,
    layout=LAYOUTS,
    mode=st.sampled_from(["set", "add"]),
)
def test_scatter(way, make, case, kind, layout, mode):
    """The array is NumPy's to the last bit: each row added in order, or the last one."""
    shape, indices = case
    rng = np.random.RandomState(len(indices))
    variable = make(rng, shape, kind, layout)
    updates = make(rng, (len(indices),) + shape[1:], kind, layout)
    found = way(lambda x, y: scatter_rows(x, y, indices, mode), variable, updates)
    assert found.dtype == kind
    np.testing.assert_array_equal(found, reference(variable, updates, indices, mode))


def test_many_rows(way, make):
    """Rows that several threads copy are the right ones."""
    rng = np.random.RandomState(0)
    variable = make(rng, (3001, 67), "float32")
    indices = rng.randint(3001, size=5003)
    found = way(lambda x: gather_rows(x, indices), variable)
    np.testing.assert_array_equal(found, variable[indices])
    found = way(lambda x: scatter_rows(x, found, indices, "add"), variable)
    expected = reference(variable, variable[indices], indices, "add")
    np.testing.assert_array_equal(found, expected)


def test_plain_tensorflow(way, make):
    """TensorFlow's own operations give the same rows."""
    rng = np.random.RandomState(0)
    variable, updates = make(rng, (5, 3)), make(rng, (3, 3))
    indices, column = [4, 0, 1], [[4], [0], [1]]

    def both(variable, updates):
        return [
            gather_rows(variable, indices),
            tf.gather(variable, indices),
            scatter_rows(variable, updates, indices),
            tf.tensor_scatter_nd_update(variable, column, updates),
            scatter_rows(variable, updates, indices, mode="add"),
            tf.tensor_scatter_nd_add(variable, column, updates),
        ]

    found = way(both, variable, updates)
    for ours, plain in zip(found[::2], found[1::2]):
        np.testing.assert_array_equal(ours, plain)


@pytest.mark.parametrize(
    "indices", [np.array([2, 2, 0]), (2, 2, 0), np.array([2, 2, 0], "uint8")]
)
def test_forms_of_indices(outside, indices):
    """Indices may be arrays of any integers, or sequences."""
    found = outside(lambda x: gather_rows(x, indices), np.arange(3.0))
    np.testing.assert_array_equal(found, [2, 2, 0])


def test_indices_in_a_tensor(way):
    """Indices may be computed."""
    indices = np.array([3, 1, 1], "int32")
    arrays = [np.arange(4.0), np.arange(1.0, 4), indices]
    found = way(lambda x, y, i: [gather_rows(x, i), scatter_rows(x, y, i)], *arrays)
    np.testing.assert_array_equal(found[0], [3, 1, 1])
    np.testing.assert_array_equal(found[1], [0, 3, 2, 1])


@MODES
def test_fed_arrays_keep_their_values(way, make, mode):
    """What is written in place is no array of the user's."""
    rng = np.random.RandomState(0)
    variable, updates = make(rng, (64, 64)), make(rng, (2, 64))
    copies = variable.copy(), updates.copy()
    way(lambda x, y: scatter_rows(x, y, [3, 3], mode), variable, updates)
    np.testing.assert_array_equal(variable, copies[0])
    np.testing.assert_array_equal(updates, copies[1])


@MODES
def test_steps_in_place(way, make, repeat, mode):
    """An array that a loop carries is after 50 steps that of a loop in NumPy."""
    rng = np.random.RandomState(0)
    indices, sources = [5, 1, 5, 2], [0, 5, 3, 1]
    variable = make(rng, (7, 9))

    def step(variable):
        taken = gather_rows(variable, sources)
        return [scatter_rows(variable, 0.5 * taken + 1, indices, mode)]

    (found,) = way(repeat(step), variable)
    for _ in range(50):
        variable = reference(variable, 0.5 * variable[sources] + 1, indices, mode)
    np.testing.assert_allclose(found, variable, rtol=1e-13)


@MODES
def test_old_array_is_still_right(way, make, repeat, mode):
    """An array that is used after it was written to has the old values."""
    rng = np.random.RandomState(0)
    variable, updates = make(rng, (7, 9)), make(rng, (2, 9))

    def step(old, kept, _):
        first = scatter_rows(old, updates, [3, 4], mode)
        second = scatter_rows(old, -updates, [4, 3], mode)
        return first + second - old, old, gather_rows(old, [3])

    found = way(repeat(step, steps=1), variable, variable, variable[:1])
    first = reference(variable, updates, [3, 4], mode)
    second = reference(variable, -updates, [4, 3], mode)
    np.testing.assert_allclose(found[0], first + second - variable, atol=1e-14)
    np.testing.assert_array_equal(found[1], variable)
    np.testing.assert_array_equal(found[2], variable[3:4])


def test_gradient_of_gather(way, make):
    """A row's gradient is the sum over all that was taken from it."""
    variable = make(np.random.RandomState(0), (4, 3))
    ((found, expected),) = way.gradients(lambda x: gather_rows(x, [1, 3, 1]), variable)
    np.testing.assert_allclose(found, expected, atol=1e-13)


def test_gradient_of_add(way, make):
    """Each of several updates of a row gets the row's gradient, as does the array."""
    rng = np.random.RandomState(0)
    arrays = make(rng, (4, 3)), make(rng, (3, 3))
    pairs = way.gradients(lambda x, y: scatter_rows(x, y, [2, 0, 2], "add"), *arrays)
    for found, expected in pairs:
        np.testing.assert_allclose(found, expected, atol=1e-13)


def test_gradient_of_set(way, make):
    """Without repeated rows gradients are central differences."""
    rng = np.random.RandomState(0)
    arrays = make(rng, (4, 3)), make(rng, (2, 3))
    pairs = way.gradients(lambda x, y: scatter_rows(x, y, [2, 0]), *arrays)
    for found, expected in pairs:
        np.testing.assert_allclose(found, expected, atol=1e-13)


def both_gradients(use, indices):
    """Gradients of an array of zeros, and of updates of zeros, where `use` is summed."""

    def program(variable, updates):
        used = use(scatter_rows(variable, updates, indices))
        return tf.gradients(tf.reduce_sum(used), [variable, updates])

    return program


def test_gradient_of_set_with_repeated_rows(way):
    """Updates that were replaced by later ones get the row's gradient nevertheless."""
    weights = np.array([1.0, 2.0, 4.0])
    program = both_gradients(lambda new: new * weights, [2, 0, 2])
    found = way(program, np.zeros(3), np.zeros(3))
    np.testing.assert_array_equal(found[0], [0, 2, 0])
    np.testing.assert_array_equal(found[1], [4, 1, 4])


def test_gradient_in_sparse_form(way):
    """A gradient that comes as a list of rows, with repetitions, counts as their sum."""
    program = both_gradients(lambda new: tf.gather(new, [1, 1, 2, 2, 2]), [2, 0])
    found = way(program, np.zeros((3, 1)), np.zeros((2, 1)))
    np.testing.assert_array_equal(found[0], [[0], [2], [0]])
    np.testing.assert_array_equal(found[1], [[3], [0]])


def test_gradients_through_steps(way, make, repeat):
    """Gradients are right through a loop of writes and reads."""
    rng = np.random.RandomState(0)
    arrays = make(rng, (4, 2)), make(rng, (2, 2))

    def program(variable, updates):
        def step(variable, updates):
            new = scatter_rows(variable, tf.tanh(updates), [1, 3])
            new = scatter_rows(new, new[:2] * updates, [0, 0], mode="add")
            return new, gather_rows(new, [0, 1])

        return repeat(step, steps=3)(variable, updates)

    for found, expected in way.gradients(program, *arrays, step=1e-5):
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)


@BAD
def test_gather_of_rows_that_are_not_there(way, bad):
    """An index outside is an error that names it and its place."""
    indices = np.array([0, bad, 1], "int32")
    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        way(gather_rows, np.zeros((4, 2)), indices)
    assert f"from 0 to 3, received {bad} at 1" in str(error.value)


@BAD
@MODES
def test_variable_keeps_its_value(way, mode, bad):
    """Where one index is outside, no row of the variable has changed."""
    with tf.Graph().as_default(), v1.Session() as session:
        variable = v1.get_variable("v", initializer=np.arange(4.0), use_resource=True)
        indices = v1.placeholder("int32", (2,))
        write = way.trace(
            lambda i: variable.assign(scatter_rows(variable, np.ones(2), i, mode)),
            indices,
        )
        session.run(variable.initializer)
        with pytest.raises(tf.errors.InvalidArgumentError) as error:
            session.run(write, {indices: [0, bad]})
        assert f"from 0 to 3, received {bad} at 1" in str(error.value)
        np.testing.assert_array_equal(session.run(variable), np.arange(4.0))
        session.run(write, {indices: [0, 3]})
        expected = [1, 1, 2, 1] if mode == "set" else [1, 1, 2, 4]
        np.testing.assert_array_equal(session.run(variable), expected)


@pytest.mark.parametrize("index", [2**32, -(2**32), 2**31, 0.5])
def test_indices_of_other_types(index):
    """What is no integer of 32 bits is an error, and not another index."""
    with tf.Graph().as_default():
        with pytest.raises(ValueError) as error:
            gather_rows(tf.zeros(3), np.array([1, index]))
        assert str(index) in str(error.value)
        with pytest.raises(ValueError, match="32 bits"):
            scatter_rows(tf.zeros(3), tf.zeros(2), [1, index])


@pytest.mark.parametrize(
    "variable, updates, indices, message",
    [
        ((), (1,), (1,), "variable: expected rows, received a number"),
        ((4, 2), (3, 2), (2,), "updates: expected the shape (2, 2), received (3, 2)"),
        ((4, 2), (2,), (2,), "updates: expected the shape (2, 2), received (2,)"),
        ((4,), (2, 1), (2,), "updates: expected the shape (2,), received (2, 1)"),
        ((4,), (2,), (2, 1), "indices: expected a list, received the shape (2, 1)"),
        ((4,), (2,), (), "indices: expected a list, received the shape ()"),
    ],
)
@MODES
def test_wrong_shapes(variable, updates, indices, message, mode):
    """The error names the operand, and what was expected and received."""
    with tf.Graph().as_default(), pytest.raises(ValueError) as error:
        x, y = v1.placeholder("float32", variable), v1.placeholder("float32", updates)
        scatter_rows(x, y, v1.placeholder("int32", indices), mode)
    assert message in str(error.value)


def test_wrong_mode():
    """Another mode is refused, with those that there are."""
    with tf.Graph().as_default(), pytest.raises(ValueError) as error:
        scatter_rows(tf.zeros(2), tf.zeros(1), [0], mode="multiply")
    assert "'set' or 'add', received 'multiply'" in str(error.value)


def test_shapes_that_are_known_late(outside):
    """Placeholders of unknown shape get their values, and gradients, when they are fed."""
    variable, updates = np.arange(6.0).reshape(3, 2), np.ones((2, 2))

    def compute(variable, updates):
        taken = gather_rows(variable, [2, 0])
        written = scatter_rows(variable, updates, [1, 1], mode="add")
        return [taken, written] + tf.gradients(tf.reduce_sum(taken), [variable])

    taken, written, slope = outside(compute, variable, updates, shapes=[None, None])
    np.testing.assert_array_equal(taken, variable[[2, 0]])
    np.testing.assert_array_equal(written, variable + [[0, 0], [2, 2], [0, 0]])
    np.testing.assert_array_equal(slope, [[1, 1], [0, 0], [1, 1]])
