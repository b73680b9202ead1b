# SPDX-License-Identifier: MIT
"""Checks of what rules return; errors_table/test_construction.py has the refusals."""

import numpy as np
import pytest
import tensorflow as tf
from nengo.builder.operator import ElementwiseInc
from nengo_dl.errors import InvalidRuleResult
from nengo_dl.lower.registry import rule_for
from nengo_dl.lower.results import check_results
from nengo_dl.lower.schedule import Compute


@pytest.fixture
def action(make):
    """The group of two products, of three elements each."""
    ops = tuple(
        ElementwiseInc(make.signal(3), make.signal(3), make.signal(3)) for _ in range(2)
    )
    return Compute(rule_for(ops[0]), ops, (), (), (), None, False, (0,))


@pytest.mark.parametrize("shape", [(1, 2, 3), (4, 2, 3), (4, 3, 2), (1, 1, 6)])
def test_elements_count(action, shape):
    """Any order of axes and any batch pass, if the elements are as many as are written."""
    check_results(action, [np.zeros(shape)], tf.float64)


@pytest.mark.parametrize("shape", [(1, 2, 2), (6,), (1, 1, 3)])
def test_other_numbers_of_elements(action, shape):
    """Another number is refused, with the shape found."""
    with pytest.raises(InvalidRuleResult, match="6 elements") as error:
        check_results(action, [np.zeros(shape)], tf.float64)
    assert str(tf.TensorShape(shape)) in str(error.value)
