# SPDX-License-Identifier: MIT
"""Section 1 of the table of errors: construction and import."""

import gc

import numpy as np
import pytest
import tensorflow as tf
from nengo.builder import Model, Operator, Signal
from nengo.builder.operator import Copy
from nengo_dl import Simulator, extend
from nengo_dl.errors import InvalidRule, InvalidRuleResult
from nengo_dl.lower import registry


@pytest.fixture
def rules(monkeypatch):
    """The registered rules; those that a test adds are gone after it."""
    monkeypatch.setattr(registry, "RULES", dict(registry.RULES))
    return registry.RULES


def test_device_not_present(network, unchanged):
    """Section 1, device not present: the device and those available are named."""
    with unchanged(None, network):
        with pytest.raises(tf.errors.InvalidArgumentError) as error:
            Simulator(network, device="/gpu:77", progress_bar=False)
    assert "GPU:77" in str(error.value)
    assert "device:CPU:0" in str(error.value)


def test_deallocated_while_open(network):
    """Section 1, deallocated while open: the model and both ways out are named."""
    sim = Simulator(network, device="/cpu:0", progress_bar=False)
    name = str(sim.model)
    with pytest.warns(RuntimeWarning) as record:
        del sim
        gc.collect()
    (message,) = [
        str(w.message) for w in record if w.category.__name__ == "OpenSimulatorWarning"
    ]
    for part in (name, "by hand", "'with' block"):
        assert part in message


@pytest.mark.filterwarnings("ignore:The model has no top-level network")
def test_signal_dtype():
    """Section 1, signal dtype not float/int/bool: the type, and that it is unsupported."""
    model = Model()
    signals = [Signal(np.zeros(2, dtype="complex64"), name=name) for name in "ab"]
    model.add_op(Copy(*signals))
    with pytest.raises(NotImplementedError, match="complex64.*unsupported"):
        Simulator(None, model=model, device="/cpu:0", progress_bar=False)


# -- in place of build classes


@pytest.mark.parametrize("kind", [3, int, Signal, "Copy"])
def test_rules_of_other_types(rules, kind):
    """Section 1, build class not an OpBuilder: here rules are for operator types only."""
    before = dict(rules)
    for register in (
        lambda: extend.lowers(kind, merge_key=len)(lambda ctx, x: x),
        lambda: registry.runs_on_host(kind),
    ):
        with pytest.raises(
            InvalidRule, match="subclasses of nengo's Operator"
        ) as error:
            register()
        assert repr(kind) in str(error.value)
    assert rules == before


class Square(Operator):
    """The squares of a signal."""

    def __init__(self, n=3):
        super().__init__()
        x, y = Signal(np.ones(n), name="x"), Signal(np.zeros(n), name="y")
        self.sets, self.incs, self.reads, self.updates = [y], [], [x], []

    def make_step(self, signals, dt, rng):
        """Return nengo's step."""
        x, y = signals[self.reads[0]], signals[self.sets[0]]

        def step():
            y[...] = x**2

        return step


def test_rules_that_are_no_functions(rules):
    """Section 1, build class without build_step: here a rule must be a function."""
    with pytest.raises(InvalidRule, match="function of a context.*") as error:
        extend.lowers(Square, merge_key=len)(5)
    assert "5 of type int" in str(error.value)
    assert Square not in rules


@pytest.mark.parametrize(
    "rule, message",
    [
        (lambda ctx, x: None, "3 elements .* returned None"),
        (lambda ctx, x: (), "return 1 tensors, but returned 0 values"),
        (lambda ctx, x: (x, x), "return 1 tensors, but returned 2 values"),
        (lambda ctx, x: x[..., :2], r"3 elements .*of shape \(1, 1, 2\)"),
        (lambda ctx, x: tf.cast(x, tf.int32), "in float64, but .* one in int32"),
        (lambda ctx, x: tf.cast(x, tf.float32), "in float64, but .* one in float32"),
    ],
)
def test_results_of_rules(rules, rule, message):
    """Section 7, reshape of another size, wrong float type: results are checked."""
    extend.lowers(Square, merge_key=lambda op: op.reads[0].shape)(rule)
    with pytest.raises(InvalidRuleResult, match=message) as error:
        extend.check_rule([Square()], minibatch=1)
    assert "rule of Square" in str(error.value)


def test_tensors_are_values(rules):
    """Section 7, element written: what a rule gets cannot be assigned to."""

    def rule(ctx, x):
        x[0] = 1
        return x

    extend.lowers(Square, merge_key=lambda op: op.reads[0].shape)(rule)
    with pytest.raises(TypeError, match="does not support item assignment"):
        extend.check_rule([Square()])
