# SPDX-License-Identifier: MIT
"""
Compiled TensorFlow kernels for nengodl-core.

This version holds none: nengodl-core finds an empty ``KERNELS`` and computes
everything in plain TensorFlow, with the same numbers as without this package.
"""

__version__ = "0.1.0.dev0"

# What nengodl-core finds through the entry point group "nengo_dl.kernels": name of
# a kernel -> the function that replaces the plain TensorFlow one of that name.
KERNELS = {}
