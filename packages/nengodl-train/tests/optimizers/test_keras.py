# SPDX-License-Identifier: MIT
"""Optimizers of Keras 3 against formulas and Keras itself, and what they keep."""

import numpy as np
import pytest
import tensorflow as tf
from nengodl_train.optimizers import OptimizerError, adapt

v1 = tf.compat.v1
optimizers = tf.keras.optimizers

pytestmark = pytest.mark.skipif(
    not hasattr(optimizers.SGD, "stateless_apply"),
    reason="Keras 3 needs TensorFlow 2.16 or later",
)


def single(value):
    """What Keras makes of a number before it casts it to the parameters' type."""
    return float(np.float32(value))


def together(formula):
    """Apply a formula to each parameter by itself."""
    return lambda start, gradients: [
        formula(w, list(gs)) for w, gs in zip(start, zip(*gradients))
    ]


def sgd(w, gradients, rate=0.1, change=lambda g: g):
    """Gradient descent."""
    for g in gradients:
        w = w - single(rate) * change(g)
    return w


def nesterov(w, gradients):
    """Gradient descent with Nesterov momentum 0.9."""
    rate, keep, m = single(0.1), single(0.9), 0
    for g in gradients:
        m = keep * m - rate * g
        w = w + keep * m - rate * g
    return w


def adam(w, gradients, decay=0):
    """Adam, rate 0.1, with a decay of the weights apart from the gradients."""
    # 1 - 0.999**i has few digits in float32
    kind = w.dtype.type
    rate, decay, m, v = single(0.1), single(decay), 0, 0
    for i, g in enumerate(gradients):
        power1, power2 = (kind(single(beta)) ** kind(i + 1) for beta in (0.9, 0.999))
        w = w - w * decay * rate
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        w = w - rate * np.sqrt(1 - power2) / (1 - power1) * m / (np.sqrt(v) + 1e-7)
    return w


def clip(g):
    """Shorten to length 0.7."""
    return g * min(1, 0.7 / np.sqrt(np.sum(g**2)))


def globally_clipped(start, gradients):
    """Gradient descent with all gradients together of length 0.7 at most."""
    shorter = []
    for g in gradients:
        length = np.sqrt(sum(np.sum(one**2) for one in g))
        shorter.append([one * min(1, 0.7 / length) for one in g])
    return together(sgd)(start, shorter)


def scheduled(w, gradients):
    """Gradient descent with the rate 0.5, halved after each update."""
    return w - sum(0.5 * 0.5**step * g for step, g in enumerate(gradients))


def accumulated(w, gradients):
    """Gradient descent with the mean of two gradients, after two of them each."""
    for i in range(1, len(gradients), 2):
        w = w - single(0.1) * (gradients[i - 1] + gradients[i]) / 2
    return w


def averaged(w, gradients):
    """Gradient descent; each second time the parameter is replaced by its average."""
    average = None
    for i, g in enumerate(gradients):
        w = w - single(0.1) * g
        average = w if i == 0 else 0.75 * average + 0.25 * w
        if i % 2 == 1:
            w = average
    return w


CASES = {
    "sgd": (lambda: optimizers.SGD(0.1), together(sgd)),
    "nesterov": (
        lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        together(nesterov),
    ),
    "adam": (lambda: optimizers.Adam(0.1), together(adam)),
    "adam_w": (
        lambda: optimizers.AdamW(0.1, weight_decay=0.2),
        together(lambda w, gradients: adam(w, gradients, decay=0.2)),
    ),
    "clipnorm": (
        lambda: optimizers.SGD(0.1, clipnorm=0.7),
        together(lambda w, gradients: sgd(w, gradients, change=clip)),
    ),
    "clipvalue": (
        lambda: optimizers.SGD(0.1, clipvalue=0.3),
        together(
            lambda w, gradients: sgd(
                w, gradients, change=lambda g: np.clip(g, -0.3, 0.3)
            )
        ),
    ),
    "global_clipnorm": (
        lambda: optimizers.SGD(0.1, global_clipnorm=0.7),
        globally_clipped,
    ),
    "schedule": (
        lambda: optimizers.SGD(optimizers.schedules.ExponentialDecay(0.5, 1, 0.5)),
        together(scheduled),
    ),
    "accumulation": (
        lambda: optimizers.SGD(0.1, gradient_accumulation_steps=2),
        together(accumulated),
    ),
    "averages": (
        lambda: optimizers.SGD(
            0.1, use_ema=True, ema_momentum=0.75, ema_overwrite_frequency=2
        ),
        together(averaged),
    ),
}

