# SPDX-License-Identifier: MIT
"""Datasets of TensorFlow."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest
import tensorflow as tf
from nengo_dl.errors import DataError
from nengodl_train.data.forms import find_opener

v1 = tf.compat.v1

eager_only = pytest.mark.skipif(
    not tf.executing_eagerly(),
    reason="TensorFlow 1 is not in eager mode, in which such a dataset is made",
)


@pytest.fixture(params=["eager", "graph"])
def mode(request):
    """Where a dataset is made."""
    if request.param == "eager" and not tf.executing_eagerly():
        pytest.skip(
            "TensorFlow 1 is not in eager mode, in which such a dataset is made"
        )
    return request.param


@pytest.fixture
def make(mode):
    """Make a dataset, in eager mode or in a graph."""

    def call(function):
        if mode == "eager":
            return function()
        with tf.Graph().as_default():
            return function()

    return call


# reads datasets in a process that is not in the mode that its TensorFlow starts in
OTHER_MODE = """
import tensorflow as tf
from nengodl_train.data.forms import find_opener

was_eager = tf.executing_eagerly()
if was_eager:
    tf.compat.v1.disable_eager_execution()
else:
    tf.compat.v1.enable_eager_execution()
assert tf.executing_eagerly() != was_eager
opener = find_opener(tf.data.Dataset.range(3).map(lambda n: 5 * n))
print([int(n) for n in opener()])
with tf.Graph().as_default():
    print([int(n) for n in opener()])
