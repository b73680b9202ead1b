# SPDX-License-Identifier: MIT
"""What a loop that goes back stores in each step."""

import pytest
import tensorflow as tf
from nengodl_train.loops import boundaries
from nengodl_train.loops.boundaries import between, origin, unique, worth_storing


@pytest.fixture(autouse=True)
def graph():
    """A graph to write into."""
    with tf.Graph().as_default():
        yield


def test_between():
    """Chosen is what is computed from a source; not its other forms, not integers."""
    source, constant = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])
    form = tf.reshape(tf.identity(source), (2, 1))
    computed = tf.exp(source)
    tensors = [source, form, computed, constant, tf.exp(constant), computed]
    tensors.append(tf.cast(computed, tf.int32))
    assert between(tensors, [source]) == [computed]


def test_between_many_operations():
    """A chain of operations may be longer than Python's stack is deep."""
    source = tf.constant(1.0)
    tensor = source
    for _ in range(1500):
        tensor = tf.negative(tensor)
    assert between([tensor], [source]) == [tensor]


def test_origin():
    """Names and forms are seen through, up to an operation that is said."""
    x = tf.constant([1.0, 2.0])
    name = tf.identity(x)
    form = tf.identity(tf.reshape(name, (1, 2)))
    assert origin(form) is x and origin(form, {name.op}) is name
    computed = tf.exp(x)
    assert origin(computed) is computed


def test_worth_storing(monkeypatch):
    """Values and small gradients that the results need are stored, each once."""
    monkeypatch.setattr(boundaries, "SMALL", 2)
    x = tf.constant([1.0, 2.0])
    needed, unneeded = tf.exp(x), tf.sin(x)
    form = tf.reshape(needed, (2, 1))
    small, large = tf.negative(needed), tf.tile(needed, [2])
    result = tf.reduce_sum(small) + tf.reduce_sum(large) + tf.reduce_sum(form)
    found = worth_storing([needed, form, unneeded], [small, None, large], [result])
    assert len(found) == 2 and found[1] is small
    assert origin(found[0]) is needed


def test_unique():
    """Each tensor once, in order."""
    x, y = tf.constant(1.0), tf.constant(2.0)
    found = unique([x, y, x])
    assert len(found) == 2 and found[0] is x and found[1] is y
