# SPDX-License-Identifier: MIT
"""Calls of Python functions: threads, calls inside calls, and how long they live."""

import gc
import threading
import weakref

import numpy as np
import pytest
import tensorflow as tf
from nengodl_ops import host_call
from nengodl_ops.kernels.host import COLLECTION, _Calls

v1 = tf.compat.v1

# More than any of these tests takes: a thread that is still there hangs.
SECONDS = 60


def call(function, inputs=(), types=(), shapes=()):
    """`host_call` with results and `done` in one list."""
    results, done = host_call(function, inputs, types, shapes)
    return results + [done]


def in_threads(*functions):
    """Run functions at the same time; what they raise is raised."""
    errors = []

    def guarded(function):
        try:
            function()
        except BaseException as error:
            errors.append(error)

    threads = [
        threading.Thread(target=guarded, args=(f,), daemon=True) for f in functions
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads)
    if errors:
        raise errors[0]


def test_two_sessions(way, repeat):
    """Two threads with a session each get what their own functions return."""
    steps = 200

    def work(factor):
        def step(x, done):
            (x,), done = host_call(
                lambda x: [x + factor], [x], [tf.float64], [(3,)], after=done
            )
            return x, done

        for _ in range(2):
            found, _ = way(repeat(step, steps), np.zeros(3), np.array(0, "int32"))
            np.testing.assert_array_equal(found, [steps * factor] * 3)

    in_threads(lambda: work(1), lambda: work(10))


def test_one_call_in_two_threads(way):
    """A function that is at work already is not called again: an error says so."""
    started, go_on, found = threading.Event(), threading.Event(), []

    def function():
        started.set()
        assert go_on.wait(SECONDS)
        return [1.0]

    with tf.Graph().as_default() as graph, v1.Session() as session:
        result = way.trace(lambda: call(function, [], ["float64"], [()]))

        def first():
            with graph.as_default():
                found.append(session.run(result)[0])

        def second():
            assert started.wait(SECONDS)
            try:
                with pytest.raises(tf.errors.InvalidArgumentError) as error:
                    session.run(result)
                assert "at work already" in str(error.value)
            finally:
                go_on.set()

        in_threads(first, second)
        assert found == [1]
        # and is free again
        assert session.run(result)[0] == 1


def test_call_inside_a_call(way):
    """A function may run a program of its own, which calls another function."""

    def inner(x):
        return call(lambda x: [2 * x], [x], ["float64"], [(2,)])

    def outer(x):
        return [way(inner, np.array(x))[0] + 1]

    found = []

    def run():
        found.extend(
            way(lambda x: call(outer, [x], ["float64"], [(2,)]), np.array([1.0, 2]))
        )

    # in a thread, so that one that waits for itself is seen
    in_threads(run)
    np.testing.assert_array_equal(found[0], [3, 5])


def test_call_inside_itself(way):
    """A function that runs the program that called it gets an error, and does not hang."""
    messages = []

    with tf.Graph().as_default(), v1.Session() as session:

        def function():
            with pytest.raises(tf.errors.InvalidArgumentError) as error:
                session.run(result)
            messages.append(str(error.value))
            return []

        result = way.trace(lambda: call(function))
        in_threads(lambda: session.run(result))
    assert len(messages) == 1 and "inside itself" in messages[0]


def make_function():
    """A function of its own, that can be referred to weakly."""

    def function():
        return []

    return function


def test_freed_with_its_graph(way):
    """A function lives as long as the graph, and no call is left when that is gone."""
    # what the process needs once
    way(lambda: call(make_function()))
    gc.collect()
    calls = _Calls.get()
    before = len(calls._by_number)
    alive = []

    def program():
        function = make_function()
        alive.append(weakref.ref(function))
        return call(function)

    with tf.Graph().as_default(), v1.Session() as session:
        result = way.trace(program)
        gc.collect()
        assert alive[-1]() is not None
        assert session.run(result) == [0]
        assert len(calls._by_number) == before + len(alive)
    del result, session
    gc.collect()
    assert [reference() for reference in alive] == [None] * len(alive)
    assert len(calls._by_number) == before


def test_function_that_is_gone(way):
    """A program that outlives its function is an error, and no wild call."""
    with tf.Graph().as_default() as graph, v1.Session() as session:
        result = way.trace(lambda: call(make_function()))
        session.run(result)
        graph.clear_collection(COLLECTION)
        gc.collect()
        with pytest.raises(
            tf.errors.InvalidArgumentError, match="gone: keep what called"
        ):
            session.run(result)
