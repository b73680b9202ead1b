# SPDX-License-Identifier: MIT
"""Alternate updates of ours with those of a plain graph, and compare what they do."""

import time
from typing import Any, Dict, NamedTuple, Tuple

import nengo_dl
import numpy as np
import tensorflow as tf

from .networks import Recurrent, integrator, lif

v1 = tf.compat.v1

# So small that parameters keep their values in float32; in float64 their change is exact
# to about seven digits.
RATE = 1e-9
# Minibatches and epochs in one turn: a training is one call with many updates.
MINIBATCHES, EPOCHS = 5, 4
UPDATES = MINIBATCHES * EPOCHS

CASES = {"integrator": integrator, "lif": lif}


class Result(NamedTuple):
    """
    What was measured.

    Parameters
    ----------
    ours, plain : float
        Median time of an update, in milliseconds: that of a call with `UPDATES` of them,
        divided by their number.
    difference : float
        Greatest difference of a change of a parameter, relative to its greatest change.
    """

    ours: float
    plain: float
    difference: float

    @property
    def ratio(self) -> float:
        """float: how many times faster ours is."""
        return self.plain / self.ours


class Plain:
    """
    A network written by hand as a plain graph, trained by gradient descent.

    Parameters
    ----------
    case : Recurrent
        The network.
    values, fixed : dict of str to np.ndarray
        Its parameters, and those that are not trained.
    shape : tuple of int
        Minibatch size and number of steps.
    sizes : tuple of int
        Sizes of input and output.
    dtype : str
        Type of everything.
    """

    def __init__(self, case: Recurrent, values, fixed, shape, sizes, dtype: str):
        batch, self._n_steps = shape
        self._dtype = tf.as_dtype(dtype)
        with tf.Graph().as_default() as graph, graph.device("/cpu:0"):
            self.inputs = v1.placeholder(dtype, shape + sizes[:1])
            self.targets = v1.placeholder(dtype, shape + sizes[1:])
            self.parameters = {
                name: tf.Variable(value.astype(dtype), dtype=dtype)
                for name, value in values.items()
            }
            self._all = dict(self.parameters)
            self._all.update((name, tf.constant(v, dtype)) for name, v in fixed.items())
            rows = self._run(case, batch, sizes[1])
            self.loss = tf.reduce_mean(tf.math.squared_difference(rows, self.targets))
            optimizer = v1.train.GradientDescentOptimizer(RATE)
            self.update = optimizer.minimize(
                self.loss, var_list=list(self.parameters.values())
            )
            start = v1.global_variables_initializer()
        self.sess = v1.Session(graph=graph)
        self.sess.run(start)

    def _run(self, case, batch, size):
        inputs = tf.transpose(self.inputs, (1, 0, 2))
        rows = tf.TensorArray(self._dtype, self._n_steps, element_shape=(batch, size))

        def body(i, rows, *state):
            state, output = case.step(self._all, state, inputs[i])
            return [i + 1, rows.write(i, output)] + state

        state = [tf.zeros(shape, self._dtype) for shape in case.state(batch)]
        found = tf.while_loop(
            lambda i, *_: i < self._n_steps,
            body,
            [tf.constant(0), rows] + state,
            maximum_iterations=self._n_steps,
        )
        return tf.transpose(found[1].stack(), (1, 0, 2))

    def train(self, inputs: np.ndarray, targets: np.ndarray) -> None:
        """Run one update."""
        feeds = {self.inputs: inputs, self.targets: targets}
        self.sess.run([self.loss, self.update], feeds)

    def values(self) -> Dict[str, np.ndarray]:
        """Return the parameters."""
        return self.sess.run(self.parameters)


def compare_training(
    name: str,
    minibatch_size: int,
    n_steps: int = 100,
    rounds: int = 20,
    **options: Any,
) -> Result:
    """
    Measure updates of both by turns.

    Parameters
    ----------
    name : str
        One of `CASES`.
    minibatch_size : int
        Number of items.
    n_steps : int, optional
        Number of steps that gradients go through.
    rounds : int, optional
        Number of turns of each.
    **options : object
        Arguments of the function that makes the network.

    Returns
    -------
    Result
        Times in float32, and difference in float64.
    """
    difference, _ = _compare(name, (minibatch_size, n_steps), 0, "float64", options)
    _, times = _compare(name, (minibatch_size, n_steps), rounds, "float32", options)
    milliseconds = np.median(times, axis=0) / UPDATES * 1e3
    return Result(*map(float, milliseconds), difference)


def _compare(name, shape, rounds, dtype, options) -> Tuple[float, list]:
    case = CASES[name](**options)
    net, rng = case.network, np.random.RandomState(1)
    with net:
        nengo_dl.configure_settings(dtype=dtype)
    sizes = net.inp.size_out, net.out.size_in
    minibatches, epochs = (MINIBATCHES, EPOCHS) if rounds else (1, 1)
    items = (shape[0] * minibatches, shape[1])
    inputs = rng.normal(size=items + sizes[:1]).astype(dtype)
    targets = rng.normal(size=items + sizes[1:]).astype(dtype)
    with nengo_dl.Simulator(
        net, minibatch_size=shape[0], device="/cpu:0", progress_bar=False
    ) as sim:
        before = case.parameters(sim)
        plain = Plain(case, before, case.fixed(sim), shape, sizes, dtype)
        optimizer = v1.train.GradientDescentOptimizer(RATE)
        data = {net.inp: inputs, net.out: targets}

        def ours():
            sim.train(data, optimizer, epochs, shuffle=False, progress_bar=False)

        def theirs():
            for start in list(range(0, len(inputs), shape[0])) * epochs:
                part = slice(start, start + shape[0])
                plain.train(inputs[part], targets[part])

        ours()
        theirs()
        difference = 0.0
        if not rounds:  # in float32 the parameters do not change
            difference = _difference(before, case.parameters(sim), plain.values())
        times = [(_timed(ours), _timed(theirs)) for _ in range(rounds)]
        plain.sess.close()
    return difference, times


def _timed(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def _difference(before, ours, plain):
    """Difference of the changes of parameters, relative to the greatest change of each."""
    found = []
    for name, value in before.items():
        change, other = ours[name] - value, plain[name] - value
        found.append(np.abs(change - other).max() / np.abs(other).max())
    return float(max(found))
