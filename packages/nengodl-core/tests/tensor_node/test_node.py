# SPDX-License-Identifier: MIT
"""Nodes that TensorFlow computes."""

import functools

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError, ValidationError
from nengo_dl import TensorNode, configure_settings
from nengo_dl.compat.tensorflow import v1

quiet = {"progress_bar": False}


def double(t, x):
    """Twice the input."""
    return 2 * x


@pytest.fixture(autouse=True)
def network():
    """A network for the nodes of a test."""
    with nengo.Network(seed=0) as net:
        yield net


# -- what is refused, and told


@pytest.mark.parametrize("size_out", [None, 2])
@pytest.mark.parametrize("value", [None, 3, "f", [1.0]])
def test_functions_can_be_called(value, size_out):
    """Anything else is refused, whether or not the size is given."""
    with pytest.raises(ValidationError) as error:
        TensorNode(value, size_out=size_out)
    assert error.value.attr == "tensor_func"


def failing(t, x):
    """Raise an error."""
    raise ZeroDivisionError("the reason")


@pytest.mark.parametrize(
    "function, words",
    [
        (failing, "failing.*ZeroDivisionError: the reason"),
        (lambda t: tf.zeros((1, 1)), "t, x.*TypeError"),
        (lambda t, x: 5.0, "float"),
        (lambda t, x: np.zeros((1, 2)), "ndarray"),
        (lambda t, x: tf.SparseTensor([[0, 0]], [1.0], (1, 2)), "SparseTensor"),
        (lambda t, x: None, "NoneType"),
        (lambda t, x: t, "shape"),
        (lambda t, x: x[0], "shape"),
        (lambda t, x: x[:, None], "shape"),
    ],
)
def test_a_trial_call_tells_what_is_wrong(function, words):
    """Exceptions and results that are no matrix are found when the node is made."""
    with pytest.raises(ValidationError, match=f"(?s){words}") as error:
        TensorNode(function, size_in=2)
    assert error.value.attr == "tensor_func"


@pytest.mark.parametrize(
    "function, words",
    [
        (lambda t, x: x[:1], "2, 3.*1, 3"),
        (lambda t, x: x[:, :2], "2, 3.*2, 2"),
        (lambda t, x: tf.cast(x, tf.float64), "float32.*float64"),
        (failing, "failing.*ZeroDivisionError"),
    ],
)
def test_a_build_tells_what_is_wrong(network, open_simulator, function, words):
    """With a size given, shape and type are compared when a simulator is made."""
    TensorNode(function, size_in=3, size_out=3)
    with pytest.raises(ValidationError, match=f"(?s){words}") as error:
        open_simulator(network, minibatch_size=2)
    assert error.value.attr == "tensor_func"


@pytest.mark.parametrize(
    "sizes",
    [{"size_in": -1}, {"size_out": 0}, {"size_out": -2}, {"size_in": "3"}],
)
def test_sizes_have_limits(sizes):
    """Inputs may be none, outputs at least one, and both are integers."""
    with pytest.raises(ValidationError) as error:
        TensorNode(double, **{"size_in": 1, "size_out": 1, **sizes})
    assert error.value.attr == list(sizes)[0]


# -- size inference


def test_the_size_is_that_of_the_result():
    """The function is called once, with one item and float32; no graph gets anything."""
    seen = []

    def function(t, x):
        seen.append((t.shape.as_list(), x.shape.as_list(), t.dtype, x.dtype))
        return tf.concat([x, x], axis=1)

    with tf.Graph().as_default() as graph:
        assert TensorNode(function, size_in=3).size_out == 6
        assert graph.get_operations() == []
    assert seen == [([], [1, 3], tf.float32, tf.float32)]
    partial = functools.partial(lambda factor, t: factor * tf.ones((1, 4)), 2)
    assert TensorNode(partial).size_out == 4


def test_with_a_size_nothing_is_called():
    """What is given is not inferred."""
    assert TensorNode(failing, size_in=2, size_out=7).size_out == 7


# -- elsewhere


def test_other_simulators_refuse(network):
    """Nengo builds the network; a step says which backend is needed."""
    node = TensorNode(double, size_in=1, label="mine")
    assert callable(node.output)
    with nengo.Simulator(network, progress_bar=False) as sim:
        with pytest.raises(SimulationError, match="(?s)mine.*backend"):
            sim.step()


def test_networks_can_be_copied(network, open_simulator):
    """A copy has the function and the sizes."""
    node = TensorNode(double, size_in=2)
    nengo.Connection(nengo.Node([1, 2]), node, synapse=None)
    nengo.Probe(node)
    copy = network.copy()
    sim = open_simulator(copy)
    sim.step()
    np.testing.assert_array_equal(sim.data[copy.probes[0]], [[2, 4]])


# -- running


