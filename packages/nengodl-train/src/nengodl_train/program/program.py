# SPDX-License-Identifier: MIT
"""One training program: forward, loss, backward, update, for a number of steps."""

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import tensorflow as tf
from nengo_dl.extend.training import choose_jit, compile_with_xla, v1

from nengodl_train.loops import Dynamics, Trial, make_trajectory
from nengodl_train.loops.dynamics import StepInputs, add
from nengodl_train.program.objective import Objective, unique
from nengodl_train.program.parameters import HomeParameters


class Options(NamedTuple):
    """
    What training programs of one network differ in.

    Parameters
    ----------
    n_steps : int
        Number of steps.
    carries : bool
        Whether the state behind the steps is stored, for the next block of a minibatch.
    segment : int or None
        Steps between two saved states, None to save each.
    rest_of : int or None
        Number of steps of the pieces before this shorter one, None if it is none.
    """

    n_steps: int
    carries: bool
    segment: Optional[int]
    rest_of: Optional[int]


class Parts(NamedTuple):
    """
    What training programs of one graph share.

    Parameters
    ----------
    program : nengo_dl.runtime.Program
        The program of the simulator.
    trial : Trial
        What its step in training is like.
    initial : list of tf.Variable
        Initial values of the homes that change.
    parameters : tuple of int
        Homes that are parameters.
    variables : list of tf.Variable
        Variables of TensorNodes that are trained.
    """

    program: Any
    trial: Trial
    initial: List[Any]
    parameters: Tuple[int, ...]
    variables: List[Any]

    @property
    def probes(self) -> List[Any]:
        """List of Probe: all probes, in the order of the step's."""
        return [recording.probe for recording in self.program.recordings]

    def recording(self, probe: Any) -> Any:
        """Return how a probe is recorded."""
        return self.program.recordings[self.probes.index(probe)]

    def keeps_last(self, probe: Any) -> bool:
        """Say whether the last row is all that is wanted of a probe."""
        return not self.recording(probe).keep_history

    def shape(self, probe: Any, n_steps: int) -> Tuple[int, ...]:
        """Return the shape of a probe's output, (minibatch or 1, steps, ...)."""
        items = self.trial.rows[self.probes.index(probe)][0][0]
        rows = 1 if self.keeps_last(probe) else n_steps
        return (items, rows) + tuple(self.recording(probe).shape)


class Learner(NamedTuple):
    """
    An optimizer, and what it updates.

    Parameters
    ----------
    optimizer : Optimizer
        The optimizer, prepared for `variables`.
    homes : HomeParameters
        The parameters of the network.
    others : list of tf.Variable
        Variables of TensorNodes, and then those of the objective.
    """

    optimizer: Any
    homes: HomeParameters
    others: List[Any]

    @property
    def variables(self) -> List[Any]:
        """List of tf.Variable: all that the optimizer updates."""
        return self.homes.variables + self.others

    def update(self, gradients: Sequence[Any], values: Dict[int, Any]) -> List[Any]:
        """
        Write an update down.

        Parameters
        ----------
        gradients : sequence of tf.Tensor or None
            By `variables`.
        values : list of tf.Tensor
            Values of all homes.

        Returns
        -------
        list of tf.Operation
            The update is done when these are.
        """
        before = self.homes.values(values) + [None] * len(self.others)
        updates = self.optimizer.apply(gradients, self.variables, before)
        with tf.control_dependencies(updates):
            return updates + self.homes.after(values)