ALL = (
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "Muon",
    "Nadam",
    "RMSprop",
    "SGD",
    "ScheduleFreeAdamW",
)


@pytest.mark.parametrize("case", sorted(CASES))
def test_follows_the_formula(
    case, make_training, start, gradients, dtype, xla, assert_close
):
    """Five updates by two programs in turn give what the formula does."""
    make, formula = CASES[case]
    training = make_training(dtype=dtype, xla=xla)
    adapted = training.use(make())
    programs = [training.program(adapted) for _ in range(2)]
    for i, g in enumerate(gradients):
        adapted.refresh(training.sess)
        training.run(programs[i % 2], g)
    expected = formula([w.astype(dtype) for w in start], gradients)
    assert_close(training.values(), expected, dtype)


@pytest.mark.parametrize("name", ALL)
def test_same_as_keras_alone(name, make_training, start, gradients, xla, assert_close):
    """Each optimizer that Keras has works, compiled or not, as in Keras."""
    if not hasattr(optimizers, name):
        pytest.skip(f"this Keras has no {name}")
    alone = getattr(optimizers, name)(0.05)
    variables = [
        tf.keras.Variable(np.asarray(value, "float32"), name=f"parameter_{i}")
        for i, value in enumerate(start)
    ]
    alone.build(variables)
    training = make_training(dtype="float32", xla=xla)
    program = training.program(training.use(getattr(optimizers, name)(0.05)))
    for g in gradients:
        alone.apply([tf.constant(one, "float32") for one in g])
        training.run(program, g)
    found, expected = training.values(), [v.numpy() for v in variables]
    assert_close(found, expected, "float32")


def test_programs_share_the_state(make_training, gradients):
    """Programs make no variables, however many there are."""
    training = make_training()
    adapted = training.use(optimizers.Adam(0.1))
    n_variables = training.n_variables()
    # the state, learning rate, parameters and global step
    assert n_variables == len(adapted.variables) + 1 + 2 + 1
    for g in gradients:
        training.run(training.program(adapted), g)
    assert training.n_variables() == n_variables
    assert training.state(adapted)["iteration", None] == len(gradients)


def test_two_of_one_class(make_training, start, gradients, assert_close):
    """Two optimizers of one class in one graph have a state of their own."""
    training = make_training()
    adapted = [training.use(optimizers.Adam(0.1)) for _ in range(2)]
    programs = [training.program(one) for one in adapted]
    for program in programs:
        for g in gradients:
            training.run(program, g)
    middle = together(adam)(start, gradients)
    assert_close(training.values(), together(adam)(middle, gradients))


def test_after_another_class(make_training, start, gradients, xla, assert_close):
    """Optimizers of Keras and of TensorFlow may follow one another."""
    training = make_training(xla=xla)
    first = v1.train.GradientDescentOptimizer(0.1)
    for optimizer in (first, optimizers.Adam(0.1)):
        program = training.program(training.use(optimizer))
        for g in gradients:
            training.run(program, g)
    middle = together(sgd)(start, gradients)
    assert_close(training.values(), together(adam)(middle, gradients))


def test_one_in_two_graphs(make_training, start, gradients, assert_close):
    """One optimizer has a state for each graph, and stays as it is itself."""
    optimizer = optimizers.SGD(0.1, momentum=0.9, nesterov=True)
    before = optimizer.get_config()
    trainings = [make_training() for _ in range(2)]
    programs = [training.program(training.use(optimizer)) for training in trainings]
    for g in gradients:
        trainings[0].run(programs[0], g)
    trainings[1].run(programs[1], gradients[0])
    assert_close(trainings[0].values(), together(nesterov)(start, gradients))
    assert_close(trainings[1].values(), together(nesterov)(start, gradients[:1]))
    assert optimizer.get_config() == before
    assert not optimizer.built
    assert optimizer.iterations.numpy() == 0


