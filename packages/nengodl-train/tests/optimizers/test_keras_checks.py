# SPDX-License-Identifier: MIT
"""Which optimizers of Keras 3 are refused."""

import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengodl_train.optimizers import adapt
from nengodl_train.optimizers.keras_object import keras_module

optimizers = tf.keras.optimizers

pytestmark = pytest.mark.skipif(
    not hasattr(optimizers.SGD, "stateless_apply"),
    reason="Keras 3 needs TensorFlow 2.16 or later",
)


@pytest.mark.parametrize(
    "make, words",
    [
        (
            lambda: optimizers.LossScaleOptimizer(optimizers.SGD()),
            "LossScaleOptimizer wraps other optimizers",
        ),
        (
            lambda: optimizers.SGD(loss_scale_factor=2.0),
            "loss_scale_factor 2.0.*no loss is multiplied",
        ),
        (lambda: optimizers.SGD(use_ema=True), "Give an ema_overwrite_frequency"),
    ],
    ids=["wrapper", "loss scale", "averages"],
)
def test_refusals(make, words):
    """Optimizers that need more than gradients are refused at once."""
    with pytest.raises(ValidationError, match=words) as caught:
        adapt(make())
    assert caught.value.attr == "optimizer"


def test_other_backend(monkeypatch):
    """Keras that computes with something else is refused with the setting."""
    optimizer = optimizers.SGD(0.1)
    monkeypatch.setattr(keras_module().backend, "backend", lambda: "jax")
    with pytest.raises(ValidationError, match="'jax'.*Set KERAS_BACKEND=tensorflow"):
        adapt(optimizer)


def test_weights_that_do_not_decay(make_training):
    """Exceptions to weight decay, which Keras does not copy, are refused."""
    optimizer = optimizers.AdamW(0.1)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    with pytest.raises(ValidationError, match="exclude_from_weight_decay"):
        make_training().use(optimizer)


def test_incomplete_configuration(make_training):
    """An attribute that the configuration leaves out is named."""

    class Forgetful(optimizers.SGD):
        def __init__(self, learning_rate=0.1, extra=1, **kwargs):
            super().__init__(learning_rate, **kwargs)
            self.extra = extra

    make_training().use(Forgetful())
    with pytest.raises(ValidationError, match="Forgetful has extra, which"):
        make_training().use(Forgetful(extra=2))
