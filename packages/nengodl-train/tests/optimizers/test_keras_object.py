# SPDX-License-Identifier: MIT
"""What is asked of Keras optimizers."""

import ast
import subprocess
import sys

import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengodl_train.optimizers import adapt
from nengodl_train.optimizers.keras_object import (
    changes,
    configuration,
    is_keras_3,
    plain,
)

optimizers = tf.keras.optimizers

keras_3 = pytest.mark.skipif(
    not hasattr(optimizers.SGD, "stateless_apply"),
    reason="Keras 3 needs TensorFlow 2.16 or later",
)


def test_plain_copies_containers():
    """Containers are copied at all levels, what is in them is not."""
    item = object()
    value = {"a": [1, (item, [2])], "b": "c"}
    copied = plain(value)
    assert copied == value
    copied["a"][1][1].append(3)
    assert value["a"] == [1, (item, [2])]
    assert copied["a"][1][0] is item


def test_changes_names_what_differs():
    """Entries that differ or are new are named."""
    old = {"a": 1, "b": [1, 2], "c": 3}
    assert changes(old, {"a": 1, "b": [1, 3], "d": 4}) == ["b", "d"]
    assert changes(old, dict(old)) == []


@pytest.mark.parametrize("obj", [None, 3, "adam", object(), tf.keras.optimizers.SGD])
def test_other_objects_are_not_of_keras(obj):
    """Neither any other object is an optimizer of Keras 3, nor a class."""
    assert not is_keras_3(obj)


@keras_3
def test_configuration():
    """The configuration is that of Keras, inside and outside of graphs."""
    optimizer = optimizers.Adam(0.25, name="adam")
    expected = optimizer.get_config()
    with tf.Graph().as_default():
        inside = optimizers.Adam(0.25, name="adam")
        assert configuration(optimizer) == configuration(inside) == expected
        inside.learning_rate = 0.125
        inside.learning_rate = 0.5
    assert configuration(inside)["learning_rate"] == 0.5


@keras_3
def test_no_configuration():
    """A schedule without configuration is refused with what Keras says."""

    class Silent(optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return 0.1

    with pytest.raises(ValidationError, match="(?s)SGD cannot be read.*get_config"):
        adapt(optimizers.SGD(Silent()))


@keras_3
def test_keras_without_eager_execution():
    """Where eager execution is off, an optimizer of Keras is refused."""
    code = """
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengodl_train.optimizers import adapt
tf.compat.v1.disable_eager_execution()
try:
    adapt(tf.keras.optimizers.SGD(0.1))
except ValidationError as error:
    print([error.attr, "need eager execution" in str(error)])
"""
    run = [sys.executable, "-c", code]
    output = subprocess.run(run, check=True, stdout=subprocess.PIPE).stdout
    assert ast.literal_eval(output.decode()) == ["optimizer", True]


def test_keras_is_not_imported():
    """Optimizers of TensorFlow do not load Keras."""
    code = """
import sys
import nengo_dl
import tensorflow as tf
before = set(sys.modules)  # some versions of TensorFlow load parts of Keras themselves
from nengodl_train.optimizers import adapt
adapt(tf.compat.v1.train.AdamOptimizer())
loaded = set(sys.modules) - before
print([name for name in loaded if name.split(".")[0] in ("keras", "tf_keras")])
"""
    run = [sys.executable, "-c", code]
    output = subprocess.run(run, check=True, stdout=subprocess.PIPE).stdout
    assert ast.literal_eval(output.decode().splitlines()[-1]) == []