def test_optimizer_of_a_model(make_training, start, gradients, assert_close):
    """An optimizer that has trained in Keras starts anew, and goes on there."""
    optimizer = optimizers.Adam(0.1)
    variable = tf.keras.Variable(np.ones(7, "float32"))
    optimizer.apply([tf.ones(7)], [variable])
    training = make_training()
    program = training.program(training.use(optimizer))
    for g in gradients:
        training.run(program, g)
    assert_close(training.values(), together(adam)(start, gradients))
    optimizer.apply([tf.ones(7)], [variable])
    assert optimizer.iterations.numpy() == 2


def test_state_has_names(make_training):
    """The names are those of the optimizer, whatever else was made; no learning rate."""
    names = [("iteration", None), ("momentum", 0), ("velocity", 0)]
    names += [("momentum", 1), ("velocity", 1), ("variable", None)]
    training = make_training()
    for _ in range(2):
        adapted = training.use(optimizers.Nadam(0.1))
        found = [(s.name, s.parameter) for s in adapted.variables]
        assert sorted(found, key=str) == sorted(names, key=str)
        for item in adapted.variables:
            if item.parameter is not None:
                parameter = training.parameters[item.parameter]
                assert item.variable.shape == parameter.shape


@pytest.mark.parametrize("name", ALL)
def test_names_are_unique(name, make_training):
    """Name and parameter tell all variables of any optimizer apart."""
    if not hasattr(optimizers, name):
        pytest.skip(f"this Keras has no {name}")
    adapted = make_training(dtype="float32").use(getattr(optimizers, name)(0.1))
    assert len({(s.name, s.parameter) for s in adapted.variables}) == len(
        adapted.variables
    )


def test_initializer_sets_initial_values(make_training, gradients):
    """The state starts with the values that Keras gives it, and does so anew."""
    training = make_training()
    adapted = training.use(optimizers.RMSprop(0.1))
    training.run(training.program(adapted), gradients[0])
    assert (training.state(adapted)["velocity", 0] > 0).all()
    training.sess.run(adapted.initializer)
    assert all((value == 0).all() for value in training.state(adapted).values())


def test_schedule_of_the_user(make_training, start, gradients, xla, assert_close):
    """A schedule may be of any class, and counts the updates of the optimizer."""

    class Halving(optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return 0.5 ** (tf.cast(step, tf.float32) + 1)

        def get_config(self):
            return {}

    training = make_training(xla=xla)
    program = training.program(training.use(optimizers.SGD(Halving())))
    for g in gradients:
        training.run(program, g)
    assert_close(training.values(), together(scheduled)(start, gradients))


def test_class_of_the_user(make_training, start, gradients, xla, assert_close):
    """An optimizer may be of a class of the user's, and compare tensors with ``==``."""

    class EachSecond(optimizers.SGD):
        def update_step(self, gradient, variable, learning_rate):
            due = tf.cast((self.iterations + 1) % 2 == 0, gradient.dtype)
            super().update_step(due * gradient, variable, learning_rate)

    training = make_training(xla=xla)
    adapted = training.use(EachSecond(0.1))
    assert not adapted.elementwise
    program = training.program(adapted)
    for g in gradients:
        training.run(program, g)
    assert_close(training.values(), together(sgd)(start, gradients[1::2]))


def test_elementwise():
    """An optimizer is elementwise if it is known to be, and clips no norm of a variable."""
    assert adapt(optimizers.Adam()).elementwise
    assert adapt(optimizers.Adam(clipvalue=1.0)).elementwise
    assert adapt(optimizers.Adam(global_clipnorm=1.0)).elementwise
    assert not adapt(optimizers.Adam(clipnorm=1.0)).elementwise
    assert not adapt(optimizers.Adafactor()).elementwise


def test_failing_update(make_training):
    """What fails in an update is an error about the optimizer."""

    class Failing(optimizers.SGD):
        def update_step(self, gradient, variable, learning_rate):
            raise RuntimeError("out of luck")

    training = make_training()
    adapted = training.use(Failing(0.1))
    with pytest.raises(OptimizerError, match="Failing cannot be applied.*out of luck"):
        training.program(adapted)
