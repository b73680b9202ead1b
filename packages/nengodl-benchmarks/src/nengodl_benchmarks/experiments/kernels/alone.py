# SPDX-License-Identifier: MIT
"""Kernels alone, in compiled loops that do nothing else."""

import time
from typing import Callable, NamedTuple, Tuple

import numpy as np
import tensorflow as tf

from .measure import memory_limit


class Alone(NamedTuple):
    """Microseconds of one call, and of reading and writing as many bytes by NumPy."""

    kernel: float
    limit: float


def learned_product_alone(
    learned_product: Callable,
    items: int,
    rows: int,
    columns: int,
    steps: int = 1000,
    rounds: int = 9,
    threads: int = 1,
) -> Alone:
    """
    Measure `learned_product` in a compiled loop that does nothing else.

    Parameters
    ----------
    learned_product : callable
        The kernel.
    items, rows, columns : int
        Shape of the weights, float32.
    steps : int, optional
        Number of calls in a loop, whose start costs 0.5 to 0.8 ms.
    rounds : int, optional
        Number of loops, by turns with NumPy's product; the best of each counts.
    threads : int, optional
        Number of threads that NumPy has.

    Returns
    -------
    Alone
        Both times.
    """
    run = _learning_loop(learned_product, (items, 1, rows, columns))
    run(1)  # compiles
    n_bytes = 4 * items * rows * columns
    kernel, limit = [], []
    for _ in range(rounds):
        kernel.append(_time(run, steps))
        limit.append(memory_limit(n_bytes, threads, rounds=1))
    return Alone(min(kernel), min(limit))


def compare_products(
    learned_product: Callable,
    rows: int,
    columns: int,
    steps: int,
    rounds: int = 9,
    decay: bool = False,
) -> Tuple[float, float]:
    """
    Measure `learned_product` and plain TensorFlow by turns, for one item.

    From how many weights and columns on the core uses the kernel (``lower/learned.py``)
    is taken from such figures.

    Parameters
    ----------
    learned_product : callable
        The kernel.
    rows, columns : int
        Shape of the weights, float32.
    steps : int
        Number of calls in a loop.
    rounds : int, optional
        Number of loops of each, of which the best counts.
    decay : bool, optional
        Whether weights also decay, as those of Voja do.

    Returns
    -------
    float, float
        Microseconds of a call of plain TensorFlow and of the kernel.
    """
    runs = [
        _learning_loop(function, (1, 1, rows, columns), decay)
        for function in (plain_product, learned_product)
    ]
    for run in runs:
        run(1)  # compiles
    times = [[_time(run, steps) for run in runs] for _ in range(rounds)]
    plain, kernel = np.min(times, axis=0)
    return plain, kernel


def plain_product(weights, pre, change, x, decay):
    """Learn and multiply as ``learned_product`` does, for one item."""
    if decay is not None:
        weights = weights * (1 - decay[..., None])
    weights = weights + change[..., None] * pre[:, :, None, :]
    matrix = tf.reshape(weights, weights.shape[2:])
    product = tf.matmul(tf.reshape(x, (1, -1)), matrix, transpose_b=True)
    return weights, tf.reshape(product, change.shape)


def lif_step_alone(
    lif_step: Callable, n_neurons: int, steps: int = 1000, rounds: int = 9
) -> float:
    """
    Measure `lif_step` in a compiled loop that does nothing else.

    Parameters
    ----------
    lif_step : callable
        The kernel.
    n_neurons : int
        Number of neurons, float32, with currents of 0 to 5.
    steps : int, optional
        Number of calls in a loop.
    rounds : int, optional
        Number of loops, of which the best counts.

    Returns
    -------
    float
        Microseconds of one call.
    """
    run = _spiking_loop(lif_step, n_neurons)
    run(1)  # compiles
    return min(_time(run, steps) for _ in range(rounds))


def _time(run, steps):
    """Return microseconds of one of some steps."""
    start = time.perf_counter()
    run(steps)
    return (time.perf_counter() - start) / steps * 1e6


def _spiking_loop(function: Callable, n_neurons) -> Callable:
    """Return a function of a number of steps, in each of which neurons may spike."""
    rng = np.random.RandomState(0)
    current = tf.constant(rng.uniform(0, 5, size=(1, n_neurons)).astype(np.float32))
    zero = tf.zeros((1, n_neurons))

    def program(steps, current, voltage, refractory):
        def step(number, _, voltage, refractory):
            return (number + 1, *function(current, voltage, refractory, dt=0.001))

        state = tf.constant(0), tf.zeros_like(voltage), voltage, refractory
        return tf.while_loop(lambda number, *_: number < steps, step, state)

    return _compile(program, (current, zero, zero), result=1)


def _learning_loop(function: Callable, shape, decays=False) -> Callable:
    """Return a function of a number of steps, in each of which weights are learned."""
    items, n, rows, columns = shape
    rng = np.random.RandomState(0)

    def draw(scale, size):
        values = scale * rng.uniform(-1, 1, size=(items, n, size))
        return tf.constant(values.astype(np.float32))

    pre, x, error = draw(1, columns), draw(1, columns), draw(1e-6, rows)
    decay = draw(1e-3, rows) if decays else None

    def program(steps, weights):
        def step(number, weights, product):
            # the change depends on the product, so that no call can be left out
            weights, product = function(weights, pre, error - 1e-9 * product, x, decay)
            return number + 1, weights, product

        state = tf.constant(0), weights, tf.zeros_like(error)
        return tf.while_loop(lambda number, *_: number < steps, step, state)

    return _compile(program, (tf.zeros(shape),), result=2)


def _compile(program, operands, result):
    """Return a function of a number of steps that gives one result of a program."""
    compiled = tf.function(program, jit_compile=True, autograph=False)

    def run(steps):
        with tf.device("/cpu:0"):  # the kernels know no other
            return compiled(tf.constant(steps), *operands)[result].numpy()

    return run
