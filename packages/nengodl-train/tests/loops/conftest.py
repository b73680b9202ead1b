# SPDX-License-Identifier: MIT
"""A step that is written by hand, and its run in NumPy and in plain TensorFlow."""

import types
from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf
from nengo_dl.compat.tensorflow import compile_with_xla, session_config, v1
from nengo_dl.loop import Block
from nengo_dl.lower.context import Environment
from nengo_dl.lower.schedule import Schedule
from nengo_dl.lower.step import StepResult
from nengodl_train.loops import Dynamics, try_step
from nengodl_train.loops.dynamics import FEED, StepInputs

BATCH, SIZE, N_STEPS = 2, 3, 7
# Homes of the step: a state, one that stays as it is, a matrix, a counter, an offset.
STATE, FROZEN, MATRIX, COUNTER, OFFSET = range(5)


class Arrays(NamedTuple):
    """Values of all that a run starts from."""

    homes: list
    factor: np.ndarray
    feed: np.ndarray


def draw(n_steps=N_STEPS):
    """Draw values."""
    rng = np.random.RandomState(0)
    homes = [
        rng.uniform(-1, 1, (BATCH, SIZE)),
        rng.uniform(-1, 1, (BATCH, 2)),
        rng.uniform(-1, 1, (1, SIZE, SIZE)),
        np.zeros((BATCH, 1), np.int32),
        rng.uniform(-1, 1, (1, SIZE)),
    ]
    return Arrays(
        homes, rng.uniform(0.5, 1, SIZE), rng.uniform(-1, 1, (n_steps, BATCH, SIZE))
    )


class HandStep:
    """
    ``h' = tanh(h W + b + c + x * f) + 0.1 n``, whose number is n, c a constant, x fed.

    Parameters
    ----------
    variable : callable, optional
        Returns the variable f.
    call : callable, optional
        Is called in each step, on the host.
    """

    def __init__(self, variable=lambda: 1.0, call=None):
        self.variable = variable
        self.call = call
        # nothing that could be put together once for all steps
        self.schedule = Schedule(5, (), (), {}, ())
        self.environment = Environment(0.001, tf.float64, BATCH, None, training=True)

    def start(self, homes, feed, constants):
        """Give numbers to what a step starts with."""
        return {}

    def __call__(self, homes, feed, constants, number, prepared=()):
        """Compute a step."""
        product = tf.matmul(homes[STATE], homes[MATRIX][0])
        current = product + homes[OFFSET] + constants[0] + feed * self.variable()
        state = tf.tanh(current) + 0.1 * tf.cast(number, tf.float64)
        calls = []
        if self.call is not None:
            calls = [tf.numpy_function(self.call, [state], tf.int32)]
        return StepResult(
            [
                state,
                tf.reshape(tf.identity(homes[FROZEN]), (BATCH, 2)),
                homes[COUNTER] + 1,
            ],
            [state, tf.reduce_sum(state**2, axis=1, keepdims=True)],
            [product],
            calls,
            [homes[STATE], product, state],
        )


CONSTANT = np.array([[0.1, -0.2, 0.3]])


def trainee(step):
    """Make what a program has as its step in training."""
    return Block(step, (STATE, FROZEN, COUNTER), 1, False)


def trial_of(step):
    """Try a step."""
    shapes = [tf.constant(array) for array in draw().homes]
    inputs = shapes, [tf.constant(CONSTANT)], [tf.zeros((BATCH, SIZE), tf.float64)]
    return try_step(trainee(step), inputs)


def dynamics(step, homes, feed, start=0, parameters=(MATRIX, OFFSET), variables=()):
    """Make the steps of a run; all but a counter and a constant is given as tensors."""
    with tf.Graph().as_default():
        # XLA of TensorFlow 1 knows no placeholders; the variable makes no difference
        trial = trial_of(HandStep(call=step.call))
    inputs = StepInputs(
        list(homes), [tf.constant(CONSTANT)], feed, tf.constant(start, tf.int32)
    )
    return Dynamics(trainee(step), trial, inputs, [0, 1], parameters, variables)


def unrolled(arrays, weights, start=0):
    """
    Run in NumPy, and go back by hand.

    Parameters
    ----------
    arrays : Arrays
        What to start from.
    weights : list of array
        Gradients by both rows, (steps, ...), and by the last state.

    Returns
    -------
    namespace
        States before each step and behind the last, rows, gradients.
    """
    (state, _, (matrix,), _, offset), factor, feed = arrays
    states, n_steps = [state], len(feed)
    activity = []
    for i, x in enumerate(feed):
        activity.append(np.tanh(states[-1] @ matrix + offset + CONSTANT + x * factor))
        states.append(activity[-1] + 0.1 * (start + i + 1))
    rows = [np.array(states[1:])]
    rows.append(np.sum(rows[0] ** 2, axis=2, keepdims=True))
    found = types.SimpleNamespace(states=np.array(states), rows=rows)
    by_state = weights[2]
    zeros = [np.zeros_like(a) for a in (matrix, offset, factor, feed)]
    found.matrix, found.offset, found.factor, found.feed = zeros
    for i in reversed(range(n_steps)):
        by_state = by_state + weights[0][i] + weights[1][i] * 2 * states[i + 1]
        by_current = by_state * (1 - activity[i] ** 2)
        found.matrix += states[i].T @ by_current
        found.offset += by_current.sum(axis=0)
        found.factor += np.sum(by_current * feed[i], axis=0)
        found.feed[i] = by_current * factor
        by_state = by_current @ matrix.T
    found.before = by_state
    return found


def draw_weights(n_steps=N_STEPS):
    """Draw gradients by rows and by the last state."""
    rng = np.random.RandomState(1)
    shapes = (n_steps, BATCH, SIZE), (n_steps, BATCH, 1), (BATCH, SIZE)
    return [rng.standard_normal(shape) for shape in shapes]


def compute(function, arrays, jit=False, variables=()):
    """
    Call a function of tensors that returns a list, with arrays.

    Parameters
    ----------
    function : callable
        Called with tensors, and then with variables.
    arrays, variables : sequence of array
        Values of both.
    """
    with tf.Graph().as_default(), v1.Session(config=session_config({})) as sess:
        inputs = [v1.placeholder(array.dtype, array.shape) for array in arrays]
        made = [
            v1.get_variable(f"v{i}", initializer=array, use_resource=True)
            for i, array in enumerate(variables)
        ]

        def call(*tensors):
            return list(function(*tensors, *made))

        results = compile_with_xla(call, inputs) if jit else call(*inputs)
        sess.run(v1.variables_initializer(made))
        return sess.run(results, dict(zip(inputs, arrays)))


@pytest.fixture(scope="session")
def hand():
    """The step by hand, and what belongs to it."""
    return types.SimpleNamespace(
        Step=HandStep,
        homes=types.SimpleNamespace(
            state=STATE, frozen=FROZEN, matrix=MATRIX, counter=COUNTER, offset=OFFSET
        ),
        feed=FEED,
        constant=CONSTANT,
        draw=draw,
        draw_weights=draw_weights,
        trial=trial_of,
        trainee=trainee,
        dynamics=dynamics,
        unrolled=unrolled,
        compute=compute,
        n_steps=N_STEPS,
        batch=BATCH,
        size=SIZE,
    )
