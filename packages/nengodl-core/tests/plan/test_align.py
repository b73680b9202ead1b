# SPDX-License-Identifier: MIT
"""Sorting by origin puts operands side by side and changes no group."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from nengo.builder.operator import Copy, DotInc, Reset
from nengo.builder.signal import Signal
from nengo_dl.plan import align_operators


def chain(n, order):
    """Make a group that writes n signals, and one that reads them in another order."""
    made = [Signal(np.zeros(3), name=f"a{i}") for i in range(n)]
    read = [Signal(np.zeros(3), name=f"b{i}") for i in range(n)]
    first = tuple(Reset(signal, 1) for signal in made)
    return [first, tuple(Copy(made[i], read[i]) for i in order)]


@given(st.permutations(range(6)))
def test_readers_follow_writers(order):
    """Whatever their order was, readers come in that of what they read."""
    _, plan = align_operators(chain(6, order))
    assert [op.src for op in plan[1]] == [op.sets[0] for op in plan[0]]


def test_what_is_read_twice_is_read_in_two_rounds():
    """Two readers of each signal come as all first ones, then all second ones."""
    plan = chain(3, [2, 0, 1])
    made = [op.sets[0] for op in plan[0]]
    twice = tuple(
        Copy(s, Signal(np.zeros(3), name="c")) for s in made for _ in range(2)
    )
    _, plan = align_operators([plan[0], twice])
    first = [op.sets[0] for op in plan[0]]
    assert [op.src for op in plan[1]] == first + first


def test_constants_follow_what_is_added_to_them():
    """Resets, which read nothing, come in the order of the group that increments."""
    x = [Signal(np.zeros(1), name=f"x{i}") for i in range(4)]
    y = [Signal(np.zeros(2), name=f"y{i}") for i in range(4)]
    a = [Signal(np.ones((2, 1)), name=f"a{i}") for i in range(4)]
    resets = tuple(Reset(y[i], 1) for i in (3, 1, 0, 2))
    sources = tuple(Reset(s, 1) for s in x)
    dots = tuple(DotInc(a[i], x[i], y[i]) for i in range(4))
    _, plan = align_operators([sources, resets, dots])
    assert [op.sets[0] for op in plan[1]] == [op.Y for op in plan[2]]


def test_signals_are_listed_once():
    """All base signals come out, written ones first."""
    plan = chain(3, [1, 2, 0])
    signals, _ = align_operators(plan)
    assert len(signals) == len(set(signals)) == 6