"""


def shorts(element):
    """Make a dataset of elements of 2 items from 6 items, with labels as keys."""
    given = element(6, keys=("x", "y"))
    return tf.data.Dataset.from_tensor_slices(given).batch(2)


def values(elements):
    """Elements as numbers, from eager tensors or from arrays."""
    return [int(element) for element in elements]


def threads():
    """Threads of Python that are running."""
    return set(threading.enumerate())


def test_elements_become_minibatches(make, element, open_data, numbers):
    """A dataset is read once in each epoch, as often as there are epochs."""
    source = open_data(make(lambda: shorts(element)))
    for _ in range(3):
        assert numbers(source) == [[0, 1], [2, 3], [4, 5]]


def test_callers_may_be_inside_a_graph_and_a_session(make, element, open_data, numbers):
    """Neither the graph nor the session of the caller matters, and they are kept."""
    dataset = make(lambda: shorts(element))
    with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        source = open_data(dataset)
        assert numbers(source) == [[0, 1], [2, 3], [4, 5]]
        pieces = source.epoch()
        for _ in range(3):
            next(pieces)
            assert v1.get_default_graph() is graph
            assert v1.get_default_session() is session
        assert graph.get_operations() == []
        assert not tf.executing_eagerly()


def test_callers_may_be_in_the_graph_of_the_dataset(element, open_data, numbers):
    """A dataset that is made where it is used gets an iterator, once."""
    with tf.Graph().as_default() as graph:
        source = open_data(shorts(element))
        assert numbers(source) == [[0, 1], [2, 3], [4, 5]]
        n_operations = len(graph.get_operations())
        assert numbers(source) == [[0, 1], [2, 3], [4, 5]]
        assert len(graph.get_operations()) == n_operations


def test_early_ends_leave_no_thread(make, element, open_data):
    """The thread that reads a dataset ends with the iterator over pieces."""
    before = threads()
    pieces = open_data(make(lambda: shorts(element))).epoch()
    next(pieces)
    pieces.close()
    assert threads() <= before


@eager_only
def test_eager_datasets_are_read_in_one_thread_beside_the_caller(element, open_data):
    """One thread reads in an epoch, and ends with it."""
    before = threads()
    counts = []
    for _ in open_data(shorts(element)).epoch():
        counts.append(len(threads() - before))
    assert counts == [1, 1, 1]
    assert threads() <= before


def test_sessions_are_closed(element, monkeypatch):
    """The session that reads a dataset in a graph is closed after each epoch."""
    sessions = []

    class Session(v1.Session):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            sessions.append(self)

    monkeypatch.setattr(v1, "Session", Session)
    with tf.Graph().as_default() as graph:
        constant = tf.constant(1)
        opener = find_opener(tf.data.Dataset.range(3))
    assert values(opener()) == [0, 1, 2]
    elements = opener()
    assert int(next(elements)) == 0
    assert sessions[1].run(constant) == 1
    elements.close()
    assert len(sessions) == 2 and all(s.graph is graph for s in sessions)
    for session in sessions:
        with pytest.raises(RuntimeError, match="closed"):
            session.run(constant)


def test_errors_inside_a_dataset_come_through(make):
    """What TensorFlow raises while it makes an element reaches the caller, and it ends."""
    before = threads()

    def dataset():
        return tf.data.Dataset.range(2, -1, -1).map(lambda n: 6 // tf.cast(n, tf.int32))

    elements = find_opener(make(dataset))()
    assert [int(next(elements)), int(next(elements))] == [3, 6]
    with pytest.raises(tf.errors.InvalidArgumentError):
        next(elements)
    assert list(elements) == []
    assert threads() <= before


def test_python_generators_feed_datasets(make):
    """A dataset that calls Python is read like any other."""

    def dataset():
        return tf.data.Dataset.from_generator(lambda: iter(range(3)), tf.int64)

    opener = find_opener(make(dataset))
    assert [values(opener()) for _ in range(2)] == [[0, 1, 2]] * 2


def test_tables_of_datasets_are_initialised(make):
    """A dataset in a graph may look up in tables, as nobody else could initialise them."""

    def dataset():
        keys = tf.constant(["a", "b"])
        pairs = tf.lookup.KeyValueTensorInitializer(keys, tf.constant([5, 7], tf.int64))
        table = tf.lookup.StaticHashTable(pairs, default_value=-1)
        kept.append(table)
        return tf.data.Dataset.from_tensor_slices(["b", "c", "a"]).map(table.lookup)

    kept = []  # the table, which an eager dataset only refers to
    assert values(find_opener(make(dataset))()) == [7, -1, 5]


@pytest.mark.parametrize("reshuffle", [True, False])
def test_shuffled_datasets_give_all_elements(make, reshuffle):
    """Each epoch has each element once, in an order that the dataset decides."""

    def dataset():
        return tf.data.Dataset.range(20).shuffle(
            20, seed=3, reshuffle_each_iteration=reshuffle
        )

    opener = find_opener(make(dataset))
    for _ in range(2):
        found = values(opener())
        assert sorted(found) == list(range(20)) != found


def test_a_function_may_return_a_dataset(make, element, open_data, numbers):
    """So that each epoch can have one of its own."""
    source = open_data(lambda: make(lambda: shorts(element)))
    assert [numbers(source) for _ in range(2)] == [[[0, 1], [2, 3], [4, 5]]] * 2


def test_elements_that_are_no_dicts_are_refused(make, open_data):
    """A dataset of pairs, as Keras takes it, has no names for what is in it."""
    zeros = np.zeros((4, 2, 1), np.float32)
    dataset = make(lambda: tf.data.Dataset.from_tensor_slices((zeros, zeros)).batch(2))
    with pytest.raises(DataError, match="element 0 .*must be a dict.*but is a tuple"):
        next(open_data(dataset).epoch())


def test_strings_are_refused(make, element, open_data):
    """A dataset that was not decoded is told apart from numbers."""

    def dataset():
        texts = np.full((2, 2, 1), "1")
        return tf.data.Dataset.from_tensors(dict(element(2, keys="xy"), x=texts))

    with pytest.raises(DataError, match="element 0 .*real numbers.*object"):
        next(open_data(make(dataset)).epoch())


def test_processes_may_have_switched_eager_mode(tmp_path):
    """Eager mode off in TensorFlow 2, or on in TensorFlow 1, is the caller's choice."""
    result = subprocess.run(
        [sys.executable, "-c", OTHER_MODE],
        cwd=tmp_path,
        env=dict(os.environ, TF_CPP_MIN_LOG_LEVEL="2"),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "[0, 5, 10]\n[0, 5, 10]\n"
