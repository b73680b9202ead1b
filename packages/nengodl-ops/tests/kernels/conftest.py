# SPDX-License-Identifier: MIT
"""Functions of tensors run outside XLA and inside, and arrays to run them with."""

import warnings

import numpy as np
import pytest
import tensorflow as tf
from nengodl_ops.library import has_xla

with warnings.catch_warnings():
    # nengo 3.2 compares versions by distutils, which is deprecated
    warnings.simplefilter("ignore", DeprecationWarning)
    import nengo  # noqa: F401 - here, before a test module imports it without that

v1 = tf.compat.v1


class Way:
    """
    How functions of tensors are run.

    Parameters
    ----------
    compiled : bool
        Whether XLA compiles them.
    """

    def __init__(self, compiled):
        self.compiled = compiled

    def trace(self, function, *inputs):
        """Call a function of tensors, as a program of XLA or as it is."""
        if self.compiled:
            return tf.function(function, jit_compile=True, autograph=False)(*inputs)
        return function(*inputs)

    def __call__(self, function, *arrays, shapes=None):
        """Run a function once; `shapes` are those of placeholders, to know less."""
        with tf.Graph().as_default(), v1.Session() as session:
            inputs = _placeholders(arrays, shapes)
            results = self.trace(function, *inputs)
            return session.run(results, dict(zip(inputs, arrays)))

    def gradients(self, function, *arrays, step=0.5):
        """
        Differentiate a sum of all results, with weights.

        Returns
        -------
        list of tuple of np.ndarray
            For each argument TensorFlow's gradient, and central differences. Those are
            exact for any step where the results are linear in each argument.
        """
        with tf.Graph().as_default(), v1.Session() as session:
            inputs = _placeholders(arrays)
            total, *found = self.trace(lambda *x: _objective(function, x), *inputs)
            gradients = session.run(found, dict(zip(inputs, arrays)))

            def differences(index):
                given = dict(zip(inputs, arrays))

                def value(array):
                    return session.run(total, {**given, inputs[index]: array})

                return _differences(value, arrays[index], step)

            return [(g, differences(index)) for index, g in enumerate(gradients)]


def _placeholders(arrays, shapes=None):
    shapes = shapes or [array.shape for array in arrays]
    return [v1.placeholder(a.dtype, shape) for a, shape in zip(arrays, shapes)]


def _objective(function, inputs):
    results = function(*inputs)
    rng = np.random.RandomState(0)
    total = tf.add_n(
        [
            tf.reduce_sum(result * rng.uniform(-1, 1, size=result.shape.as_list()))
            for result in (results if isinstance(results, (list, tuple)) else [results])
        ]
    )
    return [total] + tf.gradients(total, list(inputs))


def _differences(function, array, step):
    result = np.zeros(array.shape)
    for index in np.ndindex(*array.shape):
        shift = np.zeros(array.shape)
        shift[index] = step
        difference = function(array + shift) - function(array - shift)
        result[index] = difference / (2 * step)
    return result


@pytest.fixture(scope="session")
def outside():
    """Run functions outside XLA."""
    return Way(compiled=False)


@pytest.fixture(scope="session")
def inside():
    """Run functions inside XLA."""
    if not has_xla():
        pytest.skip(f"TensorFlow {tf.__version__} has no XLA kernels")
    return Way(compiled=True)


@pytest.fixture(scope="session", params=["outside", "inside"])
def way(request):
    """Run functions outside XLA, then inside."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def make():
    """A function that makes arrays, also ones of which elements lie apart."""
    return _make


def _make(rng, shape, kind="float64", layout="together"):
    if layout == "transposed":
        return rng.normal(size=shape[::-1]).astype(kind).T
    if layout == "apart":
        wide = tuple(shape[:-1]) + (2 * shape[-1],)
        return rng.normal(size=wide).astype(kind)[..., ::2]
    return rng.normal(size=shape).astype(kind)


@pytest.fixture(scope="session")
def repeat():
    """A function that makes one program of 50 steps, each from values to values."""
    return _repeat


def _repeat(step, steps=50):
    def program(*values):
        result = v1.while_loop(
            lambda i, *_: i < steps,
            lambda i, *values: [i + 1] + list(step(*values)),
            [tf.constant(0)] + list(values),
            maximum_iterations=steps,
        )
        return list(result[1:])

    return program
