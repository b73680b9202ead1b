# SPDX-License-Identifier: MIT
"""What is accepted as optimizer, and what the others are told."""

import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengodl_train.optimizers import adapt

v1 = tf.compat.v1


class Applies:
    """Has the method of optimizers, and is none."""

    def apply_gradients(self, pairs):
        """Do nothing."""


@pytest.mark.parametrize(
    "optimizer, words",
    [
        (None, "got None of type NoneType; expected an instance of a subclass of"),
        ("adam", "got 'adam' of type str; expected"),
        (0.1, "got 0.1 of type float; expected"),
        (
            {"a": 1},
            r"old calling style.*train\(data, optimizer\); see the release notes",
        ),
        (v1.train.AdamOptimizer, "got the class AdamOptimizer; expected an instance"),
        (Applies(), "got an object of type Applies, which has `apply_gradients`, but"),
    ],
)
def test_refusals(optimizer, words):
    """What is no optimizer is refused with its type and what is accepted."""
    with pytest.raises(ValidationError, match=words) as caught:
        adapt(optimizer)
    assert caught.value.attr == "optimizer"
    assert isinstance(optimizer, dict) or "tf.compat.v1.train" in str(caught.value)


@pytest.mark.skipif(
    hasattr(tf.keras.optimizers.SGD, "stateless_apply"),
    reason="this TensorFlow has Keras 3, whose optimizers are accepted",
)
def test_keras_2():
    """Optimizers of Keras 2 are refused with the class to use instead."""
    with pytest.raises(ValidationError, match=r"Keras 2.*tf.compat.v1.train.Optimizer"):
        adapt(tf.keras.optimizers.SGD(0.1))


def test_each_graph_has_one_of_its_own():
    """Adapting twice gives two optimizers of the same object of the user's."""
    optimizer = v1.train.AdamOptimizer()
    one, two = adapt(optimizer), adapt(optimizer)
    assert one is not two
    assert one.optimizer is two.optimizer is optimizer
