# SPDX-License-Identifier: MIT
"""Wrong rules are found out, and right ones are not blamed."""

import numpy as np
import pytest
import tensorflow as tf
from nengo.builder import Operator, Signal
from nengo.builder.operator import Copy, ElementwiseInc
from nengo_dl.errors import InvalidPlan, LoweringError
from nengo_dl.extend import Kernels, Operands, check_rule, lowers, ref_of
from nengo_dl.lower import registry


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    """Rules registered in a test are gone after it."""
    monkeypatch.setattr(registry, "RULES", dict(registry.RULES))


class Decay(Operator):
    """``state = factor * state + x``, and ``y = state**2``."""

    def __init__(self, factor=0.5, size=3, x=None, mode="set"):
        super().__init__()
        self.factor = factor
        x = signal(size, "x") if x is None else x
        written = [signal(size, "y"), signal(size, "state")]
        self.reads, self.sets, self.incs, self.updates = [x], [], [], []
        setattr(self, mode + "s", written)
        self.mode = mode

    @property
    def written(self):
        """Output and state."""
        return self.sets + self.updates

    def make_step(self, signals, dt, rng):
        """Return the NumPy step."""
        x, (y, state) = signals[self.reads[0]], [signals[s] for s in self.written]

        def step():
            state[...] = self.factor * state + x
            y[...] = state**2

        return step


def signal(size, name):
    """Make a signal of zeros."""
    return Signal(np.zeros(size), name=name)


def operands(op):
    """Name the state as such."""
    return Operands(
        (ref_of(op.reads[0]),),
        (ref_of(op.written[1]),),
        ((ref_of(op.written[0]), op.mode),),
    )


def right(ctx, x, state):
    """Compute what the operator does."""
    new = ctx.per_op(lambda op: op.factor) * state + x
    return new**2, new


def register(lower, operands=operands, **options):
    """Register a rule for the operator."""
    options.setdefault("merge_key", lambda op: op.reads[0].shape)
    lowers(Decay, operands=operands, **options)(lower)


