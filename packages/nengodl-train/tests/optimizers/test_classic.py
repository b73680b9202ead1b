# SPDX-License-Identifier: MIT
"""Optimizers of tf.compat.v1.train against formulas, and what they keep."""

import numpy as np
import pytest
import tensorflow as tf
from nengodl_train.optimizers import OptimizerError, adapt
from nengodl_train.optimizers.classic import ELEMENTWISE

v1 = tf.compat.v1


def single(value):
    """What TensorFlow makes of a Python number, whatever the parameters' type."""
    return float(np.float32(value))


def descent(w, gradients):
    """Gradient descent, rate 0.1."""
    for g in gradients:
        w = w - single(0.1) * g
    return w


def momentum(w, gradients, nesterov=False):
    """Momentum, rate 0.1, momentum 0.9."""
    rate, keep, m = single(0.1), single(0.9), 0
    for g in gradients:
        m = keep * m + g
        w = w - rate * (g + keep * m if nesterov else m)
    return w


def adam(w, gradients, rate=0.1):
    """Adam, whose powers of the betas are float32."""
    rate, beta1, beta2, epsilon = map(single, (rate, 0.9, 0.999, 1e-8))
    m, v, power1, power2 = 0, 0, np.float32(beta1), np.float32(beta2)
    for g in gradients:
        m = m + (1 - beta1) * (g - m)
        v = v + (1 - beta2) * (g * g - v)
        corrected = rate * np.sqrt(1 - float(power2)) / (1 - float(power1))
        w = w - corrected * m / (np.sqrt(v) + epsilon)
        power1, power2 = power1 * np.float32(beta1), power2 * np.float32(beta2)
    return w


def rms_prop(w, gradients):
    """RMSProp, rate 0.1, decay 0.8, momentum 0.5; the mean square starts at 1."""
    rate, decay, keep, epsilon = map(single, (0.1, 0.8, 0.5, 1e-10))
    square, m = 1, 0
    for g in gradients:
        square = square + (1 - decay) * (g * g - square)
        m = keep * m + rate * g / np.sqrt(square + epsilon)
        w = w - m
    return w


def adagrad(w, gradients):
    """Adagrad, rate 0.1; the sum of squares starts at 0.2."""
    total = 0.2
    for g in gradients:
        total = total + g * g
        w = w - single(0.1) * g / np.sqrt(total)
    return w


CASES = {
    "descent": (lambda: v1.train.GradientDescentOptimizer(0.1), descent),
    "momentum": (lambda: v1.train.MomentumOptimizer(0.1, 0.9), momentum),
    "nesterov": (
        lambda: v1.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
        lambda w, gradients: momentum(w, gradients, nesterov=True),
    ),
    "adam": (lambda: v1.train.AdamOptimizer(0.1), adam),
    "rms_prop": (lambda: v1.train.RMSPropOptimizer(0.1, 0.8, 0.5), rms_prop),
    "adagrad": (lambda: v1.train.AdagradOptimizer(0.1, 0.2), adagrad),
}


def expected(formula, start, gradients):
    """Apply a formula to each parameter."""
    return [formula(w, list(gs)) for w, gs in zip(start, zip(*gradients))]


def make(kind, training):
    """Make any of TensorFlow's optimizers with a rate of 0.1."""
    if kind is v1.train.AdagradDAOptimizer:
        return kind(0.1, training.step)
    if kind is v1.train.MomentumOptimizer:
        return kind(0.1, 0.9)
    return kind(0.1)


@pytest.mark.parametrize("case", sorted(CASES))
def test_follows_the_formula(
    case, make_training, start, gradients, dtype, xla, assert_close
):
    """Five updates by two programs in turn give what the formula does."""
    optimizer, formula = CASES[case]
    training = make_training(dtype=dtype, xla=xla)
    adapted = training.use(optimizer())
    programs = [training.program(adapted) for _ in range(2)]
    for i, g in enumerate(gradients):
        training.run(programs[i % 2], g)
    assert_close(training.values(), expected(formula, start, gradients), dtype)


@pytest.mark.parametrize("kind", ELEMENTWISE, ids=lambda kind: kind.__name__)
def test_same_as_tensorflow_alone(kind, make_training, gradients, xla, assert_close):
    """Each optimizer that TensorFlow has works, compiled or not, as without us."""
    reference = make_training(dtype="float32")
    with reference.graph.as_default():
        alone = make(kind, reference)
        pairs = list(zip(reference.feeds, reference.parameters))
        update = alone.apply_gradients(pairs, global_step=reference.step)
        reference.sess.run(v1.variables_initializer(alone.variables()))
    training = make_training(dtype="float32", xla=xla)
    with training.graph.as_default():
        adapted = training.use(make(kind, training))
    program = training.program(adapted)
    for g in gradients:
        reference.run(update, g)
        training.run(program, g)
    assert_close(training.values(), reference.values(), "float32")


