# SPDX-License-Identifier: MIT
"""What a rule may know beside the tensors that it computes with."""

from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np
import tensorflow as tf


class Environment(NamedTuple):
    """
    What all operators of a program have in common.

    Parameters
    ----------
    dt : float
        Length of a time step, in seconds.
    dtype : tf.DType
        Type of all floating point values.
    batch : int
        Size of the minibatch.
    kernels : nengo_dl.kernels.Kernels
        Computations that may be compiled code.
    hosted : nengo_dl.lower.hosted.HostedSteps, optional
        Operators that run on the host.
    variables : object, optional
        Variables that functions of the user make; ``variables.of(op)`` is a context.
    training : bool, optional
        Whether the step is for training: spiking neurons are replaced by rate neurons,
        or have a surrogate of their derivative.
    lif_smoothing : float, optional
        Width of the smoothing of LIF neurons in training.
    surrogate : str or callable, optional
        Derivative of spikes in training, None for rates.
    """

    dt: float
    dtype: Any
    batch: int
    kernels: Any
    hosted: Any = None
    variables: Any = None
    training: bool = False
    lif_smoothing: Optional[float] = None
    surrogate: Union[str, Callable, None] = None


class Context:
    """
    The operators of a group, and helpers to write their constants down.

    Attributes
    ----------
    ops : tuple of nengo.builder.Operator
        The operators that are computed together.
    dt, dtype, batch, kernels, hosted, variables, training : object
        See `Environment`.
    lif_smoothing, surrogate : object
        See `Environment`.
    last : bool
        Whether tensors have the axis of operators last, not behind the batch.
    folds : tuple of int
        For each operand how often its operators have to be repeated.
    step : tf.Tensor
        Number of the step that is computed, from 1, int32, shape ().
    """

    def __init__(self, ops: Tuple, environment: Environment):
        self.ops = ops
        self.__dict__.update(environment._asdict())
        self.step = None
        self.sizes = None
        self.last = False
        self.folds: Tuple[int, ...] = ()
        self.kept: List[tf.Tensor] = []
        self.calls: List[tf.Tensor] = []

    def scalar(self, value: float) -> tf.Tensor:
        """Make a constant of the simulation's type."""
        return tf.constant(value, self.dtype)

    def per_op(self, attribute: Callable[[Any], float], ndim: int = 3) -> tf.Tensor:
        """
        Make a constant that differs between operators.

        Parameters
        ----------
        attribute : callable
            Function from an operator to a number.
        ndim : int, optional
            Rank of the tensors that it has to broadcast with.

        Returns
        -------
        tf.Tensor
            A scalar if all operators agree; else of shape (1, n_operators, 1, ...), or
            (1, ..., 1, n_operators) if `last`, or (1, 1, n_elements) where an
            elementwise rule gets all elements in one row.
        """
        return self.values([attribute(op) for op in self.ops], ndim)

    def values(self, values: Sequence[float], ndim: int = 3) -> tf.Tensor:
        """Make a constant like `per_op`, from one number for each operator."""
        values = np.array([float(value) for value in values])
        if (values == values[0]).all():
            return self.scalar(values[0])
        if self.sizes is not None:
            return self.scalar(np.repeat(values, self.sizes).reshape((1, 1, -1)))
        if self.last:
            return self.scalar(values.reshape((1,) * (ndim - 1) + (-1,)))
        return self.scalar(values.reshape((1, -1) + (1,) * (ndim - 2)))

    def keep(self, tensor: tf.Tensor) -> tf.Tensor:
        """
        Have XLA compute a tensor once, and store it.

        XLA on the CPU computes a cheap producer again in each of its consumers, and for
        each element of a product, unless some consumer can't be fused with it. Leaving
        the loop is such a consumer.

        Parameters
        ----------
        tensor : tf.Tensor
            A value that is expensive, or used often.

        Returns
        -------
        tf.Tensor
            The same tensor.
        """
        self.kept.append(tensor)
        return tensor

    def type_of(self, dtype: Any) -> tf.DType:
        """Say in which type values of a signal are computed."""
        kinds = {"f": self.dtype, "b": tf.bool}
        return kinds.get(np.dtype(dtype).kind, tf.int32)

    def call_host(
        self,
        function: Callable,
        inputs: Sequence[tf.Tensor],
        types: Sequence[tf.DType],
        shapes: Sequence[Tuple[int, ...]],
    ) -> List[tf.Tensor]:
        """
        Call a function of arrays, on the host, once each step.

        Calls of one step follow each other, as functions may have side effects.

        Parameters
        ----------
        function : callable
            From arrays to a list of arrays.
        inputs : sequence of tf.Tensor
            Its arguments.
        types : sequence of tf.DType
            Types of what it returns.
        shapes : sequence of tuple of int
            Shapes of what it returns.

        Returns
        -------
        list of tf.Tensor
            What it returns.
        """
        # the number of the step goes from call to call: an order that XLA keeps, too
        after = self.calls[-1] if self.calls else self.step
        results, done = self.kernels.host_call(function, inputs, types, shapes, after)
        self.calls.append(done)
        return results
