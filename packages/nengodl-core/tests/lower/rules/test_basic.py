# SPDX-License-Identifier: MIT
"""Time, constants, copies and products equal nengo's operators."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from nengo.builder.operator import Copy, DotInc, ElementwiseInc, Reset
from nengo.exceptions import BuildError
from nengo_dl.compat.tensorflow import v1
from nengo_dl.extend import check_rule, size_class
from nengo_dl.lower.registry import merge_key, rule_for
from nengo_dl.lower.rules import basic
from nengo_dl.operators import HostFeed, ResetInc

# operators in a group: alone, a few, and enough to be interleaved
SIZES = [1, 3, 17]


def test_time(make):
    """Step number and time are those of the step, from 1."""
    check_rule([make.time_update()], minibatch=2)


def test_time_in_float32(make):
    """Time is ``step * dt`` in one rounding, not a sum with an error for each step."""
    ops = [make.time_update()]
    check_rule(ops, dtype="float32", steps=5, dt=0.1, tolerance=1e-7, jit=False)


def test_constants_set_and_add(make):
    """Resets of wholes and views, and constants that are added, all in one group."""
    base = make.signal(6, name="base")
    check_rule([Reset(base[:2], 2.0), Reset(base[3:5]), Reset(make.signal(2, 3), -1)])
    value = np.array([0.0, 1.5, -2.0])
    check_rule([ResetInc(make.signal(3), value), ResetInc(make.signal(2, 3), value)])


@pytest.mark.parametrize(
    "src, dst, options",
    [
        ((4,), (4,), {}),
        ((4,), (4,), {"inc": True}),
        ((2, 3), (2, 3), {}),
        ((1,), (4,), {}),
        ((3,), (2, 3), {"inc": True}),
        ((6,), (3,), {"src_slice": slice(None, None, 2)}),
        ((6,), (3,), {"src_slice": slice(None, None, -2)}),
        ((6,), (4,), {"src_slice": [5, 0, 0, -2]}),
        ((3,), (6,), {"dst_slice": slice(1, 6, 2), "inc": True}),
        ((3,), (6,), {"dst_slice": [4, -6, 2]}),
        ((3,), (6,), {"dst_slice": [0, 0, 1], "inc": True}),
        (
            (4,),
            (6,),
            {"dst_slice": [5, -1, 5, 2], "src_slice": [3, 2, 1, 0], "inc": True},
        ),
        ((2, 3), (4, 3), {"dst_slice": [3, 1]}),
        ((2,), (4,), {"dst_slice": np.array([True, False, False, True])}),
        ((1, 3), (3,), {}),
        ((1, 1, 3), (2, 3), {}),
        ((1, 1), (4,), {"dst_slice": [3, 1]}),
        ((2, 3), (3,), {"src_slice": [1]}),
    ],
)
@pytest.mark.parametrize("n", [1, 17])
def test_copy(make, n, src, dst, options):
    """Slices, index lists, repeated indices and broadcasts do what NumPy does."""
    check_rule(
        [make.copy(src, dst, **options) for _ in range(n)], minibatch=2, jit=False
    )


@pytest.mark.parametrize("elements", [[0, 0, 1], [0, 1, -4]])
def test_one_value_for_each_element_that_is_set(make, elements):
    """A Copy that sets an element twice is refused, as by nengo; see above for incs."""
    op = make.copy((3,), (4,), dst_slice=elements)
    zeros = {signal: np.zeros(signal.shape) for signal in (op.src, op.dst)}
    with pytest.raises(BuildError):
        op.make_step(zeros, 0.001, np.random)
    with pytest.raises(BuildError, match="2 values for element 0") as error:
        rule_for(op).operands(op)
    assert str(op) in str(error.value) and "inc=True" in str(error.value)


@pytest.mark.parametrize("src, inc", [((1, 3), True), ((2, 3), False), ((2,), False)])
def test_copies_that_do_not_fit_are_refused(make, src, inc):
    """What NumPy would not broadcast into the target is told before anything runs."""
    op = make.copy(src, (3,), inc=inc)
    zeros = {signal: np.zeros(signal.shape) for signal in (op.src, op.dst)}
    with pytest.raises(ValueError):
        op.make_step(zeros, 0.001, np.random)()
    with pytest.raises(BuildError, match=r"target's, \(3,\)"):
        rule_for(op).operands(op)


def test_copies_between_views_of_one_base(make):
    """Operators that write different views of one signal leave the others' alone."""
    source, base = make.signal(12, name="source"), make.signal(8, name="base")
    ops = [
        Copy(source[i * 4 : i * 4 + 4], base[i * 2 :], dst_slice=[0, 1, 0, 1], inc=True)
        for i in range(3)
    ]
    check_rule(ops, minibatch=2, jit=False)