def test_programs_share_the_state(make_training, gradients):
    """Programs make no variables, however many there are."""
    training = make_training()
    adapted = training.use(v1.train.AdamOptimizer(0.1))
    n_variables = training.n_variables()
    assert n_variables == len(adapted.variables) + len(training.parameters) + 1
    for g in gradients:
        training.run(training.program(adapted), g)
    assert training.n_variables() == n_variables


def test_preparing_changes_no_parameter(make_training, start, assert_close):
    """The operations that are made to get the state are not run."""
    training = make_training()
    training.use(v1.train.AdagradOptimizer(0.1))
    assert_close(training.values(), start)


def test_initializer_sets_initial_values(make_training, start, gradients):
    """The state starts anew when the initializer is run."""
    training = make_training()
    adapted = training.use(v1.train.AdagradOptimizer(0.1, 0.3))
    first = training.state(adapted)
    training.run(training.program(adapted), gradients[0])
    changed = training.state(adapted)
    training.sess.run(adapted.initializer)
    again = training.state(adapted)
    assert sorted(first) == [("accumulator", 0), ("accumulator", 1)]
    for key, value in first.items():
        assert (value == 0.3).all() and (again[key] == 0.3).all()
        assert (changed[key] > 0.3).all()


@pytest.mark.parametrize("second", ["fresh", "entered again", "reusing"])
def test_two_of_one_class(second, make_training, start, gradients, xla, assert_close):
    """Two optimizers of one class in one graph have a state of their own.

    Also if the second is made in a scope that is entered again, or one that reuses.
    """
    training = make_training(xla=xla)
    with training.graph.as_default():
        with v1.variable_scope("scope"):
            one = training.use(v1.train.AdamOptimizer(0.1))
        reuse = v1.AUTO_REUSE if second == "reusing" else None
        with v1.variable_scope("other" if second == "fresh" else "scope", reuse=reuse):
            two = training.use(v1.train.AdamOptimizer(0.01))
    variables = [item.variable for item in one.variables + two.variables]
    assert len({variable.handle.name for variable in variables}) == 12
    programs = [training.program(one), training.program(two)]
    for g in gradients:
        training.run(programs[0], g)
    middle = expected(adam, start, gradients)
    assert_close(training.values(), middle)
    for g in gradients:
        training.run(programs[1], g)
    last = expected(lambda w, gs: adam(w, gs, 0.01), middle, gradients)
    assert_close(training.values(), last)


@pytest.mark.parametrize("first", ["descent", "rms_prop"])
def test_adam_after_another_class(
    first, make_training, start, gradients, xla, assert_close
):
    """Adam trains after optimizers of other classes did, and continues after them."""
    training = make_training(xla=xla)
    optimizer, formula = CASES[first]
    before = training.use(optimizer())
    program = training.program(before)
    for g in gradients:
        training.run(program, g)
    adapted = training.use(v1.train.AdamOptimizer(0.1))
    program = training.program(adapted)
    for g in gradients:
        training.run(program, g)
    middle = expected(formula, start, gradients)
    assert_close(training.values(), expected(adam, middle, gradients))


def test_one_in_two_graphs(make_training, start, gradients, xla, assert_close):
    """One optimizer has a state for each graph."""
    optimizer = v1.train.MomentumOptimizer(0.1, 0.9)
    trainings = [make_training(xla=xla) for _ in range(2)]
    programs = [training.program(training.use(optimizer)) for training in trainings]
    for g in gradients:
        trainings[0].run(programs[0], g)
    trainings[1].run(programs[1], gradients[0])
    assert_close(trainings[0].values(), expected(momentum, start, gradients))
    assert_close(trainings[1].values(), expected(momentum, start, gradients[:1]))


def test_adapted_again(make_training, start, gradients, assert_close):
    """Adapted again in one graph, an optimizer makes what is missing, and goes on."""
    optimizer = v1.train.MomentumOptimizer(0.1, 0.9)
    training = make_training()
    first = adapt(optimizer)
    with training.graph.as_default():
        first.prepare(training.parameters[:1])
        training.sess.run(first.initializer)
        (update,) = first.apply(training.feeds[:1], training.parameters[:1])
    training.run(update, gradients[0])
    second = training.use(optimizer)
    training.run(training.program(second), gradients[1])
    assert [(s.name, s.parameter) for s in first.variables] == [("momentum", 0)]
    assert [(s.name, s.parameter) for s in second.variables] == [("momentum", 1)]
    (w0, w1), ((g0, _), (h0, h1)) = start, gradients[:2]
    assert_close(training.values(), [momentum(w0, [g0, h0]), momentum(w1, [h1])])


