# SPDX-License-Identifier: MIT
"""Calls of Python functions."""

import gc
import weakref

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from nengodl_ops import host_call
from nengodl_ops.kernels.host import _Calls
from nengodl_ops.library import load

v1 = tf.compat.v1

KINDS = ["float32", "float64", "int32", "int64", "bool"]


def call(function, inputs=(), types=(), shapes=(), after=None):
    """`host_call` with results and `done` in one list."""
    results, done = host_call(function, inputs, types, shapes, after=after)
    return results + [done]


@settings(max_examples=25, deadline=None)
@given(
    kinds=st.lists(st.sampled_from(KINDS), max_size=4),
    shape=st.lists(st.sampled_from([0, 1, 3, 64]), max_size=3),
    layout=st.sampled_from(["together", "apart", "transposed"]),
)
def test_values(way, make, kinds, shape, layout):
    """Arguments and results of all types and shapes arrive as they are."""
    rng = np.random.RandomState(len(kinds))
    arrays = [(make(rng, tuple(shape) + (5,), layout=layout) * 9) for _ in kinds]
    arrays = [array.astype(kind, order="K") for array, kind in zip(arrays, kinds)]
    received = []

    def function(*given):
        received.extend(np.array(array) for array in given)
        return [array[..., ::-1] for array in given[::-1]]

    shapes = [tuple(shape) + (5,)] * len(kinds)
    *found, _ = way(lambda *x: call(function, x, kinds[::-1], shapes), *arrays)
    assert len(found) == len(received) == len(kinds)
    for array, argument, result in zip(arrays, received, found[::-1]):
        assert argument.dtype == result.dtype == array.dtype
        np.testing.assert_array_equal(argument, array)
        np.testing.assert_array_equal(result, array[..., ::-1])


def test_forms_of_results(way):
    """Results may be numbers, lists, other types of numbers, and the arguments."""

    def function(x):
        x += 1
        return 1, [2, 3], np.float32(0.5), x

    types, shapes = ["float64", "int32", "float64", "float64"], [(), (2,), (), (2,)]
    arrays = [np.array([10.0, 20])]
    found = way(lambda x: call(function, [x], types, shapes), *arrays)
    for result, expected in zip(found, [1.0, [2, 3], 0.5, [11, 21]]):
        np.testing.assert_array_equal(result, expected)
    # the function has arrays of its own
    np.testing.assert_array_equal(arrays[0], [10, 20])


def test_plain_tensorflow(way, outside):
    """TensorFlow's own call gives the same."""
    x = np.arange(6.0).reshape(2, 3)

    def function(x):
        return [np.sin(x), np.sum(x, axis=1)]

    types = [tf.float64, tf.float64]
    found = way(lambda x: call(function, [x], types, [(2, 3), (2,)]), x)
    expected = outside(lambda x: v1.py_func(function, [x], types), x)
    for result, value in zip(found, expected):
        np.testing.assert_array_equal(result, value)


def test_once_a_step(way, repeat):
    """A function is called once a step, also if nothing uses what it returns."""
    calls = []

    def function(x):
        calls.append(float(x))
        return [np.zeros(3)]

    def step(x, done):
        # an argument that never changes could be computed before the loop
        host_call(lambda: constant.append(1) or [], [], [], [], after=done)
        _, done = host_call(function, [x], [tf.float64], [(3,)], after=done)
        return x + 1, done

    constant = []
    x, _ = way(repeat(step), np.array(0.0), np.array(0, "int32"))
    assert x == 50
    assert calls == list(range(50))


@pytest.mark.parametrize("same", [True, False])
def test_order(way, repeat, same):
    """Functions are called in the order in which each waits for the one before."""
    calls = []

    def note(k):
        return lambda: calls.append(k) or []

    functions = [note(k) for k in range(4)]

    def step(done):
        for k in (2, 0, 3, 1):
            done = call(functions[0 if same else k], after=done)[-1]
        return [done]

    way(repeat(step, steps=20), np.array(0, "int32"))
    assert calls == ([0, 0, 0, 0] if same else [2, 0, 3, 1]) * 20


def test_called_each_run(way):
    """A program that runs several times calls each time, without arguments too."""
    calls = []
    with tf.Graph().as_default(), v1.Session() as session:
        done = way.trace(lambda: call(lambda: calls.append(1) or []))
        for count in range(1, 4):
            session.run(done)
            assert len(calls) == count


def test_done_is_what_it_waited_for(way):
    """`done` is the number of the call before, the first one's 0."""

    def program():
        first = call(lambda: [])[-1]
        second = call(lambda: [], after=first)[-1]
        return first, second, call(lambda: [], after=tf.constant(7))[-1]

    assert way(program) == (0, 0, 7)


def fail(x):
    """A function of which the error is asked for."""
    raise ArithmeticError(f"cannot use {x[0]}")


class Stop(BaseException):
    """An exception that is no Exception."""


def test_exception(way):
    """The error has text, type, traceback and the function's name; the next run works."""
    given = []

    def sometimes(x):
        given.append(x[0])
        return fail(x) if x[0] < 0 else [x]

    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float64, (1,))
        result = way.trace(lambda x: call(sometimes, [x], ["float64"], [(1,)]), x)
        for value in (1, -2, 3):
            if value > 0:
                assert session.run(result, {x: [value]})[0] == [value]
                continue
            with pytest.raises(tf.errors.InvalidArgumentError) as error:
                session.run(result, {x: [value]})
    assert given == [1, -2, 3]
    for part in (
        "ArithmeticError: cannot use -2.0",
        "Python function test_exception.<locals>.sometimes",
        "Traceback (most recent call last)",
        "test_host.py",
        "in fail",
    ):
        assert part in str(error.value)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, Stop, GeneratorExit])
