# SPDX-License-Identifier: MIT
"""The objective: functions of probes to one number, in the graph."""

import numbers
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengo_dl.extend.training import Output, v1
from nengo_dl.utils import function_name

from nengodl_train.optimizers.errors import NoGradientError


class Losses(NamedTuple):
    """
    What an objective gives.

    Parameters
    ----------
    keys : list
        Keys of the objective that have a value.
    values : list of tf.Tensor
        Their values, scalars.
    total : tf.Tensor or None
        The sum of them, None if there are none.
    """

    keys: List[Any]
    values: List[Any]
    total: Any


class Objective:
    """
    The functions that are to be made small.

    Parameters
    ----------
    outputs : sequence of Output
        The objective as the user gave it. A function of None means that the data of its
        probes is the gradient by their output.
    variables : OutputVariables
        Keeps the variables that the functions make.
    """

    def __init__(self, outputs: Sequence[Output], variables: Any):
        self.outputs = tuple(outputs)
        self._variables = variables
        self.probes = unique(p for output in outputs for p in output.probes)
        self.targets = unique(
            p for output in outputs if output.has_target for p in output.probes
        )
        self.direct = unique(
            p for output in outputs if output.function is None for p in output.probes
        )

    @property
    def data(self) -> List[Any]:
        """List of Probe: those that need data, as a target or as a gradient."""
        return unique(self.targets + self.direct)

    def trial(self, shapes: Dict[Any, Tuple], dtype: Any) -> None:
        """
        Call the functions once in the plain graph, where they may make variables.

        Raises NoGradientError if their values depend on nothing.

        Parameters
        ----------
        shapes : dict of Probe to tuple
            Shapes of the outputs.
        dtype : tf.DType
            Type of outputs and targets.
        """
        rows, targets = (
            {p: v1.placeholder(dtype, shape) for p, shape in shapes.items()}
            for _ in range(2)
        )
        total = self.evaluate(rows, targets).total
        if self.direct:
            return
        variables = [variable for variable in self.variables() if variable.trainable]
        found = tf.gradients(total, list(rows.values()) + variables)
        if all(gradient is None for gradient in found):
            raise NoGradientError()

    def evaluate(self, rows: Dict[Any, Any], targets: Dict[Any, Any]) -> Losses:
        """
        Write the functions down.

        Parameters
        ----------
        rows : dict of Probe to tf.Tensor
            Outputs, (minibatch, steps, ...).
        targets : dict of Probe to tf.Tensor
            Targets of the same shapes.

        Returns
        -------
        Losses
            The values.
        """
        keys, values = [], []
        for output in self.outputs:
            if output.function is not None:
                keys.append(output.key)
                values.append(self._value(output, rows, targets))
        return Losses(keys, values, tf.add_n(values) if values else None)

    def _value(self, output, rows, targets):
        arguments = [[rows[probe] for probe in output.probes]]
        if output.has_target:
            arguments.append([targets[probe] for probe in output.probes])
        several = isinstance(output.key, tuple)
        with self._variables.of(output):
            result = output.function(
                *[tuple(one) if several else one[0] for one in arguments]
            )
        dtype = arguments[0][0].dtype
        parts = result if isinstance(result, (tuple, list)) else [result]
        if not parts:
            _refuse(output, result)
        return tf.add_n([_sum(output, part, dtype) for part in parts])

    def variables(self) -> List[Any]:
        """List of tf.Variable: all that the functions made."""
        return unique(
            v for output in self.outputs for v in self._variables.made_by(output)
        )


def _sum(output, value, dtype):
    """Sum over all elements of what a function returned."""
    if not tf.is_tensor(value) and not isinstance(value, (numbers.Number, np.ndarray)):
        _refuse(output, value)
    return tf.reduce_sum(tf.cast(value, dtype))


def _refuse(output, value):
    raise ValidationError(
        f"the function {function_name(output.function, sanitize=False)!r} for {output.key}"
        f" must return a tensor, or a tuple or list of tensors, but returned {value!r}",
        attr="objective",
    )


def unique(items):
    """Leave out what comes again; objects are told apart by identity."""
    return list({id(item): item for item in items}.values())
