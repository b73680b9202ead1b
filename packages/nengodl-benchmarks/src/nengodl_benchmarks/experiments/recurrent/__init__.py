# SPDX-License-Identifier: MIT
"""
Training through time: one update of ours against the same in a plain TensorFlow graph.

The plain graph is what one would write by hand: a `tf.while_loop` over the steps, with
TensorFlow's own gradient, without XLA.
"""

from .measure import CASES, Result, compare_training

__all__ = ["CASES", "Result", "compare_training"]
