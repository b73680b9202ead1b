# SPDX-License-Identifier: MIT
"""References name the elements that nengo's views show."""

import nengo
import numpy as np
import pytest
from nengo.builder import Signal
from nengo.builder.operator import Copy, DotInc, ElementwiseInc
from nengo_dl.extend import check_rule
from nengo_dl.lower.refs import Ref, ref_of

VIEWS = {
    "whole": lambda s: s,
    "rows": lambda s: s[1:3],
    "steps": lambda s: s[::2, 1],
    "reversed": lambda s: s[::-1],
    "element": lambda s: s[2, 3],
    "reshaped": lambda s: s.reshape((2, 10)),
    "view reshaped": lambda s: s[2:].reshape(10),
    "view of a view": lambda s: s[1:][1:, ::2],
    "column vector": lambda s: s[0].reshape((5, 1)),
}


@pytest.mark.parametrize("view", list(VIEWS))
def test_elements_of_a_view(view):
    """Index and shape select from the flat base what the view's own value is."""
    signal = Signal(np.arange(20.0).reshape((4, 5)), name="base")
    seen = VIEWS[view](signal)
    ref = ref_of(seen)
    assert ref.base is signal
    assert ref.shape == seen.shape and ref.size == seen.size
    np.testing.assert_array_equal(
        signal.initial_value.ravel()[ref.index], seen.initial_value
    )


@pytest.mark.parametrize("item", [slice(1, None, 2), np.array([3, 0, 0]), [True] * 4])
def test_select_as_numpy(item):
    """Selecting from a reference is NumPy's selection from the value."""
    base = Signal(np.arange(40.0).reshape((10, 4)), name="base")
    view = base[2:6]
    chosen = ref_of(view).select(item)
    np.testing.assert_array_equal(
        base.initial_value.ravel()[chosen.index], view.initial_value[item]
    )


def test_select_keeps_the_base():
    """What is selected from a reference still belongs to the same signal."""
    base = Signal(np.zeros(3), name="base")
    assert Ref(base, np.arange(3)).select(slice(1, 2)).base is base


@pytest.mark.skipif(
    not hasattr(nengo, "Sparse"), reason="nengo before 3.0 has no sparse signals"
)
def test_sparse_signals():
    """A sparse signal stands for the vector of its entries, always the same base."""
    matrix = nengo.transforms.SparseMatrix([[0, 3], [1, 0], [0, 3]], np.ones(3), (2, 4))
    signal = Signal(matrix, name="matrix")
    ref = ref_of(signal)
    assert ref.shape == ref.base.shape == (3,)
    assert ref.base is ref_of(signal).base is not signal
    np.testing.assert_array_equal(ref.index, np.arange(3))


@pytest.mark.parametrize("minibatch", [1, 3])
def test_views_sliced_on_later_axes(minibatch):
    """Operators on columns and blocks of matrices equal NumPy's."""
    a, b, c = [Signal(np.zeros((4, 6)), name=name) for name in "abc"]
    y = Signal(np.zeros(4), name="y")
    ops = [
        Copy(a[:, 1:4], b[:, ::-2]),
        ElementwiseInc(a[1:3, ::2], a[:2, 3:], c[2:, 1:4]),
        DotInc(a[:, 2:5], a[0, 1:4], y),
        Copy(a[:, 0], c[1, :4], inc=True),
    ]
    check_rule(ops, minibatch=minibatch)
