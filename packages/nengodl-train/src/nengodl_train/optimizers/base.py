# SPDX-License-Identifier: MIT
"""What a training program asks of an optimizer."""

import abc
import contextlib
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

import tensorflow as tf

from nengodl_train.optimizers.errors import NoGradientError, OptimizerError

v1 = tf.compat.v1


class StateVariable(NamedTuple):
    """
    A variable that an optimizer keeps from one update to the next.

    Parameters
    ----------
    name : str
        What it is, such as "m"; no two of one optimizer have both name and parameter in
        common, and the names are those of any equal simulator.
    variable : tf.Variable
        The variable.
    parameter : int or None
        Which parameter it belongs to, None if it is of all of them.
    """

    name: str
    variable: Any
    parameter: Optional[int]


class Optimizer(abc.ABC):
    """
    An optimizer of the user's within one graph.

    In this order: `prepare` in the plain graph, a session runs `initializer`, `apply`
    while a program is written down (once for each program), `refresh` before the program
    runs. No call changes the user's optimizer.

    Parameters
    ----------
    optimizer : object
        The user's optimizer.

    Attributes
    ----------
    variables : list of StateVariable
        All state, in an order that is the same in any equal simulator.
    initializer : tf.Operation
        Sets all state to its initial values.
    """

    def __init__(self, optimizer):
        self.optimizer = optimizer
        self.variables: List[StateVariable] = []
        self.initializer: Optional[tf.Operation] = None
        self._parameters: Optional[List[Any]] = None

    @property
    @abc.abstractmethod
    def elementwise(self) -> bool:
        """
        Whether each element is updated regardless of the others in its variable.

        Then some parameters may be parts of one variable.
        """

    def prepare(self, parameters: Sequence[Any]) -> None:
        """
        Make the state variables in the current graph, unless there are some already.

        Parameters
        ----------
        parameters : sequence of tf.Variable
            All that is going to be trained.

        Raises
        ------
        OptimizerError
            If the optimizer cannot be used in this graph, or for such parameters.
        """
        if self._parameters is not None:
            return self._check(parameters)
        name = v1.get_default_graph().unique_name("optimizer")
        with _top_scope(name), self._reporting("prepared"):
            self.variables, initializers = self._make_state(list(parameters))
            self.initializer = tf.group(*initializers)
        self._parameters = list(parameters)

    def apply(
        self,
        gradients: Sequence[Any],
        parameters: Sequence[Any],
        values: Sequence[Optional[Any]] = (),
    ) -> List[tf.Operation]:
        """
        Write down one update of parameters and state, in a function or a plain graph.

        Parameters
        ----------
        gradients : sequence of tf.Tensor, tf.IndexedSlices or None
            Gradient of each parameter, None if it has none; it is then left alone.
        parameters : sequence of tf.Variable
            Those that were handed to `prepare`.
        values : sequence of tf.Tensor or None, optional
            What to set each parameter to before the update; None for its own value.

        Returns
        -------
        list of tf.Operation
            The update is done when these are.

        Raises
        ------
        NoGradientError
            If there is no gradient at all.
        OptimizerError
            If the optimizer fails.
        """
        self._check(parameters)
        used = [n for n, gradient in enumerate(gradients) if gradient is not None]
        if not used:
            raise NoGradientError()
        pairs = [(_dense(gradients[n], parameters[n]), parameters[n]) for n in used]
        new = list(values) or [None] * len(parameters)
        with self._reporting("applied"):
            done = self._update(pairs, [new[n] for n in used])
        # those without a gradient get their value, too: it is read again behind the update
        rest = set(range(len(parameters))).difference(used)
        return done + [
            parameters[n].assign(new[n]).op for n in sorted(rest) if new[n] is not None
        ]

    @abc.abstractmethod
    def refresh(self, sess: Any) -> None:
        """
        Take over what the user changed on the optimizer since.

        Parameters
        ----------
        sess : tf.compat.v1.Session
            Holds the variables.

        Raises
        ------
        OptimizerError
            If something was changed that cannot be taken over.
        """

    @abc.abstractmethod
    def _make_state(self, parameters) -> Tuple[List[StateVariable], List[tf.Operation]]:
        """Make state variables; give them and what initialises all of them."""

    @abc.abstractmethod
    def _update(self, pairs, values) -> List[tf.Operation]:
        """Write down an update with pairs of gradient and parameter; see `apply`."""

    def _check(self, parameters):
        """Notice a caller that mixes up graphs or parameters."""
        expected = [id(parameter) for parameter in self._parameters or ()]
        if [id(parameter) for parameter in parameters] != expected:
            raise ValueError(
                f"An optimizer was prepared for {len(expected)} parameters, and got"
                f" {len(parameters)} others."
            )

    @contextlib.contextmanager
    def _reporting(self, done):
        """Say which optimizer it was that failed."""
        try:
            yield
        except OptimizerError:
            raise
        except Exception as error:
            raise OptimizerError(
                f"{type(self.optimizer).__name__} cannot be {done}:"
                f" {type(error).__name__}: {error}\n"
                "If it uses tensors, for its learning rate for example, they have to be"
                " made in the graph of the simulator, that is inside `with sim:`."
            ) from error


def unique_names(names: Sequence[str]) -> List[str]:
    """
    Append numbers to names that came before.

    Parameters
    ----------
    names : sequence of str
        The names.

    Returns
    -------
    list of str
        For "a", "a" for example "a", "a_1".
    """
    result = []
    for name in names:
        number, candidate = 0, name
        while candidate in result:
            number += 1
            candidate = f"{name}_{number}"
        result.append(candidate)
    return result


@contextlib.contextmanager
def _top_scope(name):
    """Name what is made after `name`, whatever scopes the caller is in."""
    # `get_variable` would else share variables with, or find names taken by, another
    # optimizer: in a scope that reuses variables, or one that is entered again
    scope = v1.VariableScope(reuse=False, name=name)
    variable_scope = v1.variable_scope(scope, auxiliary_name_scope=False)
    with tf.control_dependencies(None), v1.name_scope(name + "/"), variable_scope:
        yield


def _dense(gradient, parameter):
    """
    Add up the rows of a sparse gradient.

    Some optimizers leave the state of rows alone that a sparse gradient lacks, so that a
    gather instead of a matrix product would change what is learned.
    """
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    n_rows = int(parameter.shape[0])
    return tf.math.unsorted_segment_sum(gradient.values, gradient.indices, n_rows)
