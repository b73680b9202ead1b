# SPDX-License-Identifier: MIT
"""The only place that holds a graph, a session or a variable."""

from nengo_dl.runtime.program import Program

__all__ = ["Program"]
