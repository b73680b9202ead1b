# SPDX-License-Identifier: MIT
"""Where the signals live that outlast a step: groups find their operands side by side."""

from nengo_dl.layout.check import check_layout
from nengo_dl.layout.homes import Home, Layout, Place, make_layout

__all__ = ["Home", "Layout", "Place", "check_layout", "make_layout"]
