# SPDX-License-Identifier: MIT
"""Products with one become copies."""

import numpy as np
import pytest
from nengo.builder import Signal
from nengo.builder.operator import Copy, DotInc, ElementwiseInc, Reset
from nengo_dl.simplify import remove_identity_muls


@pytest.fixture
def live():
    """A signal whose values are not known."""
    return Signal(np.array([3.0, 4.0]), name="<Node live>.out")


@pytest.fixture
def target():
    """A signal to increment."""
    return Signal(np.zeros(2), name="target")


def constant(value):
    """Make a signal that nothing writes."""
    return Signal(np.array(value, dtype=float), name="constant")


def test_networks_compute_the_same(built, assert_same):
    """All probes of whole networks show the same numbers."""
    op_list, observed = built
    after = remove_identity_muls(op_list)
    assert_same(op_list, after, observed)


@pytest.mark.parametrize("one", [1, [1], [1, 1]])
@pytest.mark.parametrize("swapped", [False, True])
def test_elementwise_products_become_copies(live, target, assert_same, one, swapped):
    """One, or a vector of ones, may stand on either side (history 170)."""
    factors = [constant(one), live]
    op_list = [ElementwiseInc(*(factors[::-1] if swapped else factors), Y=target)]
    (op,) = remove_identity_muls(op_list)
    assert type(op) is Copy and op.inc and op.src is live and op.dst is target
    assert_same(op_list, [op], [target])


def test_identity_matrix_becomes_a_copy(live, target, assert_same):
    """The matrix from the left may be an identity matrix."""
    op_list = [DotInc(constant(np.eye(2)), live, target)]
    (op,) = remove_identity_muls(op_list)
    assert type(op) is Copy and op.inc
    assert_same(op_list, [op], [target])


def test_other_constants_multiply(live, target):
    """Ones are no identity matrix, and two is not one."""
    op_list = [
        DotInc(constant([[1, 1], [1, 1]]), live, target),
        DotInc(constant([[1, 0], [0, 2]]), live, target),
        ElementwiseInc(constant([1, 2]), live, target),
    ]
    assert remove_identity_muls(op_list) == op_list


def test_row_of_ones_adds_up(live):
    """A product that is smaller than its factor is no copy."""
    op_list = [DotInc(constant([[1, 1]]), live, Signal(np.zeros(1), name="sum"))]
    assert remove_identity_muls(op_list) == op_list


def test_broadcast_factor_is_no_copy(target):
    """A number times a vector of ones has another shape than the number."""
    number = Signal(np.array([3.0]), name="<Node number>")
    op_list = [ElementwiseInc(number, constant([1, 1]), target)]
    assert remove_identity_muls(op_list) == op_list


def test_ones_by_reset_are_ones(live, target, assert_same):
    """A factor that only Resets to one write is one."""
    factor = Signal(np.zeros(2), name="factor")
    op_list = [Reset(factor, 1), ElementwiseInc(factor, live, target)]
    after = remove_identity_muls(op_list)
    assert type(after[1]) is Copy
    assert_same(op_list, after, [target])


def test_trainable_ones_multiply(live, target):
    """Training can change a factor of one; the other factor may be trainable."""
    one = constant([1, 1])
    one.trainable = True
    product = ElementwiseInc(one, live, target)
    assert remove_identity_muls([product]) == [product]
    (op,) = remove_identity_muls([ElementwiseInc(one, constant([1, 1]), target)])
    assert type(op) is Copy and op.src is one