@pytest.mark.parametrize("unroll", [1, 3])
@pytest.mark.parametrize("jit", ["auto", True, False])
def test_nodes_are_connected_like_others(network, open_simulator, jit, unroll):
    """Time and each item's input come in; probes and connections get the output."""
    configure_settings(dtype="float64", jit_compile=jit)
    node = nengo.Node([0.0, 0.0])
    product = TensorNode(lambda t, x: x[:, :1] * x[:, 1:] + t, size_in=2)
    after = nengo.Node(size_in=1)
    nengo.Connection(node, product, synapse=None)
    nengo.Connection(product, after, synapse=0, transform=-1)
    probes = nengo.Probe(product), nengo.Probe(after)
    data = np.random.RandomState(0).uniform(-1, 1, (2, 6, 2))
    sim = open_simulator(network, minibatch_size=2, unroll_simulation=unroll)
    sim.run_steps(6, data={node: data}, **quiet)
    expected = data.prod(axis=2, keepdims=True) + 0.001 * np.arange(1, 7)[:, None]
    np.testing.assert_allclose(sim.data[probes[0]], expected, atol=1e-14)
    found = sim.data[probes[1]]
    np.testing.assert_allclose(found[:, 1:], -expected[:, :-1], atol=1e-14)
    assert not found[:, 0].any()


class Built:
    """A function that notes what is called when."""

    def __init__(self):
        self.calls = []

    def pre_build(self, shape_in, shape_out):
        """Make a variable."""
        self.calls.append(("pre_build", shape_in, shape_out))
        self.bias = tf.Variable(np.float32(3))

    def __call__(self, t, x=None):
        """Add the variable."""
        self.calls.append("call")
        return self.bias + (tf.zeros((2, 1)) if x is None else x)

    def post_build(self, sess, rng):
        """Draw a number."""
        assert v1.get_default_session() is sess
        self.calls.append(("post_build", rng.randint(1000)))


@pytest.mark.parametrize("size_in", [0, 2])
def test_builds_are_told(network, open_simulator, size_in):
    """`pre_build` is called once, `post_build` behind it and at each reset."""
    function, size_out = Built(), size_in or 1
    probe = nengo.Probe(TensorNode(function, size_in=size_in, size_out=size_out))
    assert function.calls == []
    sim = open_simulator(network, minibatch_size=2, seed=5)
    sim.run_steps(2, **quiet)
    assert np.unique(sim.data[probe]) == 3
    sim.reset()
    calls = [call for call in function.calls if call != "call"]
    shape_in = (2, size_in) if size_in else None
    draw = ("post_build", np.random.RandomState(5).randint(1000))
    assert function.calls[0] == ("pre_build", shape_in, (2, size_out))
    assert calls[1:] == [draw, draw]


def by_variable():
    """Make a variable as in TensorFlow 2."""
    return tf.Variable(np.random.RandomState(1).uniform(size=1).astype(np.float32))


def by_name():
    """Make a variable as in TensorFlow 1."""
    return v1.get_variable("w", (1,), initializer=v1.constant_initializer(0.5))


@pytest.mark.parametrize("make", [by_variable, by_name])
def test_unrolled_copies_share_variables(network, open_simulator, make):
    """A variable is made once, and has one value in all steps."""
    made = []

    def function(t, x):
        made.append(make())
        return x + made[-1]

    probe = nengo.Probe(TensorNode(function, size_in=1, size_out=1))
    sim = open_simulator(network, unroll_simulation=3)
    sim.run_steps(6, **quiet)
    assert len({id(variable) for variable in made}) == 1 < len(made)
    assert len(np.unique(sim.data[probe])) == 1
    assert sim.data[probe][0] == sim.sess.run(made[0])


def in_function(t):
    """Draw in a function that is called."""
    return tf.function(lambda: tf.random.uniform((1, 1)))()


@pytest.mark.parametrize(
    "function",
    [
        lambda t: tf.random.uniform((1, 1)),
        lambda t: tf.cond(
            t > 0, lambda: tf.random.normal((1, 1)), lambda: tf.zeros((1, 1))
        ),
        in_function,
    ],
    ids=["plain", "branch", "function"],
)
def test_the_seed_decides_about_random_operations(network, open_simulator, function):
    """A reset repeats them, and one with a seed gives what a new simulator has."""
    probe = nengo.Probe(TensorNode(function, size_out=1))
    sim = open_simulator(network, seed=3)
    sim.run_steps(4, **quiet)
    first = sim.data[probe]
    assert len(np.unique(first)) == 4
    sim.reset()
    sim.run_steps(4, **quiet)
    np.testing.assert_array_equal(sim.data[probe], first)
    sim.reset(seed=9)
    sim.run_steps(4, **quiet)
    other = open_simulator(network, seed=9)
    other.run_steps(4, **quiet)
    np.testing.assert_array_equal(sim.data[probe], other.data[probe])
    assert not np.array_equal(sim.data[probe], first)
