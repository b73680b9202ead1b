# SPDX-License-Identifier: MIT
"""
Training of Nengo networks for nengodl-core.

This version holds no training yet, neither objectives nor ``sim.train``,
``sim.loss`` or ``sim.check_gradients``. It reserves the name and the version
range, so that a core and a train package that fit are installed together.
"""

__version__ = "0.1.0.dev0"
