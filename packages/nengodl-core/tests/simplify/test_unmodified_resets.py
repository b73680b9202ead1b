# SPDX-License-Identifier: MIT
"""Signals that are only reset get their value once."""

import numpy as np
import pytest
from nengo.builder import Signal
from nengo.builder.operator import Copy, Reset
from nengo_dl.operators import ResetInc, SetInitial
from nengo_dl.simplify import remove_unmodified_resets


@pytest.fixture
def signal():
    """A signal with values that a Reset to zero would change."""
    return Signal(np.array([1.0, 2.0, 3.0]), name="signal")


def test_networks_compute_the_same(built, assert_same):
    """All probes of whole networks show the same numbers."""
    op_list, observed = built
    assert_same(op_list, remove_unmodified_resets(op_list), observed)


def test_value_becomes_the_initial_value(signal, assert_same):
    """The Reset leaves the step, and the signal still has its value in all steps.

    History 170.
    """
    op_list = [Reset(signal, 5)]
    (op,) = remove_unmodified_resets(op_list)
    assert type(op) is SetInitial and op.dst is signal and op.value == 5
    assert_same(op_list, [op], [signal])


def test_parts_become_initial_values_of_parts(signal, assert_same):
    """Resets of views change these views only."""
    op_list = [Reset(signal[:1], 5), Reset(signal[2:], 6)]
    after = remove_unmodified_resets(op_list)
    assert [type(op) for op in after] == [SetInitial, SetInitial]
    assert_same(op_list, after, [signal])


def test_incremented_signals_are_reset(signal):
    """An increment of another part of the same base keeps the Reset in the step."""
    op_list = [Reset(signal[:1]), ResetInc(signal[1:], 1.0)]
    assert remove_unmodified_resets(op_list) == op_list


def test_updated_signals_are_reset(signal):
    """An update keeps the Reset in the step."""
    update = Copy(Signal(np.ones(3), name="source"), signal)
    update.updates, update.sets = update.sets, []
    op_list = [Reset(signal[:1]), update]
    assert remove_unmodified_resets(op_list) == op_list


def test_fed_and_trainable_signals_are_reset(signal):
    """What users and training may write is reset in each step."""
    signal.trainable = True
    op_list = [Reset(signal), Reset(Signal(np.ones(2), name="<Node a>.in"))]
    assert remove_unmodified_resets(op_list) == op_list


def test_signals_stay_as_they_were(signal):
    """The initial value of the signal itself does not change."""
    remove_unmodified_resets([Reset(signal, 5)])
    np.testing.assert_array_equal(signal.initial_value, [1, 2, 3])
