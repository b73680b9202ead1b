# SPDX-License-Identifier: MIT
"""Data that comes in other forms than a dict of arrays, in real trainings."""

import numpy as np
import pytest
import tensorflow as tf
from nengo_dl import objectives

v1 = tf.compat.v1


@pytest.fixture
def large(make_linear):
    """A network with data for three minibatches of two items."""
    return make_linear(n_items=6)


def minibatches(linear):
    """Cut the data into dicts of two items."""
    return [
        {key: array[first : first + 2] for key, array in linear.data.items()}
        for first in (0, 2, 4)
    ]


class Sequence:
    """What Keras calls a Sequence, without Keras."""

    def __init__(self, elements):
        self.elements = elements

    def __len__(self):
        return len(self.elements)

    def __getitem__(self, index):
        return self.elements[index]


def dataset(linear):
    """Make a dataset of TensorFlow, whose keys are labels."""
    arrays = {key.label: array for key, array in linear.data.items()}
    return tf.compat.v2.data.Dataset.from_tensor_slices(arrays).batch(2)


FORMS = {
    "list": minibatches,
    "generator function": lambda linear: lambda: iter(minibatches(linear)),
    "sequence": lambda linear: Sequence(minibatches(linear)),
    "one large element": lambda linear: [linear.data],
    "labels": lambda linear: [
        {key.label: array for key, array in one.items()} for one in minibatches(linear)
    ],
    "dataset": dataset,
}


@pytest.mark.parametrize("truncation", [None, 2])
@pytest.mark.parametrize("form", sorted(FORMS))
def test_same_as_dict(
    large, open_simulator, train, saved, assert_same, form, truncation
):
    """Streams lead to the updates and losses that the dict leads to in order."""
    results = []
    for data in (large.data, FORMS[form](large)):
        sim = open_simulator(large.net, minibatch_size=2)
        with_short_piece = truncation is not None  # of 3 steps
        optimizer = v1.train.MomentumOptimizer(0.25, 0.5)
        kwargs = {
            "objective": {large.probe: objectives.mse},
            "n_epochs": 2,
            "shuffle": False,
            "truncation": truncation,
        }
        if with_short_piece:
            with pytest.warns(UserWarning, match="truncation"):
                history = train(sim, data, optimizer, **kwargs)
        else:
            history = train(sim, data, optimizer, **kwargs)
        results.append((saved(sim), history["loss"]))
    (expected, losses), (found, same) = results
    assert_same(found, expected)
    assert same == losses
    assert found["variables/training_step"] == 2 * 3 * (1 if truncation is None else 2)


def test_dataset_of_graph(large, open_simulator, train, saved, assert_same):
    """A dataset that was made in a graph of the user's leads to the same, too."""
    objective = {large.probe: objectives.mse}
    results = []
    with tf.Graph().as_default():
        made = dataset(large)
    for data in (large.data, made):
        sim = open_simulator(large.net, minibatch_size=2)
        optimizer = v1.train.GradientDescentOptimizer(0.25)
        train(sim, data, optimizer, objective=objective, shuffle=False)
        results.append(saved(sim))
    assert_same(results[1], results[0])


def test_infinite_variety(large, open_simulator, train, assert_close):
    """A generator may give other items in each epoch, which are used once each."""
    drawn = []

    def elements():
        rng = np.random.RandomState(len(drawn))
        for _ in range(2):
            drawn.append(rng.uniform(-1, 1, (2, 3, 3)))
            yield {large.node: drawn[-1]}

    sim = open_simulator(large.net, minibatch_size=2)
    optimizer = v1.train.GradientDescentOptimizer(0.25)
    objective = {large.probe: lambda outputs: tf.reduce_sum(outputs)}
    train(sim, elements, optimizer, objective=objective, n_epochs=3)
    assert len(drawn) == 6
    assert np.abs(drawn[0] - drawn[2]).max() > 0.1
    sums = np.concatenate(drawn).sum(axis=(0, 1))
    expected = large.start - 0.25 * np.ones(2)[:, None] * sums
    assert_close(large.weights(sim), expected)
