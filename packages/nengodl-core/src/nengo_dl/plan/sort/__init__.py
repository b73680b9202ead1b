# SPDX-License-Identifier: MIT
"""Order signals and operators so that groups use contiguous memory."""

from nengo_dl.plan.sort.blocks import signal_io_dicts
from nengo_dl.plan.sort.display import display_signal_blocks
from nengo_dl.plan.sort.hamming import hamming_sort
from nengo_dl.plan.sort.match import sort_ops_by_signals, sort_signals_by_ops
from nengo_dl.plan.sort.order import noop_order_signals, order_signals

__all__ = [
    "display_signal_blocks",
    "hamming_sort",
    "noop_order_signals",
    "order_signals",
    "signal_io_dicts",
    "sort_ops_by_signals",
    "sort_signals_by_ops",
]
