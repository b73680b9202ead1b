# SPDX-License-Identifier: MIT
"""What the user changes on an optimizer of Keras 3 between two trainings."""

import pytest
import tensorflow as tf
from nengodl_train.optimizers import OptimizerError

optimizers = tf.keras.optimizers

pytestmark = pytest.mark.skipif(
    not hasattr(optimizers.SGD, "stateless_apply"),
    reason="Keras 3 needs TensorFlow 2.16 or later",
)


def test_refresh_takes_over_the_rate(
    make_training, start, gradients, xla, assert_close
):
    """A learning rate that was changed counts from the next refresh on."""
    optimizer = optimizers.SGD(0.5)
    training = make_training(xla=xla)
    adapted = training.use(optimizer)
    program = training.program(adapted)
    first, second, third = gradients[:3]
    training.run(program, first)
    optimizer.learning_rate = 0.25
    training.run(program, second)
    adapted.refresh(training.sess)
    training.run(program, third)
    expected = [
        w - 0.5 * one - 0.5 * two - 0.25 * three
        for w, one, two, three in zip(start, first, second, third)
    ]
    assert_close(training.values(), expected)


def test_made_in_the_graph(make_training, start, gradients, assert_close):
    """An optimizer may be made, and its rate changed, in the graph of the simulator."""
    training = make_training()
    with training.graph.as_default():
        optimizer = optimizers.SGD(0.5)
    adapted = training.use(optimizer)
    program = training.program(adapted)
    training.run(program, gradients[0])
    with training.graph.as_default():
        optimizer.learning_rate = 0.25
        adapted.refresh(training.sess)
    training.run(program, gradients[1])
    expected = [
        w - 0.5 * one - 0.25 * two for w, one, two in zip(start, *gradients[:2])
    ]
    assert_close(training.values(), expected)


@pytest.mark.parametrize("attribute, value", [("clipnorm", 0.5), ("momentum", 0.9)])
def test_refresh_refuses_other_changes(attribute, value, make_training):
    """What programs hold already cannot be changed any more, and that is said."""
    optimizer = optimizers.SGD(0.1)
    training = make_training()
    adapted = training.use(optimizer)
    setattr(optimizer, attribute, value)
    for _ in range(2):
        with pytest.raises(OptimizerError, match=f"another {attribute} after"):
            adapted.refresh(training.sess)


def test_refresh_refuses_a_schedule(make_training):
    """A number cannot be replaced by a schedule."""
    optimizer = optimizers.SGD(0.1)
    training = make_training()
    adapted = training.use(optimizer)
    optimizer.learning_rate = optimizers.schedules.ExponentialDecay(0.5, 1, 0.5)
    with pytest.raises(OptimizerError, match="make a new optimizer"):
        adapted.refresh(training.sess)
