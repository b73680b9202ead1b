# SPDX-License-Identifier: MIT
"""
What is asked of a Keras 3 optimizer of the user's, which stays as it is.

Nothing here imports Keras: who hands over a Keras object has imported it.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List

import numpy as np
import tensorflow as tf

from nengodl_train.optimizers.errors import OptimizerError


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
