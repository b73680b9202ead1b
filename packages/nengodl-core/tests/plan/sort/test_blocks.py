# SPDX-License-Identifier: MIT
"""Blocks of signals, and who uses a signal."""

import numpy as np
from nengo.builder import Signal
from nengo_dl.plan import signal_io_dicts
from nengo_dl.plan.sort.blocks import io_columns, rank_blocks


def test_operators_are_found_by_base_signal(make):
    """Views count for their base, once per operator."""
    a, b = (Signal(np.zeros(4), name=name) for name in "ab")
    first = make.Step(sets=[a], reads=[b[:2], b[2:]])
    second = make.Step(incs=[a[1:]], updates=[b])
    sets, incs, reads, updates = signal_io_dicts([first, second])
    assert sets == {a: [first]} and incs == {a: [second]}
    assert reads == {b: [first]} and updates == {b: [second]}


def test_columns_hold_reads_before_writes(make):
    """The columns are reads, sets, incs and updates, one signal per operator."""
    signals = [Signal(np.zeros(1), name=str(i)) for i in range(8)]
    group = tuple(
        make.Step(0, [s[0]], [s[1]], [s[2]], [s[3]]) for s in (signals[:4], signals[4:])
    )
    (columns,) = io_columns([group])
    assert columns == [tuple(signals[i::4]) for i in (2, 0, 1, 3)]


def test_rank_is_size_times_uses():
    """A small block that is used often is more important than a large one."""
    a, b, c = frozenset([0]), frozenset([1]), frozenset([0, 1])
    assert rank_blocks([b, a, a, a, c], [2, 5]) == {c: 0, a: 1, b: 2}