def test_exceptions_that_are_no_errors(way, kind):
    """Interrupts and exits inside the function end the run too."""

    def function():
        raise kind("enough")

    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        way(lambda: call(function))
    assert f"{kind.__name__}: enough" in str(error.value)


def test_exception_ends_the_loop(way, repeat):
    """No later step is computed."""
    calls = []

    def function(x):
        calls.append(float(x))
        if x == 3:
            raise ValueError("three")
        return []

    def step(x, done):
        return x + 1, call(function, [x], after=done)[-1]

    with pytest.raises(tf.errors.InvalidArgumentError, match="three"):
        way(repeat(step), np.array(0.0), np.array(0, "int32"))
    assert calls == [0, 1, 2, 3]


@pytest.mark.parametrize("text", ["x" * 100000, "é" * 20000, "x" + "é" * 20000, "a\0b"])
def test_long_messages(way, text):
    """A text that is too long, or no text of C, is cut without breaking a letter."""

    def function():
        raise ValueError(text)

    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        way(lambda: call(function))
    assert f"ValueError: {text[:1000]}"[:13] in str(error.value)
    assert "\ufffd" not in str(error.value)


def test_exception_without_a_text(way):
    """An exception of which the text cannot be made ends the run nevertheless."""

    class Bad(Exception):
        def __str__(self):
            raise RuntimeError("no text")

    def function():
        raise Bad

    with pytest.raises(tf.errors.InvalidArgumentError, match="Bad"):
        way(lambda: call(function))


@pytest.mark.parametrize(
    "returned, message",
    [
        ([np.zeros(3)], "expected a result of shape (2,), received one of (3,)"),
        ([0.0], "expected a result of shape (2,), received one of ()"),
        ([], "expected 1 results, received 0"),
        ([np.zeros(2)] * 2, "expected 1 results, received 2"),
        (None, "TypeError"),
        (["text"], "expected a result of shape (2,)"),
        ([["a", "b"]], "TypeError: Cannot cast"),
        ([[1j, 0]], "TypeError: Cannot cast"),
    ],
)
def test_wrong_results(way, returned, message):
    """Results of other shapes, or another number of them, end the run."""

    def function():
        return returned

    with pytest.raises(tf.errors.InvalidArgumentError) as error:
        way(lambda: call(function, types=["float64"], shapes=[(2,)]))
    assert message in str(error.value)
    assert "test_wrong_results.<locals>.function" in str(error.value)


@pytest.mark.parametrize("kind, value", [("int32", 0.7), ("bool", 1), ("int64", "1")])
def test_results_of_other_types(way, kind, value):
    """What a result cannot hold is an error, and not another value."""
    with pytest.raises(tf.errors.InvalidArgumentError, match="Cannot cast"):
        way(lambda: call(lambda: [value], types=[kind], shapes=[()]))


@pytest.mark.parametrize("shape", [None, (None,), (2, None)])
def test_unknown_shapes(shape):
    """Shapes that are not fully known are refused, of arguments and of results."""
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="fully known"):
            host_call(lambda x: [], [v1.placeholder("float32", shape)], [], [])
        with pytest.raises(ValueError, match="fully known"):
            host_call(lambda: [1], [], ["float32"], [shape])


def test_types_that_are_refused():
    """Types that the kernel does not know are refused when the call is made."""
    with tf.Graph().as_default(), pytest.raises((TypeError, ValueError)):
        host_call(lambda x: [], [tf.constant("text")], [], [])
    with tf.Graph().as_default(), pytest.raises((TypeError, ValueError)):
        host_call(lambda: [1], [], ["complex64"], [()])


def test_more_types_than_shapes():
    """Each result has a type and a shape."""
    with tf.Graph().as_default(), pytest.raises(ValueError):
        host_call(lambda: [1, 2], [], ["float32", "float32"], [()])


def test_no_gradient(way):
    """Asking for a gradient is an error that names the operation."""

    def program(x):
        (result, _) = call(lambda x: [x], [x], ["float64"], [(2,)])
        return tf.gradients(result, [x])

    with pytest.raises(LookupError, match="NengodlHostCall"):
        way(program, np.zeros(2))


def test_other_shapes_than_promised(way):
    """The operation does not copy more than the function's arrays hold."""

    def program(x):
        host_call(lambda x: [x], [tf.zeros(2)], ["float32"], [(2,)])
        number = max(_Calls.get()._by_number)
        raw = load().nengodl_host_call
        return raw(
            number=tf.constant(number, tf.int64),
            after=0,
            arguments=[x],
            Tresults=["float32"],
            shapes=[(), x.shape],
        ).results

    np.testing.assert_array_equal(way(program, np.array([3, 4], "float32")), [[3, 4]])
    with pytest.raises(tf.errors.InvalidArgumentError, match="arguments do not have"):
        way(program, np.zeros(3, "float32"))
    with pytest.raises(tf.errors.InvalidArgumentError, match="arguments do not have"):
        way(program, np.zeros(2))


@pytest.mark.skipif(
    not tf.executing_eagerly(), reason="TensorFlow 1 executes nothing eagerly"
)
def test_eager_calls_are_not_kept():
    """What is called at once is free as soon as it has returned."""

    def double(x):
        return [2 * x]

    results, _ = host_call(double, [tf.ones(2)], [tf.float32], [(2,)])
    np.testing.assert_array_equal(results[0].numpy(), [2, 2])
    alive = weakref.ref(double)
    del double
    gc.collect()
    assert alive() is None
