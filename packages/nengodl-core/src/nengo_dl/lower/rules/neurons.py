# SPDX-License-Identifier: MIT
"""Operators of neurons: which step belongs to which type of neurons."""

from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence

import numpy as np
import tensorflow as tf
from nengo.builder.neurons import SimNeurons

from nengo_dl.lower.refs import ref_of
from nengo_dl.lower.registry import Operands, lowers, register
from nengo_dl.lower.rules.basic import size_class
from nengo_dl.lower.rules.surrogate import trains_spikes

# Neurons from which a compiled kernel pays, and how many if operators are interleaved: XLA
# fuses the products around those with their step. Times without and with the kernel
# divided (TF 2.21): one ensemble of 2,048 in one dimension 1.3 for LIF, 1.7 for rectified
# ones, of 1,000 in 16 dimensions 1.0, of 200 in two 0.8; 64 ensembles of 50 side by side
# 1.0 and 1.1, ten items of them 1.5, small ones of a basal ganglia 0.6.
MIN_COMPILED = 2048
MIN_INTERLEAVED = 8192


class NeuronStep(NamedTuple):
    """
    How neurons of one type are computed.

    Both are called ``step(ctx, current, *state)`` and return the output and the new state.
    `training` is for training: rates, which have a gradient, in place of spikes; None if
    it is the same. `surrogate` says whether `step` gives its spikes a gradient, if training
    is with spikes.
    """

    step: Callable
    training: Optional[Callable] = None
    surrogate: bool = False

    def choose(self, ctx) -> Callable:
        """Return the step of a program, which may be for training, with rates or spikes."""
        fires = self.surrogate and trains_spikes(ctx)
        if ctx.training and self.training and not fires:
            return self.training
        return self.step


NEURONS: Dict[type, NeuronStep] = {}


def neurons(
    *types: type, training: Optional[Callable] = None, surrogate: bool = False
) -> Callable:
    """
    Decorate the step of neurons of the given types, ``step(ctx, current, *states)``.

    Parameters
    ----------
    *types : type
        Types of neurons; a subclass may compute something else, and needs a step of its
        own. Types without one run on the host, by their own NumPy steps.
    training : callable, optional
        The step in training, if it is another; see `rates_only`.
    surrogate : bool, optional
        Whether the function calls `spike` for its output, so that it can stand for itself
        in training with ``configure_settings(surrogate=...)``.

    Returns
    -------
    callable
        The decorator, which returns the function as it is.

    Raises
    ------
    DuplicateRuleError
        If one of the types has a step already.

    Notes
    -----
    The function returns the output, and then the new value of each state. No neuron may
    depend on another one: those of several ensembles may come in one row.

    The states come in the order of the type's `state` in Nengo 3.1 and later, of the
    arguments of `step_math` before.
    """

    def decorate(step):
        register(types, NeuronStep(step, training, surrogate), NEURONS)
        return step

    return decorate


def rates_only(step: Callable) -> Callable:
    """
    Make the training step of spiking neurons: the rates of `step`, states as they are.

    Parameters
    ----------
    step : callable
        Called ``step(ctx, current)``, returns rates.

    Returns
    -------
    callable
        The training step.
    """

    def training_step(ctx, current, *state):
        return (step(ctx, current),) + state

    return training_step


def neurons_merge_key(op):
    """Let neurons of one type be one group."""
    return type(op.neurons), size_class(op.J.size)


def neurons_operands(op):
    """Separate what neurons read from the states that they keep."""
    # by position: nengo 2.8 gives states as a list, others as a dict in the same order
    return Operands(
        tuple(ref_of(sig) for sig in op.reads),
        tuple(ref_of(sig) for sig in op.sets[1:]),
        ((ref_of(op.output), "set"),),
    )


def _is_native(op):
    # A subclass may compute something else, so the type must be the very one.
    return type(op.neurons) in NEURONS


@lowers(
    SimNeurons,
    merge_key=neurons_merge_key,
    operands=neurons_operands,
    elementwise=True,
    interleaves=lambda op: True,
    native=_is_native,
)
def lower_neurons(ctx, current, *state):
    """Output and new state of neurons, by the step of their type."""
    step = NEURONS[type(ctx.ops[0].neurons)].choose(ctx)
    return step(ctx, *aligned(current, *state))


def aligned(current, *others):
    """Give a current that all items share to each of them, if they differ elsewhere."""
    if others and current.shape[0] != others[0].shape[0]:
        # TensorFlow 1.14's tf.where does not broadcast
        current += tf.zeros_like(others[0])
    return (current,) + others


def parameter(ctx, name: str) -> tf.Tensor:
    """Parameter of neurons, one value or one for each operator."""
    return ctx.per_op(lambda op: getattr(op.neurons, name))


def amplitude(ctx, spikes: bool = False) -> tf.Tensor:
    """Height of an output of 1 Hz, or of one spike."""
    return ctx.values(amplitudes(ctx, spikes))


def amplitudes(ctx, spikes: bool = False) -> List[float]:
    """Height of an output of 1 Hz, or of one spike, for each operator."""
    unit = ctx.dt if spikes else 1.0
    # some types, and some in nengo 2.8 only, have none
    return [getattr(op.neurons, "amplitude", 1.0) / unit for op in ctx.ops]


def kernel_pays(ctx: Any, current: tf.Tensor, state: tf.Tensor) -> bool:
    """
    Say whether a compiled kernel can compute a step, and is worth its call.

    Parameters
    ----------
    ctx : Context
        The group.
    current, state : tf.Tensor
        What neurons read, and a state of theirs.

    Returns
    -------
    bool
        Whether both have one shape, and elements enough.
    """
    least = MIN_INTERLEAVED if ctx.last else MIN_COMPILED
    enough = int(np.prod(current.shape.as_list(), dtype=int)) >= least
    return enough and current.shape == state.shape


def kernel_parameters(
    ctx: Any, current: tf.Tensor, values: Mapping[str, Sequence[float]]
) -> Dict[str, Any]:
    """
    Put parameters of neurons into the form that compiled kernels have.

    Parameters
    ----------
    ctx : Context
        The group.
    current : tf.Tensor
        What the neurons read.
    values : mapping of str to sequence of float
        For each parameter one number for each operator.

    Returns
    -------
    dict of str to object
        For each parameter a number, or one for each operator or element, and ``inner``:
        how many elements after each other have the same.
    """
    # in rows of all elements each has a number of its own, elsewhere each operator
    inner = 1 if ctx.sizes or ctx.last else int(np.prod(current.shape.as_list()[2:]))
    if ctx.sizes:
        values = {name: np.repeat(row, ctx.sizes) for name, row in values.items()}
    one = {name: row[0] if len(set(row)) == 1 else row for name, row in values.items()}
    return dict(one, inner=inner)