def test_copy_of_what_all_items_share(make):
    """A parameter is copied to each item of a minibatch."""
    op = make.copy((3,), (3,), inc=True)
    check_rule([op], minibatch=3, shared=[op.src], jit=False)


def fed_from_signal(signal, output, mode):
    """Make a feed that has its value from a signal, so that NumPy can do it, too."""

    class Fed(HostFeed):
        def make_step(self, signals, dt, rng):
            target, value = signals[self.output], signals[self.feed]

            def step():
                target[...] = value + (target if self.mode == "inc" else 0)

            return step

    op = Fed(None, output, mode)
    op.feed = signal
    op.reads = [signal]
    return op


@pytest.mark.parametrize("mode", ["set", "inc"])
def test_fed_values(make, mode):
    """What comes from the host is set or added."""
    ops = [fed_from_signal(make.signal(3), make.signal(3), mode) for _ in range(2)]
    check_rule(ops, minibatch=2, jit=False)


ELEMENTWISE = [
    ((4,), (4,), (4,)),
    ((), (4,), (4,)),
    ((1,), (4,), (4,)),
    ((4,), (), (4,)),
    ((4,), (1,), (4,)),
    ((2, 1), (2, 3), (2, 3)),
    ((2, 3), (2, 3), (2, 3)),
    ((3,), (2, 3), (2, 3)),
    ((2, 1), (1, 3), (2, 3)),
    ((), (), ()),
]


@pytest.mark.parametrize("shapes", ELEMENTWISE, ids=str)
@pytest.mark.parametrize("n", SIZES)
def test_elementwise_inc(make, n, shapes):
    """Products broadcast from the right, as NumPy's do."""
    ops = [make.product(*shapes) for _ in range(n)]
    check_rule(ops, minibatch=2, shared=[op.A for op in ops], jit=n == 3)


DOT = [
    ((3, 4), (4,), (3,)),
    ((3, 1), (1,), (3,)),
    ((1, 4), (4,), (1,)),
    ((2, 4), (4,), (2,)),
    ((4,), (4,), ()),
    ((4,), (4,), (1,)),
    ((), (4,), (4,)),
    ((4,), (), (4,)),
    ((3, 4), (4, 1), (3, 1)),
    ((4,), (4, 1), (1,)),
]


@pytest.mark.parametrize("shapes", DOT, ids=str)
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("items", ["shared matrix", "own matrices"])
def test_dot_inc(make, n, shapes, items):
    """Products of any ranks, with matrices for all items or for each of them."""
    ops = [make.dot(*shapes) for _ in range(n)]
    shared = [op.A for op in ops] if items == "shared matrix" else []
    check_rule(ops, minibatch=2, shared=shared, jit=n == 3)


@pytest.mark.parametrize("columns", [2047, 2048, 2051])
@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("items", [1, 2])
def test_long_rows(make, columns, n, items):
    """Single rows are multiplied as others are, also from 16 KiB on."""
    ops = [make.dot((1, columns), (columns,), (1,)) for _ in range(n)]
    check_rule(ops, minibatch=items, shared=[op.A for op in ops], tolerance=1e-11)


@pytest.mark.parametrize(
    "columns, items, training, rows",
    [(2047, 1, False, 1), (2048, 1, False, 2), (2048, 2, False, 1), (2048, 1, True, 1)],
)
@pytest.mark.parametrize("n", [1, 2])
def test_long_rows_are_multiplied_as_two(columns, items, training, rows, n):
    """XLA's dot gets two rows from 16 KiB on, except in training or for several items."""
    ctx = SimpleNamespace(training=training, keep=tf.identity)
    with tf.Graph().as_default() as graph:
        a = v1.placeholder(tf.float64, (1, n, 1, columns))
        x = v1.placeholder(tf.float64, (items, n, columns))
        assert basic.matrix_vector(ctx, a, x).shape.as_list() == [items, n, 1]
    products = [op for op in graph.get_operations() if "MatMul" in op.type]
    assert len(products) == 1
    shape = products[0].outputs[0].shape.as_list()[-2:]
    assert sorted(shape) == sorted([items, rows])


