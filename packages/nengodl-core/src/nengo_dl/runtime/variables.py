# SPDX-License-Identifier: MIT
"""Variables that functions of the user make while a program is written down."""

import contextlib
import itertools
from typing import Any, Dict, List

import tensorflow as tf

from nengo_dl.compat.tensorflow import v1
from nengo_dl.errors import ChangedVariablesError


class Variables:
    """
    The variables of a program, by the operator whose function made them.

    A function is called several times: outside the loop first, and then for each step
    that is written down in it. Only its first call makes variables; the others get the
    same ones, in the same order.
    """

    def __init__(self):
        self._made: Dict[Any, List[Any]] = {}
        self._number = itertools.count()

    @contextlib.contextmanager
    def of(self, op: Any):
        """
        Make variables, or hand out those that were made before.

        Parameters
        ----------
        op : nengo.builder.Operator
            Whose function is called inside the ``with`` block.
        """
        first = op not in self._made
        made = self._made.setdefault(op, [])
        replay = iter(list(made))

        def creator(next_creator, **kwargs):
            if first:
                made.append(self.make(next_creator, **kwargs))
                return made[-1]
            variable = next(replay, None)
            if variable is None:
                raise ChangedVariablesError(op, len(made))
            return variable

        # a scope of its own for each call: `get_variable` would else find by name some of
        # the variables that are handed out in order
        scope = v1.variable_scope(f"calls_{next(self._number)}")
        with tf.variable_creator_scope(creator), scope:
            try:
                yield
            except BaseException:
                if first:  # that call was none; the next one is the first
                    del self._made[op]
                raise

    @contextlib.contextmanager
    def more_of(self, op: Any):
        """Make further variables, which no later call gets."""
        extra = self._made.setdefault((op, "pre_build"), [])

        def creator(next_creator, **kwargs):
            extra.append(self.make(next_creator, **kwargs))
            return extra[-1]

        with tf.variable_creator_scope(creator):
            yield

    @staticmethod
    def make(next_creator, **kwargs):
        """Make a variable that a compiled program can read."""
        if "use_resource" in kwargs:  # TensorFlow 1 asks, and XLA needs it
            kwargs["use_resource"] = True
        return next_creator(**kwargs)

    def made_by(self, op: Any) -> List[Any]:
        """
        List the variables of an operator.

        Parameters
        ----------
        op : nengo.builder.Operator
            The operator.

        Returns
        -------
        list of tf.Variable
            Those of its `pre_build`, and then those of its function.
        """
        return self._made.get((op, "pre_build"), []) + self._made.get(op, [])

    def clear(self) -> None:
        """Forget all of them: there is a new graph."""
        self._made.clear()
