# SPDX-License-Identifier: MIT
"""Operators that nengo does not have, run by nengo's own machinery."""

import numpy as np
from nengo.builder import Signal
from nengo.builder.operator import Reset
from nengo.builder.signal import SignalDict
from nengo_dl.operators import ResetInc, SetInitial, split_initial


def test_resetinc_adds_a_constant():
    """Each step adds the value, which may be an array."""
    signal, signals = Signal(np.zeros(2), name="x"), SignalDict()
    op = ResetInc(signal, np.array([1.0, 2.0]))
    op.init_signals(signals)
    step = op.make_step(signals, 0.001, None)
    step()
    step()
    np.testing.assert_array_equal(signals[signal], [2, 4])
    assert op.incs == [signal] == op.all_signals


def test_setinitial_changes_the_start_but_not_the_signal():
    """The live array starts with the value, and steps leave it alone."""
    base, signals = Signal(np.zeros(3), name="x"), SignalDict()
    op = SetInitial(base[1:], 5.0)
    op.init_signals(signals)
    op.make_step(signals, 0.001, None)()
    np.testing.assert_array_equal(signals[base], [0, 5, 5])
    np.testing.assert_array_equal(base.initial_value, [0, 0, 0])
    assert op.all_signals == []


def test_initial_values_are_separated_from_steps():
    """Both parts keep their order."""
    signal = Signal(np.zeros(3), name="x")
    first, second = SetInitial(signal, 1), SetInitial(signal, 2)
    reset, inc = Reset(signal), ResetInc(signal, 1)
    assert split_initial([first, reset, second, inc]) == ([reset, inc], [first, second])
