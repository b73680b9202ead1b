# SPDX-License-Identifier: MIT
"""From what the user hands over to an optimizer that programs can use."""

from typing import Any

from nengodl_train.optimizers.base import Optimizer, v1
from nengodl_train.optimizers.classic import ClassicOptimizer
from nengodl_train.optimizers.errors import ACCEPTED, OptimizerError
from nengodl_train.optimizers.keras import KerasOptimizer, is_keras_3


def adapt(optimizer: Any) -> Optimizer:
    """
    Make an optimizer of the user's ready for one graph.

    Parameters
    ----------
    optimizer : tf.compat.v1.train.Optimizer or keras.optimizers.Optimizer
        What the user handed over. It is not changed, so it may be adapted for any number
        of graphs, and each has a state of its own.

    Returns
    -------
    Optimizer
        The optimizer, without variables so far.

    Raises
    ------
    OptimizerError
        If it is no optimizer, or one that cannot be used.
    """
    if isinstance(optimizer, v1.train.Optimizer):
        return ClassicOptimizer(optimizer)
    if is_keras_3(optimizer):
        return KerasOptimizer(optimizer)
    raise OptimizerError(_refusal(optimizer))


def _refusal(optimizer):
    kind = type(optimizer).__name__
    if isinstance(optimizer, dict):
        return (
            "got a dict, as in the old calling style train(inputs, targets, optimizer)."
            " Since version 2.0 all arrays are in one dict, the first argument:"
            " train(data, optimizer); see the release notes."
        )
    if isinstance(optimizer, type):
        return f"got the class {optimizer.__name__}; expected {ACCEPTED}."
    if not hasattr(optimizer, "apply_gradients"):
        return f"got {optimizer!r} of type {kind}; expected {ACCEPTED}."
    if any("keras" in base.__module__ for base in type(optimizer).__mro__):
        return (
            f"got {kind} of Keras 2, whose optimizers cannot be used in a simulator's"
            f" graph; expected {ACCEPTED}."
        )
    return (
        f"got an object of type {kind}, which has `apply_gradients`, but is no optimizer"
        f" of TensorFlow; expected {ACCEPTED}."
    )
