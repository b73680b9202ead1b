# SPDX-License-Identifier: MIT
"""Optimizers of ``tf.compat.v1.train``, which work in TensorFlow 1.14 to 2.21."""

from typing import Any

import tensorflow as tf

from nengodl_train.optimizers.base import Optimizer, StateVariable, unique_names, v1
from nengodl_train.optimizers.errors import OptimizerError

ELEMENTWISE = tuple(
    getattr(v1.train, f"{name}Optimizer")
    for name in (
        "Adadelta",
        "Adagrad",
        "AdagradDA",
        "Adam",
        "Ftrl",
        "GradientDescent",
        "Momentum",
        "ProximalAdagrad",
        "ProximalGradientDescent",
        "RMSProp",
    )
)


class ClassicOptimizer(Optimizer):
    """
    A ``tf.compat.v1.train.Optimizer`` within one graph.

    Its state is its own in each graph, as it tells parameters apart by their graphs.

    Parameters
    ----------
    optimizer : tf.compat.v1.train.Optimizer
        The user's optimizer.

    Raises
    ------
    OptimizerError
        If it changes how gradients are computed, or waits for other processes.
    """

    def __init__(self, optimizer: Any):
        super().__init__(optimizer)
        _refuse_wrappers(optimizer)

    @property
    def elementwise(self) -> bool:
        """Whether each element is updated regardless of the others in its variable."""
        return type(self.optimizer) in ELEMENTWISE  # nobody knows about subclasses

    def refresh(self, sess: Any) -> None:
        """
        Do nothing: a learning rate that changes is a tensor, which programs read.

        Parameters
        ----------
        sess : tf.compat.v1.Session
            Holds the variables.
        """

    def _make_state(self, parameters):
        made = []

        def creator(next_creator, **kwargs):
            made.append(next_creator(**kwargs))
            return made[-1]

        scope = v1.get_variable_scope().name + "/"
        # Makes its variables at the first call, whose operations nobody runs.
        zeros = [tf.zeros(p.shape, p.dtype.base_dtype) for p in parameters]
        with tf.variable_creator_scope(creator):
            self.optimizer.apply_gradients(list(zip(zeros, parameters)))
        state = self._slots(parameters, made)
        state += _others(made, {id(item.variable) for item in state}, scope)
        return state, [variable.initializer for variable in made]

    def _slots(self, parameters, made):
        """Find those of the variables made that belong to a parameter."""
        new = {id(variable) for variable in made}
        slots = [
            StateVariable(name, self.optimizer.get_slot(parameter, name), index)
            for name in self.optimizer.get_slot_names()
            for index, parameter in enumerate(parameters)
        ]
        return [slot for slot in slots if id(slot.variable) in new]

    def _update(self, pairs, values):
        new = zip(values, (parameter for _, parameter in pairs))
        with tf.control_dependencies([p.assign(v).op for v, p in new if v is not None]):
            return [self.optimizer.apply_gradients(pairs)]


def _others(made, slots, scope):
    """Name the variables that belong to all parameters, such as powers of Adam's betas."""
    others = [variable for variable in made if id(variable) not in slots]
    names = [variable.op.name for variable in others]
    names = [n[len(scope) :] if n.startswith(scope) else n for n in names]
    return [
        StateVariable(name, variable, None)
        for name, variable in zip(unique_names(names), others)
    ]


def _refuse_wrappers(optimizer):
    """Refuse optimizers that do more than apply gradients."""
    experimental = getattr(v1.train, "experimental", None)
    scaling = getattr(experimental, "MixedPrecisionLossScaleOptimizer", ())
    if isinstance(optimizer, scaling):
        raise OptimizerError(
            f"{type(optimizer).__name__} divides the gradients by a scale with which it"
            " expects the loss to be multiplied, and no loss is scaled here. Give the"
            " optimizer that it wraps."
        )
    if isinstance(optimizer, v1.train.SyncReplicasOptimizer):
        raise OptimizerError(
            f"{type(optimizer).__name__} waits for gradients of other processes, of which"
            " a simulator has none. Give the optimizer that it wraps."
        )
