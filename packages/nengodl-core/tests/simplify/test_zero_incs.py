# SPDX-License-Identifier: MIT
"""Increments by zero are left out."""

import numpy as np
import pytest
from nengo.builder import Signal, operator
from nengo.builder.operator import Copy, DotInc, ElementwiseInc, Reset
from nengo_dl.simplify import remove_zero_incs
from scipy.sparse import csr_matrix


@pytest.fixture
def zeros():
    """A constant vector of zeros."""
    return Signal(np.zeros(2), name="zeros")


@pytest.fixture
def live():
    """A signal whose values are not known."""
    return Signal(np.ones(2), name="<Node live>.out")


@pytest.fixture
def target():
    """A signal to increment."""
    return Signal(np.zeros(2), name="target")


def test_networks_compute_the_same(built, assert_same):
    """All probes of whole networks show the same numbers."""
    op_list, observed = built
    assert_same(op_list, remove_zero_incs(op_list), observed)


def test_products_with_zero_are_removed(zeros, live, target):
    """It does not matter which factor is zero, nor of which kind the product is.

    History 170.
    """
    matrix = Signal(np.zeros((2, 2)), name="matrix")
    weights = Signal(np.ones((2, 2)), name="weights")
    op_list = [
        ElementwiseInc(zeros, live, target),
        ElementwiseInc(live, zeros, target),
        DotInc(matrix, live, target),
        DotInc(weights, zeros, target),
        Copy(zeros, target, inc=True),
    ]
    assert remove_zero_incs(op_list) == []


def test_signals_reset_to_zero_are_zero(live, target):
    """A source that only Resets to zero write is zero, whatever its initial value."""
    source = Signal(np.ones(2), name="source")
    reset = Reset(source)
    op_list = [reset, ElementwiseInc(source, live, target)]
    assert remove_zero_incs(op_list) == [reset]
    op_list[0] = Reset(source[:1])
    assert remove_zero_incs(op_list) == op_list


def test_setting_copy_of_zeros_becomes_a_reset(zeros, target, assert_same):
    """The target still is set to zero in each step."""
    op_list = [Copy(zeros, target)]
    (op,) = remove_zero_incs(op_list)
    assert type(op) is Reset and op.value == 0 and op.dst is target
    assert_same(op_list, [op], [target])


def test_only_the_copied_elements_count(target):
    """A Copy of the zero elements of a signal is removed, of others not."""
    source = Signal(np.array([0.0, 1.0, 0.0]), name="source")
    zero = Copy(source, target, src_slice=[0, 2], inc=True)
    other = Copy(source, target, src_slice=[0, 1], inc=True)
    scattered = Copy(source, target, src_slice=[0], dst_slice=[1])
    assert remove_zero_incs([zero, other, scattered]) == [other, scattered]


def test_factors_that_may_change_stay(zeros, live, target):
    """Trainable, fed and written zeros are no constants."""
    zeros.trainable = True
    node = Signal(np.zeros(2), name="<Node zero>.out")
    written = Signal(np.zeros(2), name="written")
    op_list = [
        ElementwiseInc(zeros, live, target),
        ElementwiseInc(node, live, target),
        Copy(live, written[:1], src_slice=[0]),
        ElementwiseInc(written[1:], live[:1], target[:1]),
    ]
    assert remove_zero_incs(op_list) == op_list


@pytest.mark.skipif(
    not hasattr(operator, "SparseDotInc"), reason="nengo before 3.0: no sparse signals"
)
def test_sparse_zeros_are_found(live, target):
    """A sparse matrix without entries other than zero multiplies to zero."""
    matrices = [Signal(csr_matrix(m), name="m") for m in (np.zeros((2, 2)), np.eye(2))]
    ops = [operator.SparseDotInc(matrix, live, target) for matrix in matrices]
    assert remove_zero_incs(ops) == ops[1:]
