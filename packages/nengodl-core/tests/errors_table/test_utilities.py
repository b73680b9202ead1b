# SPDX-License-Identifier: MIT
"""Section 7 of the table of errors: TensorNodes, and what nengo refuses."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import SimulationError, ValidationError
from nengo_dl import TensorNode, reshaped, tensor_layer

quiet = {"progress_bar": False}


@pytest.fixture
def empty():
    """A network that a failing constructor must leave without nodes."""
    with nengo.Network() as net:
        yield net
    assert net.all_nodes == []


@pytest.mark.parametrize("sizes", [{}, {"size_out": 1}, {"size_in": 2, "size_out": 1}])
@pytest.mark.parametrize("value", [None, 5, "relu", [tf.nn.relu]])
def test_no_function(empty, value, sizes):
    """Section 7, tensor_func not callable: it must be a function, size given or not."""
    with pytest.raises(ValidationError, match="must be a function") as error:
        TensorNode(value, **sizes)
    assert error.value.attr == "tensor_func"
    assert repr(value) in str(error.value)


def failing(t):
    """Fail."""
    raise ZeroDivisionError("the original")


@pytest.mark.parametrize(
    "function, size_in, parts",
    [
        (failing, 0, ["'failing'", "(float32[])", "ZeroDivisionError", "the original"]),
        (failing, 2, ["(t, x)", "float32[1, 2]", "TypeError", "argument"]),
        (lambda t, x: x, 0, ["(t)", "(float32[])", "TypeError", "argument"]),
    ],
)
def test_trial_call(empty, function, size_in, parts):
    """Section 7, trial call fails: the arguments and the original error are told."""
    with pytest.raises(ValidationError) as error:
        TensorNode(function, size_in=size_in)
    assert error.value.attr == "tensor_func"
    for part in parts:
        assert part in str(error.value)


@pytest.mark.parametrize(
    "result, found",
    [
        (lambda: None, "type NoneType"),
        (lambda: np.zeros((1, 2)), "type ndarray"),
        (lambda: [tf.zeros((1, 2))], "type list"),
        (lambda: tf.zeros(3), "shape (3,)"),
        (lambda: tf.zeros((1, 2, 3)), "shape (1, 2, 3)"),
        (lambda: tf.zeros(()), "shape ()"),
    ],
)
def test_trial_result(empty, result, found):
    """Section 7, result not a tensor, of a wrong rank: wanted shape and what was found."""
    with pytest.raises(ValidationError, match="minibatch.*size_out") as error:
        TensorNode(lambda t: result())
    assert error.value.attr == "tensor_func"
    assert found in str(error.value)


@pytest.mark.parametrize(
    "result, wanted, found",
    [
        (lambda: None, "[3, 2]", "type NoneType"),
        (lambda: np.zeros((3, 2)), "[3, 2]", "type ndarray"),
        (lambda: tf.zeros(3), "[3, 2]", "shape (3,)"),
        (lambda: tf.zeros((3, 4)), "[3, 2]", "shape (3, 4)"),
        (lambda: tf.zeros((1, 2)), "[3, 2]", "shape (1, 2)"),
        (lambda: tf.zeros((3, 2), tf.float64), "float32", "type float64"),
        (lambda: tf.zeros((3, 2), tf.int32), "float32", "type int32"),
    ],
)
def test_result(open_simulator, unchanged, result, wanted, found):
    """Section 7, result of a wrong type, shape or dtype: wanted and found, at the build."""
    with nengo.Network() as net:
        nengo.Probe(TensorNode(lambda t: result(), size_out=2))
    with unchanged(None, net), pytest.raises(
        ValidationError, match="returned"
    ) as error:
        open_simulator(net, minibatch_size=3)
    assert error.value.attr == "tensor_func"
    assert wanted in str(error.value)
    assert found in str(error.value)


@pytest.mark.parametrize(
    "name, value, low", [("size_in", -1, 0), ("size_out", 0, 1), ("size_out", -3, 1)]
)
def test_sizes(empty, name, value, low):
    """Section 7, size_in < 0, size_out < 1: the limit and the value."""
    with pytest.raises(ValidationError, match=f"at least {low}.* is {value}") as error:
        TensorNode(lambda t: t, **{name: value})
    assert error.value.attr == name


def test_another_simulator():
    """Section 7, run in another simulator: the node, and the backend that it needs."""
    with nengo.Network() as net:
        nengo.Probe(TensorNode(failing, size_out=2, label="the node"))
    with nengo.Simulator(net, progress_bar=False) as sim:
        with pytest.raises(
            SimulationError, match="only works in this backend"
        ) as error:
            sim.run_steps(1)
        assert sim.n_steps <= 1
    for part in ("'failing'", "the node", "nengo_dl.Simulator"):
        assert part in str(error.value)


def test_impossible_shapes():
    """Section 7, tensor_layer reshape impossible: both sizes; nothing is added."""
    with nengo.Network() as net:
        source = nengo.Node(np.zeros(4))
        with pytest.raises(ValidationError, match=r"is 4, but \(3, 2\) has 6") as error:
            tensor_layer(source, tf.identity, shape_in=(3, 2))
        assert error.value.attr == "shape_in"
        with pytest.raises(ValidationError, match=r"5 elements.*3,2") as error:
            TensorNode(reshaped((3, 2))(lambda t, x: x), size_in=5)
    assert net.all_objects == [source]


@pytest.mark.skipif(
    "correction" in nengo.PES.probeable,
    reason="the rule of nengo 2.8 has this signal",
)
def test_correction_of_pes():
    """Section 7, probe "correction" of PES: nengo names what can be probed."""
    with nengo.Network() as net:
        pre, post = nengo.Ensemble(5, 1), nengo.Node(size_in=1)
        learned = nengo.Connection(pre, post, learning_rule_type=nengo.PES())
        with pytest.raises(ValidationError, match="'correction'") as error:
            nengo.Probe(learned.learning_rule, "correction")
    assert "'error'" in str(error.value) and "'delta'" in str(error.value)
    assert net.all_probes == []
