# SPDX-License-Identifier: MIT
"""Functions of TensorNodes: what they want done before and behind, and their variables."""

from typing import Any, Dict, List, Sequence

import numpy as np
import tensorflow as tf

from nengo_dl.compat.tensorflow import v1
from nengo_dl.runtime.variables import Variables


class Variable:
    """
    A variable of a TensorNode, for whoever stores and restores values.

    Parameters
    ----------
    variable : tf.Variable
        The variable.
    """

    def __init__(self, variable: Any):
        self.variable = variable
        self.trainable = variable.trainable
        dtype = variable.dtype.base_dtype
        self._given = v1.placeholder(dtype, variable.shape)
        self._load = variable.assign(self._given)
        self._read = variable.read_value()

    @property
    def shape(self):
        """Tuple of int: shape of the value."""
        return tuple(self.variable.shape.as_list())

    def value(self, sess: Any) -> np.ndarray:
        """Return the live value."""
        return sess.run(self._read)

    def load(self, sess: Any, value: np.ndarray) -> None:
        """Store a value."""
        sess.run(self._load.op, {self._given: value})


class UserFunctions:
    """
    The functions of all TensorNodes of a program.

    Parameters
    ----------
    operators : sequence of SimTensorNode
        Their operators, in the order of the model.
    variables : Variables
        Keeps the variables that the functions make.

    Attributes
    ----------
    named : dict of str to Variable
        The variables under names that are the same for equal networks.
    """

    def __init__(self, operators: Sequence[Any], variables: Variables):
        self.operators = tuple(operators)
        self.variables = variables
        self.named: Dict[str, Variable] = {}
        self._initial: Dict[str, np.ndarray] = {}

    def prepare(self, batch: int) -> None:
        """Call `pre_build` of all functions, in a new graph."""
        self.variables.clear()
        for op in self.operators:
            pre_build = getattr(op.function, "pre_build", None)
            if pre_build is not None:
                node = op.node
                shape_in = (batch, node.size_in) if node.size_in > 0 else None
                with self.variables.more_of(op):
                    pre_build(shape_in, (batch, node.size_out))

    def construct(self) -> None:
        """Write down how variables are initialised, read and set."""
        self.named = {
            f"tensor_nodes[{i}]/variables[{j}]": Variable(variable)
            for i, op in enumerate(self.operators)
            for j, variable in enumerate(self.variables.made_by(op))
        }
        made = [handle.variable for handle in self.named.values()]
        self._initialiser = v1.variables_initializer(made)

    def initialise(self, sess: Any) -> None:
        """Give all variables their initial values, and remember these."""
        if self.named:
            sess.run(self._initialiser)
            self._initial = {
                name: handle.value(sess) for name, handle in self.named.items()
            }

    def load_initial(self, sess: Any, include_trainable: bool) -> None:
        """Set variables back to their initial values."""
        for name, handle in self.named.items():
            if include_trainable or not handle.trainable:
                handle.load(sess, self._initial[name])

    def post_build(self, sess: Any, rng: np.random.RandomState) -> None:
        """Call `post_build` of all functions."""
        for op in self.operators:
            post_build = getattr(op.function, "post_build", None)
            if post_build is not None:
                post_build(sess, rng)

    def trainable(self) -> List[tf.Variable]:
        """List the variables that training changes."""
        return [h.variable for h in self.named.values() if h.trainable]
