# SPDX-License-Identifier: MIT
"""What all optimizers have in common."""

import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengodl_train.optimizers import adapt
from nengodl_train.optimizers.base import unique_names

v1 = tf.compat.v1


def test_parameter_without_gradient(make_training, start, gradients, xla, assert_close):
    """A parameter without gradient stays, and its state too."""
    training = make_training(xla=xla)
    adapted = training.use(v1.train.MomentumOptimizer(0.5, 0.9))
    program = training.program(adapted, change=lambda g: [None, g[1]])
    training.run(program, gradients[0])
    moved = start[1] - 0.5 * gradients[0][1]
    assert_close(training.values(), [start[0], moved])
    state = training.state(adapted)
    assert (state["momentum", 0] == 0).all()
    assert (state["momentum", 1] == gradients[0][1]).all()


def test_no_gradient_at_all(make_training):
    """Without any gradient there is an error about the objective."""
    training = make_training(xla=False)
    adapted = training.use(v1.train.GradientDescentOptimizer(0.1))
    with pytest.raises(ValidationError, match="nothing can be optimized") as caught:
        training.program(adapted, change=lambda g: [None, None])
    assert caught.value.attr == "objective"


def test_sparse_gradients(make_training, start, gradients, xla, assert_close):
    """A gradient of some rows is that of all rows, with zeros; repeated ones add up."""

    def sparse(given):
        rows = tf.gather(given[0], [0, 0])
        return [tf.IndexedSlices(rows, [1, 1], [2, 3]), given[1]]

    training = make_training(xla=xla)
    adapted = training.use(v1.train.MomentumOptimizer(0.5, 0.5))
    programs = [training.program(adapted), training.program(adapted, change=sparse)]
    for program, g in zip(programs, gradients):
        training.run(program, g)
    (first, _), (second, _) = gradients[:2]
    last = np.stack([np.zeros(3), 2 * second[0]])
    momenta = [first, 0.5 * first + last]
    assert_close(training.values()[:1], [start[0] - 0.5 * sum(momenta)])


def test_prepared_once(make_training):
    """Preparing again makes nothing."""
    training = make_training()
    adapted = training.use(v1.train.AdamOptimizer(0.1))
    n_operations = len(training.graph.get_operations())
    variables = adapted.variables
    with training.graph.as_default():
        adapted.prepare(training.parameters)
    assert len(training.graph.get_operations()) == n_operations
    assert adapted.variables is variables


def test_other_parameters(make_training):
    """An optimizer serves the parameters for which it was prepared."""
    training = make_training(xla=False)
    adapted = training.use(v1.train.AdamOptimizer(0.1))
    with pytest.raises(ValueError, match="prepared for 2 parameters, and got 1"):
        adapted.prepare(training.parameters[:1])
    with pytest.raises(ValueError, match="prepared for 0 parameters"):
        training.program(adapt(v1.train.AdamOptimizer(0.1)))


def test_unique_names():
    """Names that come again are numbered, and numbered names stay apart."""
    assert unique_names(["a", "b", "a", "a_1", "a"]) == [
        "a",
        "b",
        "a_1",
        "a_1_1",
        "a_2",
    ]
