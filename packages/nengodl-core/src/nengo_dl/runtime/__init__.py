# SPDX-License-Identifier: MIT
"""The only place that holds a graph, a session or a variable."""

from nengo_dl.runtime.program import Program
from nengo_dl.runtime.trace import RunOptions, profiled

__all__ = ["Program", "RunOptions", "profiled"]
