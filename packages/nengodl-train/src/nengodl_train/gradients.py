# SPDX-License-Identifier: MIT
"""Compare gradients with differences."""

from typing import Any, Dict, Iterator, List, Sequence, Tuple

import nengo
import numpy as np
import tensorflow as tf
from nengo.exceptions import SimulationError, ValidationError
from nengo_dl.extend.training import compile_with_xla, v1

from nengodl_train.arguments import is_number
from nengodl_train.loops import Dynamics, make_trajectory
from nengodl_train.loops.dynamics import FEED, StepInputs
from nengodl_train.program.program import Parts, chosen_jit

# Half the width of the central difference. Its error is about a sixth of the third
# derivative times the square of this, and the output's rounding over this.
DELTA = 1e-3


class Jacobian:
    """
    Outputs of a network as a function of its input, with the gradient.

    Items of a minibatch do not depend on each other, so one call moves the same element of
    all of them.

    Parameters
    ----------
    parts : Parts
        What programs of the graph share.
    probes : sequence of Probe
        The outputs.
    n_steps : int
        Number of steps.
    """

    def __init__(self, parts: Parts, probes: Sequence[Any], n_steps: int):
        self._parts = parts
        self._program = parts.program
        self.probes = list(probes)
        dtype, batch = self._program.settings.dtype, self._program.settings.batch
        self.input_shape = (n_steps, batch, self._program.host.width)
        self._feed = v1.placeholder(dtype, self.input_shape)
        self._weights = [
            v1.placeholder(dtype, (n_steps,) + parts.trial.rows[self._number(probe)][0])
            for probe in probes
        ]
        inputs = [self._feed] + self._weights
        jit = chosen_jit(self._program, parts.trial)
        build = self._build
        found = compile_with_xla(build, inputs) if jit else build(*inputs)
        self._rows, self._gradient = found[: len(probes)], found[len(probes)]

    def _number(self, probe):
        return self._parts.probes.index(probe)

    def _build(self, feed, *weights):
        store = self._program.store
        homes = [variable.read_value() for variable in store.variables]
        for number, initial in zip(store.changing, self._parts.initial):
            items = int(homes[number].shape[0])
            rest = [1] * (len(homes[number].shape) - 1)
            homes[number] = tf.tile(initial.read_value(), [items] + rest)
        constants = [variable.read_value() for variable in store.constant_variables]
        dynamics = Dynamics(
            self._program.trainee,
            self._parts.trial,
            StepInputs(homes, constants, feed, tf.constant(0)),
            [self._number(probe) for probe in self.probes],
            [FEED],
            [],
        )
        run = make_trajectory(dynamics, [False] * len(self.probes))
        (gradient,), kept = run.backward(list(weights))
        gradient = tf.zeros_like(feed) if gradient is None else gradient
        return run.rows + [gradient] + run.kept + kept

    @property
    def output_shapes(self) -> List[Tuple[int, ...]]:
        """List of tuple of int: shapes of all outputs, (steps, 1 or minibatch, size)."""
        return [tuple(w.shape.as_list()) for w in self._weights]

    def outputs(self, feed: np.ndarray) -> List[np.ndarray]:
        """Compute outputs for an input, both (steps, minibatch, size)."""
        return self._program.sess.run(self._rows, self._feeds(feed))

    def gradient(self, number: int, step: int, element: int) -> np.ndarray:
        """Compute the gradient of one element of an output by a zero input."""
        feeds = self._feeds(np.zeros(self.input_shape))
        feeds[self._weights[number]][step, :, element] = 1
        return self._program.sess.run(self._gradient, feeds)

    def _feeds(self, feed):
        feeds = {w: np.zeros(w.shape.as_list()) for w in self._weights}
        feeds[self._feed] = feed
        return feeds

    def difference(self, step: int, column: int) -> List[np.ndarray]:
        """Compute the central difference of all outputs by one element of the input."""
        feed = np.zeros(self.input_shape)
        feed[step, :, column] = DELTA
        pairs = zip(self.outputs(feed), self.outputs(-feed))
        return [(above - below) / (2 * DELTA) for above, below in pairs]


def check_gradients(sim: Any, outputs: Any, atol: float, rtol: float) -> None:
    """Compare gradients with differences; see `nengo_dl.Simulator.check_gradients`."""
    from nengodl_train.interface import state_of

    if sim.program.settings.inference_only:
        raise ValidationError(
            "this network was built with inference_only=True and has no gradients; leave"
            " that setting out",
            attr="inference_only",
        )
    for name, value in (("atol", atol), ("rtol", rtol)):
        if not is_number(value) or not value >= 0:
            raise ValidationError(
                f"must be a number of at least 0, but is {value!r}", attr=name
            )
    probes = _probes(sim, outputs)
    sim.soft_reset()
    state = state_of(sim)
    parts = state.parts
    key = tuple(id(probe) for probe in probes)
    if key not in state.jacobians:
        with sim.program.inside():
            state.jacobians[key] = Jacobian(parts, probes, 2 * sim.unroll)
    jacobian = state.jacobians[key]
    names = dict(_input_columns(sim))
    if probes and names:
        _compare(jacobian, names, atol, rtol)


def _probes(sim, outputs):
    if outputs is None:
        return list(sim.model.probes)
    probes = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    for probe in probes:
        if not isinstance(probe, nengo.Probe) or probe not in sim.model.probes:
            raise ValidationError(
                "must be a probe of the network or a list of them (the values inside a"
                f" compiled program are no tensors of the graph), but has {probe!r}",
                attr="outputs",
            )
    return probes


def _input_columns(sim) -> Iterator[Tuple[int, Any]]:
    """Yield the columns of the feed that belong to input nodes, and the nodes."""
    host = sim.program.host
    for feed, columns in host.views(np.arange(host.width)):
        node = host.node(feed)
        if node is not None:
            for column in columns:
                yield int(column), node


def _compare(jacobian: Jacobian, names: Dict[int, Any], atol: float, rtol: float):
    n_steps = jacobian.input_shape[0]
    differences = {
        (step, column): jacobian.difference(step, column)
        for step in range(n_steps)
        for column in names
    }
    for number, shape in enumerate(jacobian.output_shapes):
        for step in range(shape[0]):
            for element in range(shape[2]):
                analytic = jacobian.gradient(number, step, element)
                for (at, column), found in differences.items():
                    pair = analytic[at, :, column], found[number][step, :, element]
                    what = names[column], at, jacobian.probes[number], step, element
                    _check(*pair, what, atol, rtol)


def _check(analytic, numeric, what, atol, rtol):
    node, at, probe, step, element = what
    output = f"{probe} (step {step}, element {element})"
    where = f"the gradient of {output} by {node} (step {at})"
    if np.isnan(analytic).any() or np.isnan(numeric).any():
        raise SimulationError(
            f"NaN found: {where} is {analytic}, the numeric difference {numeric}."
        )
    if not (np.abs(analytic - numeric) < atol + rtol * np.abs(numeric)).all():
        raise SimulationError(
            f"Gradients differ: {where} is {analytic}, but the numeric difference is"
            f" {numeric} (for each item of the minibatch; atol={atol}, rtol={rtol})."
        )
