# SPDX-License-Identifier: MIT
"""Matching operators and signals."""

import numpy as np
import pytest
from nengo.builder import Signal
from nengo_dl.plan import sort_ops_by_signals, sort_signals_by_ops
from nengo_dl.plan.sort.match import sort_signals


@pytest.fixture
def signals():
    """Four signals."""
    return [Signal(np.zeros(2), name=str(i)) for i in range(4)]


def test_operators_are_sorted_by_a_signal(make, signals):
    """The chosen signal decides, and inside a base the offset of the view."""
    reads = [(3, 0, 0), (0, 1, 1), (1, 1, 0)]
    ops = [make.Step(reads=[signals[a], signals[b][c : c + 1]]) for a, b, c in reads]
    assert sort_ops_by_signals(ops, signals) == [ops[1], ops[2], ops[0]]
    assert sort_ops_by_signals(ops, signals, 1) == [ops[0], ops[2], ops[1]]


def test_signals_are_sorted_by_operators(make, signals):
    """Signals side by side take the order of the operators; the others stay."""
    ops = [make.Step(reads=[signals[i]]) for i in (2, 1)]
    assert sort_signals_by_ops(signals, ops) == [signals[i] for i in (0, 2, 1, 3)]


def test_scattered_signals_are_left_alone(make, signals):
    """Signals that do not lie side by side are not moved."""
    ops = [make.Step(reads=[signals[i]]) for i in (3, 1)]
    assert sort_signals_by_ops(signals, ops) == signals
    assert sort_signals_by_ops(signals, []) == signals


def test_signals_stay_among_their_like():
    """An order that would mix signals of different blocks is refused."""
    order, places = np.arange(4), np.arange(4)
    assert not sort_signals(order, places, np.array([2, 1]), np.array([0, 0, 1, 1]))
    assert sort_signals(order, places, np.array([1, 0]), np.array([0, 0, 1, 1]))
    np.testing.assert_array_equal(order, [1, 0, 2, 3])
    np.testing.assert_array_equal(places, [1, 0, 2, 3])
