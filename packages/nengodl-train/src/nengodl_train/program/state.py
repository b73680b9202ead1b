# SPDX-License-Identifier: MIT
"""All that training keeps of one graph: optimizers with their state, programs, the step."""

import logging
import re
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

import tensorflow as tf
from nengo_dl.extend.training import (
    Output,
    Variable,
    identity,
    interrupts_held,
    traced_run,
    v1,
)

from nengodl_train.loops import try_step
from nengodl_train.program.learners import Learners
from nengodl_train.program.objective import Objective
from nengodl_train.program.program import (
    Learner,
    Options,
    Parts,
    TrainingProgram,
    chosen_jit,
)
from nengodl_train.program.values import StepValue

logger = logging.getLogger("nengo_dl.training")


class Piece(NamedTuple):
    """
    What one update is fed.

    Parameters
    ----------
    data : dict of Node or Probe to ndarray, or int
        Inputs and targets, or the number of steps.
    start : int
        Number of steps of the minibatch before it.
    fresh : bool
        Whether it starts from the initial state.
    extra_feeds : dict of tf.Tensor to ndarray, optional
        Values of tensors of the user's.
    trace : Trace, optional
        Takes down what TensorFlow does.
    """

    data: Any
    start: int = 0
    fresh: bool = True
    extra_feeds: Optional[Dict[Any, Any]] = None
    trace: Any = None


class Ready(NamedTuple):
    """A program, and the operation that runs it and counts the update."""

    program: TrainingProgram
    update: Any


class TrainingState:
    """
    What training keeps of the graph of a simulator.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        The simulator.
    optimizers : sequence of object, optional
        The optimizers that were used in the graph before this one, in their order.

    Attributes
    ----------
    step : tf.Variable
        Number of updates, TensorFlow's global step.
    jacobians : dict of tuple of int to Jacobian
        Programs that check gradients, by the ids of the probes.
    """

    def __init__(self, sim: Any, optimizers: Sequence[Any] = ()):
        self._program = sim.program
        self._model = sim.model
        self._learners = Learners(sim.program, sim.model, optimizers)
        self._objectives: Dict[Any, Objective] = {}
        self._programs: Dict[Any, Ready] = {}
        self._proven: set = set()
        self.jacobians: Dict[Any, Any] = {}
        self._parts: Any = None
        self._initial: List[Variable] = []
        self._session: Any = None
        with self._program.inside(), v1.variable_scope(
            v1.get_variable_scope(), use_resource=True
        ):
            self.step = v1.train.get_or_create_global_step(self._program.graph)
            value = StepValue(self.step)
            self._read_step = self.step.read_value()
        value.load_initial(self._program.sess)
        self._program.attached.add(self._program.sess, "training_step", value)

    @property
    def optimizers(self) -> List[Any]:
        """List of object: the optimizers that were used, in their order."""
        return self._learners.users

    def count(self) -> int:
        """Return the number of updates so far."""
        return int(self._program.sess.run(self._read_step))

    # -- what programs share

    @property
    def parts(self) -> Parts:
        """Parts: what all programs share, made at first use."""
        if self._parts is None:
            with self._program.inside():
                self._parts = self._make_parts()
        sess = self._program.sess
        if self._session is not sess:  # the first time, or after a reset
            for value, array in zip(self._initial, self._program.store.initial_state()):
                value.load(sess, array)
            self._session = sess
        return self._parts

    def _make_parts(self):
        program = self._program
        store = program.store
        feed = tf.zeros(
            (program.settings.batch, program.host.width), program.settings.dtype
        )
        trial = try_step(
            program.trainee, (store.variables, store.constant_variables, [feed])
        )
        self._initial = [
            Variable(_variable(f"initial_{i}", value))
            for i, value in enumerate(store.initial_state())
        ]
        return Parts(
            program,
            trial,
            [value.variable for value in self._initial],
            tuple(store.trainable()),
            program.functions.trainable(),
        )

    def objective(self, outputs: List[Output]) -> Objective:
        """Return the objective of functions, the same for equal ones."""
        key = tuple(
            (_ids(one.probes), isinstance(one.key, tuple), identity(one.function))
            for one in outputs
        )
        if key not in self._objectives:
            objective = Objective(outputs, self._program.outputs)
            shapes = {probe: self.parts.shape(probe, 1) for probe in objective.probes}
            with self._program.inside():
                objective.trial(shapes, tf.as_dtype(self._program.settings.dtype))
                self._program.outputs.keep(outputs)
            self._objectives[key] = objective
        return self._objectives[key]

    def learner(self, user: Any, objective: Objective) -> Learner:
        """Return what belongs to a user's optimizer in this graph, ready to be used."""
        made = [v for v in objective.variables() if v.trainable]
        names = dict(self._program.outputs.names)
        for name, handle in self._program.functions.named.items():
            names[id(handle.variable)] = name
        return self._learners.get(user, self.parts.variables + made, names)

    # -- programs

    def program(
        self, objective: Objective, learner: Learner, options: Options
    ) -> TrainingProgram:
        """Return the program for a number of steps, the same for equal arguments."""
        key = id(objective), id(learner.optimizer), options
        if key not in self._programs:
            jit = chosen_jit(self._program, self.parts.trial)
            self._programs[key] = self._construct(objective, learner, options, jit)
        return self._programs[key]

    def _construct(self, objective, learner, options, jit):
        missing = ()
        if options.rest_of is not None:
            whole = options._replace(n_steps=options.rest_of, rest_of=None)
            missing = self.program(objective, learner, whole).program.missing
        with interrupts_held(), self._program.inside():
            program = TrainingProgram(
                self.parts, objective, learner, options, jit, missing
            )
            with tf.control_dependencies([program.done]):
                update = tf.group(self.step.assign_add(1))
        return Ready(program, update)

    def update(
        self, objective: Objective, learner: Learner, options: Options, piece: Piece
    ) -> Dict[Any, float]:
        """
        Run one update.

        Parameters
        ----------
        objective : Objective
            What is made small.
        learner : Learner
            How.
        options : Options
            Which program.
        piece : Piece
            What it is fed.

        Returns
        -------
        dict of object to float
            Losses before the update, by key, and their sum as "loss".
        """
        key = id(objective), id(learner.optimizer), options
        ready = self.program(objective, learner, options)
        try:
            losses = self._run(ready, piece)
        except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError) as error:
            if (
                key in self._proven
                or not ready.program.jit
                or not self._is_about(error)
            ):
                raise
            logger.info("A training program does not compile: %s", error)
            self._programs[key] = self._construct(objective, learner, options, False)
            losses = self._run(self._programs[key], piece)
        self._proven.add(key)
        return losses

    def _run(self, ready, piece):
        feeds = dict(piece.extra_feeds or {})
        feeds.update(ready.program.feeds(piece.data, piece.start, piece.fresh))
        fetches = [ready.program.fetches, ready.update]
        found = traced_run(self._program.sess, fetches, feeds, piece.trace)
        self._program.host.advance(ready.program.options.n_steps)
        return ready.program.losses(found[0])

    def _is_about(self, error):
        """Whether an error is about compilation, and we may do without."""
        automatic = self._program.settings.jit_compile == "auto"
        return automatic and re.search("xla|compil", str(error), re.IGNORECASE)


def _variable(name, value):
    """Make a variable that takes the place of an array."""
    return v1.get_variable(
        name,
        value.shape,
        value.dtype,
        initializer=v1.zeros_initializer(),
        trainable=False,
        use_resource=True,
    )


def _ids(items):
    return tuple(id(item) for item in items)