@pytest.mark.parametrize("kind", [ElementwiseInc, DotInc])
@pytest.mark.parametrize("rows", [2, 3])
@pytest.mark.parametrize("n_a, n_x", [(6, 2), (2, 6), (3, 2), (2, 2), (1, 1), (1, 6)])
@pytest.mark.parametrize("times", [1, 3])
def test_folded_operands(make, kind, rows, n_a, n_x, times):
    """Operands that come once for several operators in order are used for all of them."""
    matrices = [make.signal(rows, 4) for _ in range(n_a * times)]
    vectors = [make.signal(4) for _ in range(n_x * times)]
    shape = (rows,) if kind is DotInc else (rows, 4)
    ops = [
        kind(
            matrices[i % len(matrices)], vectors[i % len(vectors)], make.signal(*shape)
        )
        for i in range(6 * times)
    ]
    check_rule(ops, minibatch=2, shared=matrices, jit=False)


@pytest.mark.parametrize("columns", range(1, basic.FEW + 1))
def test_few_columns(columns):
    """Products and both gradients are those of the matrix product."""
    rng = np.random.RandomState(columns)
    matrix, vectors = rng.randn(5, columns), rng.randn(7, columns)
    given = rng.randn(7, 5)
    with tf.Graph().as_default(), v1.Session() as sess:
        inputs = [tf.constant(matrix), tf.constant(vectors)]
        product = basic.few_columns(*inputs)
        found = tf.gradients(product, inputs, grad_ys=tf.constant(given))
        found = sess.run([product] + found)
    expected = vectors @ matrix.T, given.T @ vectors, given @ matrix
    for one, other in zip(found, expected):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-14)


def test_products_with_views_of_one_base(make):
    """A group reads and increments any views, overlapping ones too."""
    base, target = make.signal(40, name="base"), make.signal(30, name="target")
    for n in (3, 16):
        ops = [
            ElementwiseInc(base[39 - i :: -4][:5], base[i : i + 5], target[i : i + 5])
            for i in range(n)
        ]
        check_rule(ops, minibatch=2, jit=False)


def test_rows_that_end_behind_their_source(make):
    """Interleaved operands whose last row is cut off by the end of the signal."""
    base = make.signal(280, name="base")
    ops = [
        ElementwiseInc(make.signal(5), base[20 + i :: 60], make.signal(5))
        for i in range(16)
    ]
    check_rule(ops, jit=False)


def test_products_of_other_shapes_are_not_merged(make):
    """A group is one tensor, so all its operators have equal shapes."""
    keys = {merge_key(make.dot((n, 4), (4,), (n,))) for n in (2, 3)}
    keys |= {merge_key(make.product((n,), (n,), (n,))) for n in (2, 3)}
    assert len(keys) == 4
    assert merge_key(make.dot((2, 4), (4,), (2,))) in keys


def test_incompatible_shapes_are_refused_by_nengo(make):
    """The rule does not have to check shapes that no operator can have."""
    with pytest.raises((BuildError, ValueError)):
        make.dot((3, 4), (5,), (3,))


@pytest.mark.parametrize("rows, columns", [(1, 5), (2, 5), (7, 1)])
def test_thin_product(evaluate, rows, columns):
    """Thin matrices times vectors are their products and sums."""
    rng = np.random.RandomState(0)
    a, x = (
        rng.standard_normal((2, 3, rows, columns)),
        rng.standard_normal((2, 3, columns)),
    )
    found = evaluate(basic.thin_product, a, x)
    np.testing.assert_allclose(found, np.einsum("bnij,bnj->bni", a, x), rtol=1e-12)


def test_size_class():
    """Small sizes may be mixed, each large one has a class of its own (history 212)."""
    assert size_class(1) == size_class(basic.LARGE - 1) == 0
    large = [size_class(basic.LARGE), size_class(basic.LARGE + 1)]
    assert len({0, *large}) == 3


@pytest.mark.skipif(basic.SimProbe is None, reason="nengo < 3 has no such operator")
def test_probe_marks_compute_nothing(make):
    """Nengo's mark of a probed signal reads and writes nothing."""
    op = basic.SimProbe(make.signal(3))
    assert rule_for(op).operands(op) == ((), (), ())
    check_rule([op])


def test_types(make):
    """Products in a float32 simulation are float32 throughout, with constants too."""
    ops = [make.product((), (4,), (4,)), make.product((), (4,), (4,))]
    check_rule(ops, dtype="float32")
