# SPDX-License-Identifier: MIT
"""Differences between versions of TensorFlow and of Nengo, and nothing else."""
