# SPDX-License-Identifier: MIT
"""Experiments, each with its networks, what they are compared with, and its figure."""