class TrainingProgram:
    """
    Steps, loss, gradients and update in the graph.

    Parameters
    ----------
    parts : Parts
        What programs of the graph share.
    objective : Objective
        What is made small.
    learner : Learner
        How.
    options : Options
        Number of steps and the like.
    jit : bool
        Whether XLA compiles it.
    missing : sequence of bool, optional
        Which of those trained have no gradient in the pieces before; in a shorter piece at
        the end more may have none, and theirs is zero.

    Attributes
    ----------
    missing : list of bool
        Which of those trained have no gradient.
    """

    def __init__(
        self,
        parts: Parts,
        objective: Objective,
        learner: "Learner",
        options: Options,
        jit: bool,
        missing: Sequence[bool] = (),
    ):
        self.parts = parts
        self.objective = objective
        self.options = options
        self.jit = jit
        self._learner = learner
        self.missing = list(missing)
        dtype = parts.program.settings.dtype
        batch = parts.program.settings.batch
        self._feed = np.zeros((options.n_steps, batch, parts.program.host.width), dtype)
        self._ph_feed = v1.placeholder(dtype, self._feed.shape)
        self._ph_start = v1.placeholder(tf.int32, ())
        self._ph_fresh = v1.placeholder(tf.bool, ())
        self._ph_data = {
            probe: v1.placeholder(dtype, parts.shape(probe, options.n_steps))
            for probe in objective.data
        }
        inputs = [self._ph_feed, self._ph_start, self._ph_fresh]
        inputs += list(self._ph_data.values())
        self._keys: List[Any] = []
        function = self._update
        results = compile_with_xla(function, inputs) if jit else function(*inputs)
        n = len(self._keys) + bool(self._keys)
        self.fetches = results[:n]
        with tf.control_dependencies(results):
            self.done = tf.no_op()

    def _update(self, feed, start, fresh, *data):
        """Compute losses, and update all; return losses, total, and what to keep."""
        targets = dict(zip(self._ph_data, data))
        homes = self._homes(fresh)
        dynamics = self._dynamics(homes, feed, start)
        last = [self.parts.keeps_last(probe) for probe in self.objective.probes]
        run = make_trajectory(dynamics, last, self.options.segment)
        losses, by_rows, direct = self._losses(run.rows, targets)
        gradients, kept = run.backward(by_rows)
        gradients = self._join(gradients, direct)
        if self.missing:
            gradients = self._filled(gradients)
        self.missing = [gradient is None for gradient in gradients]
        self._keys = losses.keys
        values = losses.values + ([] if losses.total is None else [losses.total])
        before = values + [g for g in gradients if g is not None] + run.state
        # all is read before anything is changed
        with tf.control_dependencies(before):
            updates = self._store(run.state)
            if not all(self.missing):  # for filters the steps may be too few
                updates += self._learner.update(gradients, homes)
        with tf.control_dependencies(updates):
            return (
                [tf.identity(value) for value in values]
                + [tf.identity(tensor) for tensor in unique(run.kept + kept)]
                + [tf.constant(0)]
            )

    def _homes(self, fresh):
        """Read the values of homes; of those that change the initial ones if `fresh`."""
        program = self.parts.program
        homes = [variable.read_value() for variable in program.store.variables]
        for number, initial in zip(program.store.changing, self.parts.initial):
            items = [int(homes[number].shape[0])] + [1] * (len(homes[number].shape) - 1)
            value = tf.tile(initial.read_value(), items)
            if self.options.carries:
                value = _choose(fresh, value, homes[number])
            homes[number] = value
        return homes

    def _dynamics(self, homes, feed, start):
        parts = self.parts
        constants = [v.read_value() for v in parts.program.store.constant_variables]
        probes = [parts.probes.index(probe) for probe in self.objective.probes]
        return Dynamics(
            parts.program.trainee,
            parts.trial,
            StepInputs(homes, constants, feed, start),
            probes,
            parts.parameters,
            parts.variables,
        )

    def _losses(self, rows, targets):
        """Evaluate the objective; return losses, gradients by rows and by variables."""
        rows = [tf.stop_gradient(row) for row in rows]
        outputs = {
            probe: self._shaped(probe, row)
            for probe, row in zip(self.objective.probes, rows)
        }
        losses = self.objective.evaluate(outputs, targets)
        n = len(rows)
        variables = self._learner.others
        found: Sequence[Any] = [None] * (n + len(variables))
        if losses.total is not None:
            found = tf.gradients(losses.total, rows + variables)
        by_rows = [None if g is None else tf.convert_to_tensor(g) for g in found[:n]]
        for i, probe in enumerate(self.objective.probes):
            if any(probe is one for one in self.objective.direct):
                given = self._flat(probe, targets[probe])
                by_rows[i] = add(by_rows[i], given)
        return losses, by_rows, list(found[n:])

    def _shaped(self, probe, row):
        """Bring rows (steps, items, elements) into the form that users know."""
        items, steps, *shape = self.parts.shape(probe, self.options.n_steps)
        value = tf.transpose(row, (1, 0, 2))
        return tf.reshape(value, [items, steps] + shape)

    def _flat(self, probe, value):
        """Bring what has the form that users know into that of rows."""
        items, steps, *shape = self.parts.shape(probe, self.options.n_steps)
        value = tf.reshape(value, (items, steps, int(np.prod(shape))))
        return tf.transpose(value, (1, 0, 2))

    def _join(self, gradients, direct):
        """Add gradients that go through steps, and those that do not."""
        n = len(self.parts.parameters)
        through = list(gradients[n:])
        through += [None] * (len(direct) - len(through))
        joined = [add(a, b) for a, b in zip(through, direct)]
        return self._learner.homes.gradients(gradients[:n]) + joined

    def _filled(self, gradients):
        """Put zeros for gradients that only this piece is too short for."""
        return [
            tf.zeros_like(v) if gradient is None and not missing else gradient
            for v, gradient, missing in zip(
                self._learner.variables, gradients, self.missing
            )
        ]

    def _store(self, state):
        """Store live state; the rest is what it was."""
        if not self.options.carries:
            return []
        store = self.parts.program.store
        numbers = [store.changing[position] for position in self.parts.trial.live]
        return [
            store.variables[number].assign(value).op
            for number, value in zip(numbers, state)
        ]

    # -- running

    def feeds(self, data: Any, start: int, fresh: bool) -> Dict[Any, Any]:
        """
        Compute what to feed for one piece of data.

        Parameters
        ----------
        data : dict of Node or Probe to ndarray, or int
            The piece.
        start : int
            Number of steps of the minibatch before it.
        fresh : bool
            Whether it starts from the initial state.

        Returns
        -------
        dict of tf.Tensor to ndarray
            The feeds.
        """
        data = {} if isinstance(data, int) else data
        probes = self._ph_data
        nodes = {key: value for key, value in data.items() if key not in probes}
        self.parts.program.host.block(start, self.options.n_steps, nodes, self._feed)
        feeds = {
            self._ph_feed: self._feed,
            self._ph_start: start,
            self._ph_fresh: fresh,
        }
        for probe, placeholder in probes.items():
            value = data[probe]
            feeds[placeholder] = (
                value[:, -1:] if self.parts.keeps_last(probe) else value
            )
        return feeds

    def losses(self, values: Sequence[Any]) -> Dict[Any, float]:
        """Name the values that were fetched."""
        found = {key: float(value) for key, value in zip(self._keys, values)}
        if found:
            found["loss"] = float(values[-1])
        return found


def _choose(condition, a, b):
    """Choose between tensors by a scalar, as TensorFlow 1.14 does it, too."""
    return tf.where(tf.fill(tf.shape(a), condition), a, b)


def chosen_jit(program: Any, trial: Trial) -> bool:
    """
    Decide whether XLA compiles training programs.

    Parameters
    ----------
    program : nengo_dl.runtime.Program
        The program of the simulator.
    trial : Trial
        What its step in training is like.

    Returns
    -------
    bool
        Whether it does.
    """
    option, obstacle = program.settings.jit_compile, program.trainee.obstacle
    if obstacle is not None and option is True:
        # kernels let the network run compiled, as was asked for, but not be trained so
        option = "auto"
    if obstacle is None and trial.once is not None:
        obstacle = trial.once
    return choose_jit(option, obstacle)