def test_state_has_names(make_training):
    """The names are those of the optimizer, whatever else is in the graph."""
    names = [("m", 0), ("m", 1), ("v", 0), ("v", 1)]
    names += [("beta1_power", None), ("beta2_power", None)]
    training = make_training()
    for _ in range(2):
        adapted = training.use(v1.train.AdamOptimizer(0.1))
        assert [(s.name, s.parameter) for s in adapted.variables] == names
        for item in adapted.variables[:4]:
            parameter = training.parameters[item.parameter]
            assert item.variable.shape.as_list() == parameter.shape.as_list()


def test_rate_may_be_a_function(make_training, start, gradients, xla, assert_close):
    """A learning rate that is a function is called."""
    training = make_training(xla=xla)
    optimizer = v1.train.GradientDescentOptimizer(lambda: 0.1)
    program = training.program(training.use(optimizer))
    for g in gradients:
        training.run(program, g)
    assert_close(training.values(), expected(descent, start, gradients))


def test_rate_may_follow_the_step(make_training, start, gradients, xla, assert_close):
    """The rate of the first update is that of step 0, and halves after each."""
    training = make_training(xla=xla)
    with training.graph.as_default():
        rate = v1.train.exponential_decay(0.5, training.step, 1, 0.5)
        optimizer = v1.train.GradientDescentOptimizer(rate)
    program = training.program(training.use(optimizer))
    for g in gradients:
        training.run(program, g)

    def formula(w, gs):
        return w - sum(0.5 * 0.5**step * g for step, g in enumerate(gs))

    assert_close(training.values(), expected(formula, start, gradients))


def test_rate_of_another_graph(make_training):
    """A rate that is a tensor of another graph is refused, with what to do."""
    with tf.Graph().as_default():
        optimizer = v1.train.GradientDescentOptimizer(tf.constant(0.1))
    with pytest.raises(OptimizerError, match="GradientDescent.*\n.*inside `with sim:`"):
        make_training().use(optimizer)


def test_type_that_the_optimizer_does_not_know(make_training):
    """What TensorFlow's optimizer cannot do is an error about the optimizer."""
    optimizer = v1.train.ProximalGradientDescentOptimizer(0.1)
    with pytest.raises(OptimizerError, match="ProximalGradientDescent.*float64"):
        make_training(dtype="float64").use(optimizer)


def test_elementwise():
    """An optimizer is elementwise if it is known to be."""

    class Unknown(v1.train.GradientDescentOptimizer):
        pass

    assert adapt(v1.train.AdamOptimizer()).elementwise
    assert not adapt(Unknown(0.1)).elementwise


def test_class_of_the_user(make_training, start, gradients, xla, assert_close):
    """A wrapper that only has `apply_gradients` keeps the state of what it wraps."""

    class Halved(v1.train.Optimizer):
        def __init__(self, inner):
            super().__init__(False, "Halved")
            self.inner = inner

        def apply_gradients(self, grads_and_vars, global_step=None, name=None):
            halves = [(g * 0.5, v) for g, v in grads_and_vars]
            return self.inner.apply_gradients(halves, global_step, name)

    training = make_training(xla=xla)
    adapted = training.use(Halved(v1.train.MomentumOptimizer(0.1, 0.9)))
    assert [(s.name, s.parameter) for s in adapted.variables] == [
        ("parameter_0/Momentum", None),
        ("parameter_1/Momentum", None),
    ]
    program = training.program(adapted)
    for g in gradients:
        training.run(program, g)
    halves = [[0.5 * one for one in g] for g in gradients]
    assert_close(training.values(), expected(momentum, start, halves))


def test_optimizers_that_do_more_are_refused():
    """Optimizers that scale losses or wait for others are refused."""
    inner = v1.train.GradientDescentOptimizer(0.1)
    waiting = v1.train.SyncReplicasOptimizer(inner, replicas_to_aggregate=1)
    scaling = v1.train.experimental.MixedPrecisionLossScaleOptimizer(inner, "dynamic")
    with pytest.raises(OptimizerError, match="SyncReplicasOptimizer waits"):
        adapt(waiting)
    with pytest.raises(OptimizerError, match="no loss is scaled"):
        adapt(scaling)
