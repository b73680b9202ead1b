# SPDX-License-Identifier: MIT
"""The rules, one family a file; importing this package registers all of them."""

from nengo_dl.lower.rules import basic, learning, neurons, synapses

__all__ = ["basic", "learning", "neurons", "synapses"]
