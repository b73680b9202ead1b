# SPDX-License-Identifier: MIT
"""Optimizers of Keras 3, which needs TensorFlow 2.16 or later."""

import re
from typing import Any

import numpy as np
import tensorflow as tf

from nengodl_train.optimizers.base import Optimizer, StateVariable, unique_names, v1
from nengodl_train.optimizers.errors import OptimizerError
from nengodl_train.optimizers.keras_checks import check_same, check_usable
from nengodl_train.optimizers.keras_object import (
    changes,
    configuration,
    is_keras_3,
    outside,
    plain,
    schedule,
    stand_in,
)

__all__ = ["KerasOptimizer", "is_keras_3"]

ELEMENTWISE = {
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lion",
    "Nadam",
    "RMSprop",
    "SGD",
    "ScheduleFreeAdamW",
}


class KerasOptimizer(Optimizer):
    """
    An optimizer of Keras 3 within one graph.

    A copy of the user's, made by `from_config` in the graph, updates the parameters, so
    that each graph has a state of its own, which starts anew.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        The user's optimizer.

    Raises
    ------
    OptimizerError
        If it needs what is not supported.
    """

    def __init__(self, optimizer: Any):
        super().__init__(optimizer)
        self._config = configuration(optimizer)
        check_usable(optimizer, self._config)
        self._copy = None
        self._stand_ins = {}
        self._rate = None

    @property
    def elementwise(self) -> bool:
        """Whether each element is updated regardless of the others in its variable."""
        kind = type(self.optimizer)  # nobody knows about classes of the user's
        known = kind.__module__.startswith("keras.") and kind.__name__ in ELEMENTWISE
        return known and not self._config.get("clipnorm")

    def _make_state(self, parameters):
        graph = v1.get_default_graph()
        n_before = len(graph.get_operations())
        config = dict(plain(self._config), **schedule(self.optimizer))
        self._copy = type(self.optimizer).from_config(config)
        stand_ins = [
            stand_in(parameter, f"{parameter.op.name.replace('/', '_')}.{index}")
            for index, parameter in enumerate(parameters)
        ]
        self._copy.build(stand_ins)
        check_same(self.optimizer, self._copy)
        self._stand_ins = {id(s.value): s for s in stand_ins}
        made = graph.get_operations()[n_before:]
        initializers = _initializers(self._copy.variables, made)
        return self._describe(stand_ins), initializers

    def _describe(self, stand_ins):
        """Name the state, of which the learning rate is none: it is the user's."""
        variables = list(self._copy.variables)
        if isinstance(self._config["learning_rate"], float):
            rate = self._copy.learning_rate
            variables = [variable for variable in variables if variable is not rate]
            value = v1.placeholder(rate.value.dtype, ())
            self._rate = (value, rate.value.assign(value))
        owned = [_owner(variable.name, stand_ins) for variable in variables]
        names = {
            index: iter(unique_names([name for name, i in owned if i == index]))
            for _, index in owned
        }
        return [
            StateVariable(next(names[index]), variable.value, index)
            for variable, (_, index) in zip(variables, owned)
        ]

    def _update(self, pairs, values):
        targets = [self._stand_ins[id(parameter)] for _, parameter in pairs]
        gradients = [tf.ensure_shape(gradient, p.shape) for gradient, p in pairs]
        given = [(p, value) for p, value in zip(targets, values) if value is not None]
        arguments = gradients + [value for _, value in given]
        specs = [tf.TensorSpec(g.shape, g.dtype) for g in arguments]

        def update(*arguments):
            # In here, since XLA forgets that what this function reads depends on something
            # that is done before it is called.
            for (parameter, _), value in zip(given, arguments[len(gradients) :]):
                parameter.value.assign(value)
            self._copy.apply(list(arguments[: len(gradients)]), targets)
            return tf.constant(True)

        # Within a compiled function, or else conditions are written in a way that XLA
        # does not know.
        compiled = v1.get_default_graph().building_function or None
        function = tf.function(update, autograph=False, jit_compile=compiled)
        # Keras compares tensors with ==, which asks whether they are the same object if
        # there is a graph around.
        concrete = outside(lambda: function.get_concrete_function(*specs))
        return [concrete(*arguments).op]

    def refresh(self, sess: Any) -> None:
        """
        Take over a learning rate that the user changed.

        Keras itself fails to change that of an optimizer that was made outside of
        `with sim:` inside of it.

        Parameters
        ----------
        sess : tf.compat.v1.Session
            Holds the variables.

        Raises
        ------
        OptimizerError
            If something else was changed.
        """
        config = configuration(self.optimizer)
        changed = changes(self._config, config)
        rate = config["learning_rate"]
        if changed not in ([], ["learning_rate"]) or (
            changed and (self._rate is None or not isinstance(rate, float))
        ):
            raise OptimizerError(
                f"{type(self.optimizer).__name__} was given another {', '.join(changed)}"
                " after it had been used. Only a learning rate that is a number can be"
                " changed, to a number; make a new optimizer for other changes."
            )
        self._config = config
        if self._rate is not None:
            value, assign = self._rate
            sess.run(assign, {value: np.float64(rate)})


def _initializers(variables, made):
    """
    Find what initialises variables, and do again behind it what `build` assigned.

    In a graph, an assignment is an operation that nobody runs.
    """
    initializers = [variable.value.initializer for variable in variables]
    known = {op.name for op in initializers}
    with tf.control_dependencies(initializers):
        return initializers + [
            tf.raw_ops.AssignVariableOp(resource=op.inputs[0], value=op.inputs[1])
            for op in made
            if op.type == "AssignVariableOp" and op.name not in known
        ]


def _owner(name, stand_ins):
    """Split a name, for example "weights.0_momentum" into "momentum" and 0."""
    found = [
        (len(s.name), index)
        for index, s in enumerate(stand_ins)
        if name == s.name or name.startswith(s.name + "_")
    ]
    if found:
        length, index = max(found)
        return name[length + 1 :] or "state", index
    # Keras counts variables without a name, over all optimizers of the process
    return re.sub(r"_\d+$", "", name), None
