# SPDX-License-Identifier: MIT
"""What differs between versions of TensorFlow."""

import threading
import time

import numpy as np
import pytest
import tensorflow as tf
from nengo_dl.compat import tensorflow as compat
from nengo_dl.compat.tensorflow import compile_with_xla, session_config, v1


def evaluate(function, *arrays):
    """Results of a function under XLA, in a graph and a session."""
    with tf.Graph().as_default(), v1.Session(config=session_config({})) as sess:
        given = [v1.placeholder(array.dtype, array.shape) for array in arrays]
        return sess.run(compile_with_xla(function, given), dict(zip(given, arrays)))


def test_functions_are_compiled():
    """The function is traced once, and all its results come out."""
    calls = []

    def function(x, y):
        calls.append(1)
        return [x + y, x * y]

    x, y = np.arange(3.0), np.full(3, 2.0)
    total, product = evaluate(function, x, y)
    np.testing.assert_array_equal(total, x + y)
    np.testing.assert_array_equal(product, x * y)
    assert len(calls) == 1


def test_functions_may_return_nothing():
    """The list of results is empty."""
    assert evaluate(lambda x: [], np.zeros(2)) == []


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_chains_of_unary_operations_compile(dtype):
    """TensorFlow 1 would make one operation of them, which its XLA does not have."""
    x = np.linspace(0.1, 2, 5).astype(dtype)
    (found,) = evaluate(lambda x: [tf.math.log1p(1.0 / tf.sqrt(x))], x)
    np.testing.assert_allclose(found, np.log1p(1 / np.sqrt(x)), rtol=1e-6)


def test_a_gpu_is_looked_for():
    """The answer is a plain bool."""
    assert compat.gpu_available() in (True, False)


def test_session_options_are_set():
    """Dotted names reach fields of any depth; lists are replaced."""
    config = session_config(
        {
            "allow_soft_placement": True,
            "gpu_options.per_process_gpu_memory_fraction": 0.5,
            "graph_options.rewrite_options.memory_optimizer_target_node_name_scope": "x",
            "device_filters": ["/cpu:0"],
            "intra_op_parallelism_threads": 3,
        }
    )
    assert config.allow_soft_placement
    assert config.gpu_options.per_process_gpu_memory_fraction == 0.5
    rewrite = config.graph_options.rewrite_options
    assert rewrite.memory_optimizer_target_node_name_scope == "x"
    assert list(config.device_filters) == ["/cpu:0"]
    assert config.intra_op_parallelism_threads == 3
    assert not session_config({}).allow_soft_placement


@pytest.mark.parametrize(
    "name",
    [
        "nothing",
        "gpu_options.nothing",
        "nothing.allow_growth",
        "gpu_options.foo.x",
        "allow_soft_placement.real",
        "gpu_options.Clear",
        "",
    ],
)
def test_unknown_session_options_are_told(name):
    """The error has the whole name of the field that does not exist."""
    with pytest.raises(AttributeError, match=f"ConfigProto has no field '{name}'"):
        session_config({name: True})


@pytest.mark.parametrize(
    "name, value",
    [
        ("allow_soft_placement", "yes"),
        ("gpu_options.per_process_gpu_memory_fraction", "half"),
        ("intra_op_parallelism_threads", 2**40),
        ("device_filters", 3),
        ("gpu_options", True),
    ],
)
def test_wrong_values_of_session_options_are_told(name, value):
    """The error has the whole name of the field and the value."""
    with pytest.raises(TypeError) as error:
        session_config({name: value})
    assert repr(name) in str(error.value)
    assert repr(value) in str(error.value)


def test_the_compiled_program_can_be_read():
    """XLA's text, where TensorFlow gives it out."""
    with tf.Graph().as_default():
        given = [v1.placeholder(tf.float32, (3,))]
    text = compat.xla_text(lambda x: [x + 1.0], given)
    assert text is None or "HloModule" in text
    newest = tuple(map(int, tf.__version__.split(".")[:2])) >= (2, 11)
    assert (text is not None) == newest


def test_threads_that_compile_leave_summaries_alone():
    """Behind two threads that compiled at once, summaries are what they were."""
    # TensorFlow 1.14 leaves them empty if the first one ends while the second one goes on

    def compile_slowly(delay):
        time.sleep(delay)
        with tf.Graph().as_default():
            compile_with_xla(lambda x: [time.sleep(0.4) or x + 1], [tf.constant(1.0)])

    threads = [threading.Thread(target=compile_slowly, args=(d,)) for d in (0, 0.2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with tf.Graph().as_default():
        assert v1.summary.scalar("value", 1.0).op.type == "ScalarSummary"
