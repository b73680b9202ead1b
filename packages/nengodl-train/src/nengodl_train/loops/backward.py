# SPDX-License-Identifier: MIT
"""
Back through some steps: each is computed again from the state before it, and then
differentiated.

TensorFlow's own gradient of a loop saves all that the gradient of a step needs. Here only
state is saved: what a step computes is cheap for XLA, but not what it stores.
"""

from typing import Any, List, NamedTuple, Optional, Sequence

import tensorflow as tf

from nengodl_train.loops.boundaries import between, worth_storing
from nengodl_train.loops.detach import detached
from nengodl_train.loops.dynamics import Dynamics
from nengodl_train.loops.forward import Records, loop, spec, split
from nengodl_train.loops.products import Product, as_product, total


class Gradients(NamedTuple):
    """
    By state before some steps, by `Xs.flat`, and what to keep.

    In one step those by `Xs.flat` may be a `Product`.
    """

    state: List[Any]
    xs: List[Optional[Any]]
    kept: List[Any]


class Backward:
    """
    The way back.

    Parameters
    ----------
    dynamics : Dynamics
        The steps.
    rows : sequence of tf.Tensor or None
        Gradients by the rows of the probes, (steps or 1, *shape); one row stands for the
        last step.
    """

    def __init__(self, dynamics: Dynamics, rows: Sequence[Optional[tf.Tensor]]):
        self._dynamics = dynamics
        self._rows = [
            None if row is None else tf.convert_to_tensor(row) for row in rows
        ]
        state = dynamics.initial()
        self._differentiable = [value.dtype.is_floating for value in state]
        trial = self._step(tf.constant(0), state, self.zeros(state))
        self._kept = [spec(tensor) for tensor in trial.kept]
        self.connected = [gradient is not None for gradient in trial.xs]
        connected = [gradient for gradient in trial.xs if gradient is not None]
        self._products = [isinstance(gradient, Product) for gradient in connected]
        self._example = _products(connected)

    def zeros(self, state: Sequence[tf.Tensor]) -> List[tf.Tensor]:
        """Return gradients by state behind the last step."""
        floats = [
            value for value, is_float in zip(state, self._differentiable) if is_float
        ]
        return [tf.zeros(*spec(value)) for value in floats]

    def start(self) -> List[tf.Tensor]:
        """Return sums of gradients by those in `Xs` that have one, before any."""
        xs = self._dynamics.xs.flat()
        return [tf.zeros_like(x) for x, found in zip(xs, self.connected) if found]

    def keep(self) -> List[tf.Tensor]:
        """Return variables for what a loop has to keep."""
        return [tf.zeros(*one) for one in self._kept]

    def fill(self, sums: Sequence[tf.Tensor]) -> List[Optional[tf.Tensor]]:
        """Put None for those in `Xs` that have no gradient."""
        found = iter(sums)
        return [next(found) if connected else None for connected in self.connected]

    def run(
        self,
        n: int,
        saved: Sequence[tf.Tensor],
        after: Sequence[tf.Tensor],
        sums: Sequence[tf.Tensor],
        begin: Any = 0,
    ) -> Gradients:
        """
        Go back through some steps.

        Parameters
        ----------
        n : int
            Number of steps.
        saved : sequence of tf.Tensor
            State before each of them, (steps, *shape).
        after : sequence of tf.Tensor
            Gradients by state behind them.
        sums : sequence of tf.Tensor
            Sums of gradients so far.
        begin : int or tf.Tensor, optional
            Number of the first of these steps.

        Returns
        -------
        Gradients
            By state before them, and sums (without None).
        """
        records = Records(n, [spec(factor) for factor in _factors(self._example)])
        plain = [s for s, product in zip(sums, self._products) if not product]
        lengths = len(after), len(plain), records.n_variables

        def body(i, *carried):
            after, plain, rows, _ = split(carried, *lengths)
            state = [tf.gather(value, i) for value in saved]
            found = self._step(begin + i, state, after)
            more = [gradient for gradient in found.xs if gradient is not None]
            rows = records.write(rows, i, _factors(_products(more)))
            more = [gradient for gradient in more if not isinstance(gradient, Product)]
            plain = [sum_ + gradient for sum_, gradient in zip(plain, more)]
            return [i - 1] + found.state + plain + rows + found.kept

        variables = list(after) + plain + records.start() + self.keep()
        found = loop(lambda i, *_: i >= 0, body, [tf.constant(n - 1)] + variables)
        before, plain, rows, kept = split(found[1:], *lengths)
        return Gradients(before, self._sums(sums, plain, records.finish(rows)), kept)

    def _sums(self, before, plain, factors):
        """Put sums together: those that the loop made, and those of products."""
        plain, before, examples = iter(plain), list(before), iter(self._example)
        pairs = zip(factors[::2], factors[1::2])
        return [
            old + total(next(examples), *next(pairs)) if product else next(plain)
            for old, product in zip(before, self._products)
        ]

    def _step(self, i, state, after) -> Gradients:
        xs = self._dynamics.xs.renamed()
        state = [detached(value) for value in state]
        moment = self._dynamics.step(i, state, xs)
        ys = [v for v, is_float in zip(moment.state, self._differentiable) if is_float]
        rows = self._row_gradients(i)
        ys += [row for row, gradient in zip(moment.rows, rows) if gradient is not None]
        grads = list(after) + [gradient for gradient in rows if gradient is not None]
        floats = [v for v, is_float in zip(state, self._differentiable) if is_float]
        by = floats + xs.flat()
        # of state and parameters the very tensors inside this step: origin stops at them
        inner = between(moment.boundaries, floats + xs.flat())
        found = dense(tf.gradients(ys, by + inner, grad_ys=grads), by + inner)
        before = [
            tf.zeros_like(x) if gradient is None else gradient
            for x, gradient in zip(floats, found)
        ]
        by_xs = [as_product(g) or g for g in found[len(floats) : len(by)]]
        results = before + _factors(_products(by_xs))
        results += [g for g in by_xs if tf.is_tensor(g)]
        kept = worth_storing(moment.kept + inner, found[len(by) :], results)
        return Gradients(before, by_xs, kept)

    def _row_gradients(self, i):
        """Gradients by what the probes give in one step."""
        n_steps, found = self._dynamics.n_steps, []
        for rows in self._rows:
            if rows is None or int(rows.shape[0]) == n_steps:
                found.append(None if rows is None else tf.gather(rows, i))
            else:
                found.append(rows[0] * tf.cast(tf.equal(i, n_steps - 1), rows.dtype))
        return found


def dense(gradients: Sequence[Any], like: Sequence[Any]) -> List[Any]:
    """
    Turn the slices that are the gradient of a gather into tensors.

    Parameters
    ----------
    gradients : sequence of tf.Tensor, tf.IndexedSlices or None
        Gradients.
    like : sequence of tf.Tensor or tf.Variable
        What they are by: TensorFlow 1 forgets how many rows there are.

    Returns
    -------
    list of tf.Tensor or None
        The same gradients.
    """
    return [
        tf.math.unsorted_segment_sum(g.values, g.indices, int(x.shape[0]))
        if isinstance(g, tf.IndexedSlices)
        else g
        for g, x in zip(gradients, like)
    ]


def _products(gradients):
    return [gradient for gradient in gradients if isinstance(gradient, Product)]


def _factors(products):
    return [factor for one in products for factor in (one.left, one.right)]
