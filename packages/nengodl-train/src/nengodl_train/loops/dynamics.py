# SPDX-License-Identifier: MIT
"""The step of a network as a function of what it is differentiated by."""

from typing import Any, Dict, List, NamedTuple, Optional, Sequence

import tensorflow as tf
from nengo_dl.extend.training import prepare

from nengodl_train.loops.trial import Trial

# stands among parameters for what steps are fed
FEED = "feed"


class Xs(NamedTuple):
    """
    What gradients are taken by, apart from state.

    Parameters
    ----------
    prepared : dict of object to tf.Tensor
        Parts of parameters, as steps read them.
    parameters : dict of int to tf.Tensor
        Homes that are parameters; `FEED` may be among them.
    variables : list of tf.Variable
        Variables that functions of TensorNodes read.
    """

    prepared: Dict[Any, Any]
    parameters: Dict[Any, Any]
    variables: List[Any]

    def flat(self) -> List[Any]:
        """List all of them in order."""
        tensors = list(self.prepared.values()) + list(self.parameters.values())
        return tensors + list(self.variables)

    def renamed(self) -> "Xs":
        """Give the tensors other names, for gradients inside a loop."""
        return self._replace(
            prepared={key: tf.identity(value) for key, value in self.prepared.items()},
            parameters={n: tf.identity(value) for n, value in self.parameters.items()},
        )

    def total(self, gradients: Sequence[Optional[tf.Tensor]]) -> List[Any]:
        """
        Carry gradients by parts of parameters over to the parameters.

        Parameters
        ----------
        gradients : sequence of tf.Tensor or None
            By all in `flat`.

        Returns
        -------
        list of tf.Tensor or None
            By `parameters`, and then by `variables`.
        """
        n = len(self.prepared)
        pairs = [
            (value, gradient)
            for value, gradient in zip(self.prepared.values(), gradients[:n])
            if gradient is not None
        ]
        parameters = list(self.parameters.values())
        found: List[Any] = [None] * len(parameters)
        if pairs and parameters:
            values, grads = zip(*pairs)
            found = tf.gradients(list(values), parameters, grad_ys=list(grads))
        rest = gradients[n:]
        direct = [add(a, b) for a, b in zip(found, rest[: len(parameters)])]
        return direct + list(rest[len(parameters) :])


def add(a: Optional[tf.Tensor], b: Optional[tf.Tensor]) -> Optional[tf.Tensor]:
    """Add two gradients, either of which may be None."""
    if a is None or b is None:
        return b if a is None else a
    return tf.convert_to_tensor(a) + tf.convert_to_tensor(b)


class StepInputs(NamedTuple):
    """
    What all steps of a run share.

    Parameters
    ----------
    homes : list of tf.Tensor
        Values of all homes, of those that change the initial ones.
    constants : list of tf.Tensor
        Constants of the step.
    feed : tf.Tensor, shape (steps, minibatch, elements)
        What steps are fed.
    start : tf.Tensor, shape ()
        Number of steps done before, int32.
    """

    homes: List[Any]
    constants: List[Any]
    feed: Any
    start: Any


class Moment(NamedTuple):
    """What one step gives: live state, rows of the probes wanted, and what to keep."""

    state: List[Any]
    rows: List[Any]
    kept: List[Any]
    boundaries: List[Any]
    calls: List[Any]


class Dynamics:
    """
    The steps of a run.

    Parameters
    ----------
    trainee : nengo_dl.loop.Block
        The step in training.
    trial : Trial
        What it is like.
    inputs : StepInputs
        What all steps share.
    probes : sequence of int
        Positions of the probes that are wanted.
    parameters : sequence of int
        Homes that are parameters; `FEED` for what steps are fed.
    variables : sequence of tf.Variable
        Variables that are trained, too.
    """

    def __init__(
        self,
        trainee: Any,
        trial: Trial,
        inputs: StepInputs,
        probes: Sequence[int],
        parameters: Sequence[Any],
        variables: Sequence[Any],
    ):
        self.trial = trial
        self.inputs = inputs
        self.probes = tuple(probes)
        self._trainee = trainee
        self._live = [trainee.changing[position] for position in trial.live]
        homes = dict(enumerate(inputs.homes))
        homes[FEED] = inputs.feed
        self.xs = Xs(
            prepare(trainee.step, inputs.homes, inputs.constants, parameters),
            {number: homes[number] for number in parameters},
            list(variables),
        )

    @property
    def n_steps(self) -> int:
        """int: number of steps of a run."""
        return int(self.inputs.feed.shape[0])

    @property
    def rows(self):
        """List of (tuple, tf.DType): shape and type of what each probe gives."""
        return [self.trial.rows[probe] for probe in self.probes]

    def initial(self) -> List[tf.Tensor]:
        """Return the live state before the first step."""
        return [self.inputs.homes[number] for number in self._live]

    def step(self, i: Any, state: Sequence[tf.Tensor], xs: Optional[Xs] = None):
        """
        Compute one step.

        Parameters
        ----------
        i : tf.Tensor or int
            Number of the step in the run, from 0.
        state : sequence of tf.Tensor
            Live state before it.
        xs : Xs, optional
            Stand-ins for what gradients are taken by.

        Returns
        -------
        Moment
            What the step gives.
        """
        xs = self.xs if xs is None else xs
        homes = dict(enumerate(self.inputs.homes))
        homes[FEED] = self.inputs.feed
        homes.update(zip(self._live, state))
        homes.update(xs.parameters)
        result = self._trainee.step(
            [homes[number] for number in range(len(self.inputs.homes))],
            tf.gather(homes[FEED], i),
            self.inputs.constants,
            self.inputs.start + i + 1,
            xs.prepared,
        )
        return Moment(
            [result.state[position] for position in self.trial.live],
            [result.probes[probe] for probe in self.probes],
            list(result.kept),
            list(result.boundaries),
            list(result.calls),
        )