@pytest.mark.parametrize("mode", ["set", "update"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("jit", [False, True])
def test_right_rule(mode, dtype, jit):
    """Operators with states pass, in a group with factors of their own."""
    register(right)
    ops = [Decay(i + 0.5, mode=mode) for i in range(3)]
    check_rule(ops, minibatch=2, dtype=dtype, jit=jit)


def first_factor(ctx, x, state):
    """Use the factor of the first operator for all."""
    new = ctx.scalar(ctx.ops[0].factor) * state + x
    return new**2, new


def old_state(ctx, x, state):
    """Return the output of the step before."""
    return state**2, ctx.per_op(lambda op: op.factor) * state + x


def lost_state(ctx, x, state):
    """Forget the state."""
    return right(ctx, x, state)[0], state


def first_item(ctx, x, state):
    """Use the input of the first item for all."""
    return right(ctx, tf.zeros_like(x) + x[:1], state)


def not_a_number(ctx, x, state):
    """Return NaN where the right value is finite."""
    y, new = right(ctx, x, state)
    return y + np.nan, new


@pytest.mark.parametrize(
    "wrong", [first_factor, old_state, lost_state, first_item, not_a_number]
)
def test_wrong_rule(wrong):
    """Wrong outputs, states, factors and items are found."""
    register(wrong)
    ops = [Decay(i + 0.5) for i in range(3)]
    with pytest.raises(AssertionError, match="Decay.*differs"):
        check_rule(ops, minibatch=2, jit=False)


def test_message():
    """The error names operator, type, signal, step, item, element and difference."""
    shift = np.zeros((1, 2, 3))
    shift[0, 1, 2] = 0.25

    def wrong(ctx, x, state):
        y, new = right(ctx, x, state)
        return y + tf.constant(shift) * tf.cast(ctx.step > 1, tf.float64), new

    register(wrong)
    ops = [Decay(), Decay()]
    with pytest.raises(AssertionError) as error:
        check_rule(ops, jit=False)
    message = str(error.value)
    assert message.startswith(f"{ops[1]} of type Decay: {ops[1].sets[0]} differs")
    for part in ("after step 2", "Item 0", "element [2]", "difference 0.25"):
        assert part in message


def test_small_differences_count_in_float64():
    """By default float64 is compared to 1e-10, float32 to 1e-5."""

    def slightly(ctx, x, state):
        y, new = right(ctx, x, state)
        return y + ctx.scalar(1e-7), new

    register(slightly)
    check_rule([Decay()], dtype="float32", jit=False)
    check_rule([Decay()], tolerance=1e-6, jit=False)
    with pytest.raises(AssertionError, match="differs"):
        check_rule([Decay()], jit=False)


def test_elements_that_nobody_should_write():
    """What an operator leaves alone in NumPy has to stay as it was."""

    class Reversed(Copy):
        """A copy into a part, whose rule below takes the wrong part."""

    base = signal(6, "base")
    op = Reversed(signal(2, "src"), base[:2])
    registry.moves(Reversed)(
        lambda op: Operands((ref_of(op.src),), (), ((ref_of(base[4:]), "set"),))
    )
    with pytest.raises(AssertionError, match="base.*differs"):
        check_rule([op], jit=False)


def test_signal_that_the_rule_does_not_mention():
    """A signal that is set in NumPy only is an error, not overlooked."""
    register(
        lambda ctx, x: x,
        lambda op: Operands((ref_of(op.reads[0]),), (), ((ref_of(op.sets[0]), "set"),)),
    )
    with pytest.raises(AssertionError, match="state.*neither as write nor as state"):
        check_rule([Decay()])


def test_deferred_results_are_compared():
    """A result that is computed when the next step starts is looked at there."""

    class Outer(Operator):
        """Update a matrix to an outer product."""

        def __init__(self):
            super().__init__()
            self.reads = [signal(4, "a"), signal(5, "b")]
            self.sets, self.incs, self.updates = [], [], [signal((4, 5), "out")]

        def make_step(self, signals, dt, rng):
            (a, b), out = [signals[s] for s in self.reads], signals[self.updates[0]]

            def step():
                out[...] = np.outer(a, b)

            return step

    factor = [1.0]
    lowers(Outer, merge_key=lambda op: (), deferred=True)(
        lambda ctx, a, b: factor[0] * a[..., None] * b[:, :, None]
    )
    check_rule([Outer(), Outer()], minibatch=2, steps=2)
    factor[0] = 2.0
    with pytest.raises(AssertionError, match="out.*differs.*after step 1"):
        check_rule([Outer(), Outer()], minibatch=2, steps=1)


def test_inputs_are_new_in_each_step():
    """A rule that always uses the inputs of the first step is found out."""
    seen = []

    class Memory(ElementwiseInc):
        """Note what is read."""

        def make_step(self, signals, dt, rng):
            step, x = super().make_step(signals, dt, rng), signals[self.X]

            def noted():
                seen.append(x.copy())
                step()

            return noted

    registry.RULES[Memory] = registry.RULES[ElementwiseInc]
    op = Memory(*[signal(3, name) for name in "AXY"])
    check_rule([op], minibatch=2, steps=3, shared=[op.X], jit=False)
    values = np.array(seen).reshape((3, 2, 3))  # steps, items, elements
    np.testing.assert_array_equal(values[:, 0], values[:, 1])
    assert len(np.unique(values[:, 0])) == 9


def test_given_values():
    """Values given for signals and views take the place of random ones."""
    seen = []

    class Memory(ElementwiseInc):
        """Note what is read."""

        def make_step(self, signals, dt, rng):
            seen.append(signals[self.X])
            return super().make_step(signals, dt, rng)

    registry.RULES[Memory] = registry.RULES[ElementwiseInc]
    op = Memory(*[signal(3, name) for name in "AXY"])
    check_rule([op], 2, values={op.X[1:]: [[4.0, 5.0], [6.0, 7.0]]}, jit=False)
    np.testing.assert_array_equal([x[1:] for x in seen], [[4, 5], [6, 7]])
    assert not np.isin([x[0] for x in seen], [0, 4, 5, 6, 7]).any()


def test_shared_signals_come_without_a_minibatch():
    """As parameters do in a model, so that rules are checked with them."""
    shapes = []

    def noting(ctx, x, state):
        shapes.append(x.shape.as_list())
        return right(ctx, x, state)

    register(noting)
    op = Decay()
    check_rule([op], minibatch=2, shared=op.reads, jit=False)
    check_rule([op], minibatch=2, jit=False)
    assert shapes == [[1, 1, 3], [2, 1, 3]]


def test_merging():
    """Operators with equal keys are one group, others and those with None are alone."""
    groups = []

    def noting(ctx, x, state):
        groups.append([op.factor for op in ctx.ops])
        return right(ctx, x, state)

    register(noting, merge_key=lambda op: {1: "a", 2: "b"}.get(op.factor % 10))
    check_rule([Decay(f) for f in (1, 2, 0, 11, 10)], steps=1, jit=False)
    assert groups == [[1, 11], [2], [0], [10]]
    del groups[:]
    check_rule([Decay(1), Decay(11)], steps=1, jit=False, merge=False)
    assert groups == [[1], [11]]


def test_operators_that_depend_on_each_other():
    """A group has no order, so its operators can't need one; alone they may."""
    register(right)
    first = Decay()
    ops = [first, Decay(x=first.sets[0])]
    with pytest.raises(InvalidPlan):
        check_rule(ops)
    check_rule(ops, merge=False, jit=False)


def test_operator_without_rule():
    """Without a rule there is nothing to check."""
    with pytest.raises(LoweringError, match="Decay"):
        check_rule([Decay()])


def test_kernels_are_those_given():
    """Compiled kernels are checked through the rules that use them."""
    kernels = Kernels(pes_delta=max)

    def noting(ctx, x, state):
        assert ctx.kernels is kernels
        return right(ctx, x, state)

    register(noting)
    check_rule([Decay()], kernels=kernels, jit=False)


def test_signals_keep_their_initial_values():
    """The operators can be used again: values are drawn into arrays of their own."""
    register(right)
    op = Decay()
    check_rule([op], jit=False)
    assert all(not s.initial_value.any() for s in op.all_signals)
