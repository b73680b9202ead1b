# SPDX-License-Identifier: MIT
"""
What is asked of a Keras 3 optimizer of the user's, which stays as it is.

Nothing here imports Keras: who hands over a Keras object has imported it.
"""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List

import numpy as np
import tensorflow as tf

from nengodl_train.optimizers.errors import OptimizerError

# Values by which two optimizers can be compared, and what may hold them.
_PLAIN = (type(None), bool, int, float, str, re.Pattern)
_HOLDERS = (list, tuple, set, frozenset)


def is_keras_3(optimizer: Any) -> bool:
    """
    Say whether an object is an optimizer of Keras 3.

    Parameters
    ----------
    optimizer : object
        Any object.

    Returns
    -------
    bool
        False for optimizers of Keras 2, and for classes.
    """
    names = ("stateless_apply", "build", "get_config", "from_config")
    return (
        not isinstance(optimizer, type)
        and any(_package(base) == "keras" for base in type(optimizer).__mro__)
        and all(hasattr(optimizer, name) for name in names)
    )


def _package(cls):
    return cls.__module__.split(".")[0]


def keras_module() -> Any:
    """
    Give the Keras that the user imported.

    Returns
    -------
    module
        ``keras``.
    """
    return sys.modules["keras"]


def outside(function: Callable) -> Any:
    """
    Call a function where TensorFlow is eager, not in a graph of ours.

    Parameters
    ----------
    function : callable
        Takes no arguments.

    Returns
    -------
    object
        What it returns.

    Raises
    ------
    OptimizerError
        If eager execution is switched off.
    """
    # A new thread is in nobody's graph.
    with ThreadPoolExecutor(1) as thread:
        if thread.submit(tf.executing_eagerly).result():
            return thread.submit(function).result()
    raise OptimizerError(
        "optimizers of Keras need eager execution, which was switched off, for example by"
        " tf.compat.v1.disable_v2_behavior(). Use an optimizer of tf.compat.v1.train."
    )


def configuration(optimizer: Any) -> Dict[str, Any]:
    """
    Read the configuration of an optimizer, also of one that was made in a graph.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        The user's optimizer.

    Returns
    -------
    dict of str to object
        What its `get_config` says.

    Raises
    ------
    OptimizerError
        If it cannot be read.
    """

    def read():
        values = _values_in_graph(optimizer)
        with keras_module().StatelessScope(state_mapping=values):
            return plain(optimizer.get_config())

    try:
        return outside(read)
    except OptimizerError:
        raise
    except Exception as error:
        raise OptimizerError(
            f"the configuration of {type(optimizer).__name__} cannot be read:"
            f" {type(error).__name__}: {error}\n"
            "It needs a `get_config` that works; if the optimizer was made inside of a"
            " graph, for example by `with sim:`, make it outside."
        ) from error


def plain(value: Any) -> Any:
    """
    Copy dicts, lists and tuples, and what they hold of them.

    Parameters
    ----------
    value : object
        For example a configuration. Keras's own lists cannot be copied within a graph.

    Returns
    -------
    object
        The copy; other objects are in it themselves.
    """
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if type(value) is tuple:
        return tuple(plain(item) for item in value)
    return value


def schedule(optimizer: Any) -> Dict[str, Any]:
    """
    Find the schedule of the learning rate.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        The user's optimizer.

    Returns
    -------
    dict of str to object
        Has it under "learning_rate", if there is one. That in the configuration can only
        be made anew if its class is known to Keras.
    """
    kind = keras_module().optimizers.schedules.LearningRateSchedule
    found = [value for value in vars(optimizer).values() if isinstance(value, kind)]
    return {"learning_rate": found[0]} if len(found) == 1 else {}


def _values_in_graph(optimizer):
    """
    List what was assigned last to those of its variables that are in a graph.

    No session has these variables: they are there if the user made the optimizer inside
    of `with sim:`, and so are the assignments by which the learning rate was changed.
    """
    pairs = []
    for variable in optimizer.variables:
        handle = variable.value.handle
        graph = getattr(handle, "graph", None)  # eager ones have none
        for op in reversed(graph.get_operations() if graph else []):
            if op.type == "AssignVariableOp" and op.inputs[0].name == handle.name:
                pairs.append((variable, tf.get_static_value(op.inputs[1])))
                break
    return [(variable, value) for variable, value in pairs if value is not None]


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


def changes(old: Dict[str, Any], new: Dict[str, Any]) -> List[str]:
    """
    Compare two configurations of one optimizer.

    Parameters
    ----------
    old, new : dict of str to object
        The configurations.

    Returns
    -------
    list of str
        Names of the entries that differ.
    """
    return [name for name in new if repr(new[name]) != repr(old.get(name))]


def stand_in(parameter: Any, name: str) -> Any:
    """
    Make a Keras variable whose value is a variable of ours.

    Parameters
    ----------
    parameter : tf.Variable
        A variable of the current graph.
    name : str
        Name that the optimizer sees.

    Returns
    -------
    keras.Variable
        The Keras variable.
    """
    dtype = np.dtype(parameter.dtype.as_numpy_dtype).name
    with tf.variable_creator_scope(lambda next_creator, **kwargs: parameter):
        variable = keras_module().Variable(
            "zeros", shape=tuple(parameter.shape), dtype=dtype, name=name
        )
    assert variable.value is parameter, "Keras made a variable of its own"
    return variable
