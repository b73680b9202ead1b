# SPDX-License-Identifier: MIT
"""Two parameters in a graph of their own, and programs that update them."""

import numpy as np
import pytest
import tensorflow as tf
from nengo_dl.compat.tensorflow import compile_with_xla, session_config
from nengodl_train.optimizers import adapt

v1 = tf.compat.v1

SHAPES = ((2, 3), (4,))


class Training:
    """
    A graph with parameters, a session, and programs that update.

    Parameters
    ----------
    start : sequence of np.ndarray
        Initial values of the parameters.
    dtype : str
        Type of the parameters.
    xla : bool
        Whether updates are within a function that XLA compiles.
    """

    def __init__(self, start, dtype="float64", xla=True):
        self.graph, self.xla = tf.Graph(), xla
        with self.graph.as_default():
            self.parameters = [
                v1.get_variable(
                    f"parameter_{i}",
                    initializer=np.asarray(value, dtype),
                    use_resource=True,
                    trainable=False,
                )
                for i, value in enumerate(start)
            ]
            self.feeds = [v1.placeholder(dtype, value.shape) for value in start]
            self.step = v1.train.get_or_create_global_step()
            self.sess = v1.Session(config=session_config({}))
            self.sess.run([v.initializer for v in self.parameters + [self.step]])

    def use(self, optimizer):
        """Prepare an optimizer of the user's."""
        adapted = adapt(optimizer)
        with self.graph.as_default():
            adapted.prepare(self.parameters)
            self.sess.run(adapted.initializer)
        return adapted

    def program(self, adapted, change=list):
        """Write down an update, and then a step; `change` is applied to the gradients."""

        def update(*gradients):
            operations = adapted.apply(change(gradients), self.parameters)
            with tf.control_dependencies(operations):
                return [tf.constant(0)]

        with self.graph.as_default():
            feeds = self.feeds
            done = compile_with_xla(update, feeds) if self.xla else update(*feeds)
            with tf.control_dependencies(done):
                return self.step.assign_add(1)

    def run(self, program, gradients):
        """Run a program."""
        self.sess.run(program, dict(zip(self.feeds, gradients)))

    def values(self):
        """Values of the parameters."""
        return self.sess.run(self.parameters)

    def state(self, adapted):
        """Values of the state of an optimizer."""
        return self.sess.run(
            {(s.name, s.parameter): s.variable for s in adapted.variables}
        )

    def n_variables(self):
        """Number of variables in the graph."""
        kinds = ("VarHandleOp", "VariableV2")
        return len([op for op in self.graph.get_operations() if op.type in kinds])


@pytest.fixture(params=[False, True], ids=["session", "xla"])
def xla(request):
    """Whether XLA compiles the update."""
    return request.param


@pytest.fixture(params=["float32", "float64"])
def dtype(request):
    """Type of the parameters."""
    return request.param


@pytest.fixture
def start():
    """Initial values of two parameters."""
    rng = np.random.RandomState(0)
    return [rng.uniform(-1, 1, shape) for shape in SHAPES]


@pytest.fixture
def gradients():
    """Gradients of two parameters, for each of five updates."""
    rng = np.random.RandomState(1)
    return [[rng.uniform(-1, 1, shape) for shape in SHAPES] for _ in range(5)]


@pytest.fixture
def make_training(start):
    """Make graphs with parameters; sessions are closed after the test."""
    made = []

    def make(**kwargs):
        made.append(Training(start, **kwargs))
        return made[-1]

    yield make
    for training in made:
        training.sess.close()


@pytest.fixture
def assert_close():
    """Compare arrays up to some roundings of values of about 1."""

    def check(found, expected, dtype="float64"):
        limit = {"float32": 1e-6, "float64": 1e-14}[dtype]
        assert len(found) == len(expected) > 0
        for one, other in zip(found, expected):
            assert one.dtype == np.dtype(dtype)
            assert np.abs(one - other).max() <= limit

    return check
