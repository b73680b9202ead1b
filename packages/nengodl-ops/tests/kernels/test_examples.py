# SPDX-License-Identifier: MIT
"""The examples of the docstrings."""

import doctest
import importlib

import pytest
import tensorflow as tf


@pytest.mark.skipif(
    tf.__version__.startswith("1."),
    reason="the examples compute at once, as TensorFlow 2",
)
@pytest.mark.parametrize("name", ["host", "learned", "lif", "rows", "sparse"])
def test_examples(name):
    """Each example prints what it says."""
    module = importlib.import_module(f"nengodl_ops.kernels.{name}")
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
