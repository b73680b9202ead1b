# SPDX-License-Identifier: MIT
"""Which optimizers of Keras 3 cannot be used."""

import re
from typing import Any, Dict

from nengodl_train.optimizers.errors import OptimizerError
from nengodl_train.optimizers.keras_object import keras_module

# Values by which two optimizers can be compared, and what may hold them.
_PLAIN = (type(None), bool, int, float, str, re.Pattern)
_HOLDERS = (list, tuple, set, frozenset)


def check_usable(optimizer: Any, config: Dict[str, Any]) -> None:
    """
    Refuse optimizers that need more than gradients.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        The user's optimizer.
    config : dict of str to object
        Its configuration.

    Raises
    ------
    OptimizerError
        Says what is not supported.
    """
    kind = type(optimizer).__name__
    backend = keras_module().backend.backend()
    if backend != "tensorflow":
        raise OptimizerError(
            f"{kind} computes with the backend {backend!r} of Keras, but has to update"
            " variables of TensorFlow. Set KERAS_BACKEND=tensorflow."
        )
    if hasattr(optimizer, "inner_optimizer") or hasattr(optimizer, "optimizers"):
        raise OptimizerError(
            f"{kind} wraps other optimizers, which is not supported; no loss is scaled"
            " here. Give an optimizer that it wraps."
        )
    if config.get("loss_scale_factor") not in (None, 1):
        raise OptimizerError(
            f"{kind} has the loss_scale_factor {config['loss_scale_factor']!r}, by which"
            " it divides all gradients, but no loss is multiplied by it here. Leave it"
            " out."
        )
    if config.get("use_ema") and not config.get("ema_overwrite_frequency"):
        raise OptimizerError(
            f"{kind} has use_ema without ema_overwrite_frequency, so the averages would"
            " never be used. Give an ema_overwrite_frequency, the number of updates"
            " after which parameters get their averages."
        )


def check_same(optimizer: Any, copy: Any) -> None:
    """
    Refuse an optimizer whose configuration leaves something out.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        The user's optimizer.
    copy : keras.optimizers.Optimizer
        What was made of its configuration, built.

    Raises
    ------
    OptimizerError
        Names the attributes.
    """
    lost = [
        name
        for name, value in vars(optimizer).items()
        # what Keras and TensorFlow note for themselves differs
        if name != "built" and not name.startswith("_self_")
        if _differ(value, vars(copy).get(name))
    ]
    if lost:
        raise OptimizerError(
            f"{type(optimizer).__name__} has {', '.join(lost)}, which its `get_config`"
            " leaves out, so it cannot be copied for a simulator. Settings that Keras"
            " keeps elsewhere, such as `exclude_from_weight_decay`, are not supported;"
            " a class of your own needs a complete `get_config`."
        )


def _comparable(value):
    if isinstance(value, _HOLDERS):
        return all(_comparable(item) for item in value)
    return isinstance(value, _PLAIN)


def _differ(value, copied):
    both = _comparable(value) and _comparable(copied)
    return both and repr(value) != repr(copied) and bool(value or copied)
