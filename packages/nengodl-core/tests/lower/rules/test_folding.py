# SPDX-License-Identifier: MIT
"""Operands that come once for several operators give what written-out ones do."""

import types

import numpy as np
import pytest
import tensorflow as tf
from nengo_dl.lower.rules.folding import refold, repeat, unfold


def group(n, folds, last):
    """Make the context of `n` operators."""
    return types.SimpleNamespace(ops=[None] * n, folds=folds, last=last)


def operand(n, folds, last):
    """Make an operand of shape (2, n / folds, 3), and as it would be written out."""
    array = np.random.RandomState(n + folds).standard_normal((2, n // folds, 3))
    full = np.concatenate([array] * folds, axis=1)
    if last:
        return np.moveaxis(array, 1, 2), np.moveaxis(full, 1, 2)
    return array, full


FOLDS = [(1, 1), (1, 3), (3, 1), (3, 3), (2, 3), (6, 1)]


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("folds", FOLDS)
def test_products_of_folded_operands(evaluate, folds, last):
    """Unfolded tensors broadcast, and refolded they are the product of all operators."""
    ctx = group(6, folds, last)
    (a, full_a), (x, full_x) = [operand(6, n, last) for n in folds]

    def function(a, x):
        a, x = unfold(ctx, a, x)
        return refold(ctx, a * x)

    np.testing.assert_allclose(evaluate(function, a, x), full_a * full_x)


@pytest.mark.parametrize("folds", FOLDS)
def test_repeat_writes_repetitions_out(evaluate, folds):
    """After `repeat` no operand has to be broadcast any more."""
    ctx = group(6, folds, False)
    (a, full_a), (x, full_x) = [operand(6, n, False) for n in folds]

    def function(a, x):
        return tf.stack([refold(ctx, tensor) for tensor in repeat(*unfold(ctx, a, x))])

    np.testing.assert_allclose(evaluate(function, a, x), [full_a, full_x])
