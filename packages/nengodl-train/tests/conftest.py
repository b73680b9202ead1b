# SPDX-License-Identifier: MIT
"""Objectives, run like in a training."""

import pytest
import tensorflow as tf
from nengo_dl.compat.tensorflow import compile_with_xla, session_config

v1 = tf.compat.v1


@pytest.fixture(params=[False, True], ids=["session", "xla"])
def xla(request):
    """Whether XLA compiles the objective and its gradient."""
    return request.param


@pytest.fixture(scope="session")
def value_and_gradient():
    """Value of a function of arrays, and its gradient with respect to the first one."""

    def run(function, *arrays, xla=False):
        def outputs(*inputs):
            value = function(*inputs)
            return [value] + tf.gradients(value, inputs[0])

        with tf.Graph().as_default(), v1.Session(config=session_config({})) as sess:
            given = [v1.placeholder(array.dtype, array.shape) for array in arrays]
            found = compile_with_xla(outputs, given) if xla else outputs(*given)
            return sess.run(found, dict(zip(given, arrays)))

    return run
