# SPDX-License-Identifier: MIT
"""Products in all their forms have the gradients of differences."""

import numpy as np
import pytest
from nengo.builder.operator import DotInc, ElementwiseInc

# One group of so many is computed with the axis of operators last.
MANY = 17
KINDS = {"DotInc": DotInc, "ElementwiseInc": ElementwiseInc}


def products(make, n, a, x, y, kind="DotInc"):
    """Make products that all add to parts of one signal, which is quick to look at."""
    size = int(np.prod(y))
    target = make.signal(n * size, name="target")
    parts = [target[i * size : (i + 1) * size].reshape(y) for i in range(n)]
    return [KINDS[kind](make.signal(*a), make.signal(*x), part) for part in parts]


@pytest.mark.parametrize("n", [1, MANY])
@pytest.mark.parametrize(
    "kind, a, x, y",
    [
        # matrices with vectors: one column, one row, thin, and not thin
        ("DotInc", (5, 1), (1,), (5,)),
        ("DotInc", (1, 4), (4,), (1,)),
        ("DotInc", (2, 4), (4,), (2,)),
        ("DotInc", (4, 3), (3,), (4,)),
        # factors, and other ranks
        ("DotInc", (), (4,), (4,)),
        ("DotInc", (4,), (4,), ()),
        ("DotInc", (4,), (4, 1), (1,)),
        ("DotInc", (3, 4), (4, 1), (3, 1)),
        ("ElementwiseInc", (), (4,), (4,)),
        ("ElementwiseInc", (3, 1), (3, 4), (3, 4)),
        ("ElementwiseInc", (1,), (1,), (4,)),
    ],
)
def test_product(trained_step, examples, n, kind, a, x, y):
    """Whatever the shapes, alone and in groups, both factors have right gradients."""
    ops = products(examples.make, n, a, x, y, kind)
    step = trained_step(ops)
    assert len(step.entries) == 1
    interleaves = kind == "ElementwiseInc" or len(a) == 0 or (len(a), len(x)) == (2, 1)
    assert step.entries[0].last == (n == MANY and interleaves)
    step.check()
    assert step.has_gradient([ops[0].A]) and step.has_gradient([ops[-1].X])


@pytest.mark.parametrize("n", [1, 3, MANY])
@pytest.mark.parametrize("shape", [(4, 3), (2, 3), (4, 1)])
def test_parameters(trained_step, examples, n, shape):
    """The gradient of a matrix that all items share is the sum over items."""
    rows, columns = shape
    ops = products(examples.make, n, shape, (columns,), (rows,))
    step = trained_step(ops, minibatch=3, shared=[op.A for op in ops])
    assert len(step.value(ops[0].A)) == 1
    step.check()


@pytest.mark.parametrize("n, m", [(3, 2), (3, 6)])
@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("shared", ["A", "X"])
def test_operands_in_common(trained_step, examples, n, m, kind, shared):
    """What n x m operators read from n signals in turn gets the sum of gradients."""
    shapes = ((2, 3), (3,), (2,)) if kind == "DotInc" else ((3,), (3,), (3,))
    ops = products(examples.make, n * m, *shapes, kind=kind)
    for i, op in enumerate(ops[n:]):
        operands = {"A": op.A, "X": op.X, shared: getattr(ops[i % n], shared)}
        ops[n + i] = KINDS[kind](operands["A"], operands["X"], op.Y)
    step = trained_step(ops)
    (entry,) = step.entries
    assert entry.last == (n * m > 16)
    assert entry.last or set(step.folds(0)) == {1, m}
    step.check()


@pytest.mark.parametrize("minibatch, shape", [(1, (4, 3)), (3, (1, 3)), (3, (4, 1))])
def test_values_in_training(trained_step, examples, minibatch, shape):
    """The form with a fast gradient gives the products of NumPy."""
    rows, columns = shape
    ops = products(examples.make, MANY, shape, (columns,), (rows,))
    zeros = {op.Y: np.zeros(rows) for op in ops}
    step = trained_step(ops, minibatch=minibatch, values=zeros)
    expected = [
        np.einsum("bij,bj->bi", step.value(op.A), step.value(op.X)) for op in ops
    ]
    for jit in (False, True):
        found = [step.result(op.Y, jit) for op in ops]
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13)
