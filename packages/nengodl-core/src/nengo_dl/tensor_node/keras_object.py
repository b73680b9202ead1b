# SPDX-License-Identifier: MIT
"""
What Keras 2 and Keras 3 objects have in common, behind one name each.

Nothing here imports Keras: who hands over a Keras object has imported it.
"""

import contextlib
import inspect
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
import tensorflow as tf

from nengo_dl.compat.tensorflow import v1

# Keras alone, Keras 2 beside Keras 3, and Keras inside TensorFlow
_PACKAGES = ("keras", "tf_keras", "tensorflow")


def is_keras(obj: Any) -> bool:
    """
    Say whether an object is a Keras layer or model.

    Parameters
    ----------
    obj : object
        Any object.

    Returns
    -------
    bool
        True for instances of a ``Layer`` class of Keras.
    """
    return _layer_class(obj) is not None


def _layer_class(obj) -> Optional[type]:
    for cls in type(obj).__mro__:
        path = cls.__module__.split(".")
        if cls.__name__ == "Layer" and path[0] in _PACKAGES:
            if any("keras" in part for part in path):
                return cls
    return None


def keras_module(layer: Any) -> Any:
    """
    Find the Keras that a layer is made with.

    Parameters
    ----------
    layer : Keras layer or model
        The layer.

    Returns
    -------
    module
        For example ``keras`` or ``tf.keras``.
    """
    package = _layer_class(layer).__module__.split(".")[0]
    return tf.keras if package == "tensorflow" else sys.modules[package]


def has_stateless_call(layer: Any) -> bool:
    """
    Say whether a layer can be called with variables given from outside, as in Keras 3.

    Parameters
    ----------
    layer : Keras layer or model
        The layer.

    Returns
    -------
    bool
        False for Keras 2.
    """
    return hasattr(layer, "stateless_call")


def takes_training(layer: Any) -> bool:
    """
    Say whether a layer may behave differently in training.

    Parameters
    ----------
    layer : Keras layer or model
        The layer.

    Returns
    -------
    bool
        Whether its call takes an argument ``training``.
    """
    return "training" in inspect.signature(layer.call).parameters


def compute_dtype(layer: Any) -> Optional[str]:
    """
    Find the type in which a layer computes.

    Parameters
    ----------
    layer : Keras layer or model
        The layer, which is built.

    Returns
    -------
    str or None
        Name of a floating point type, None if any will do.
    """
    given = getattr(layer, "compute_dtype", None)  # the first Keras 2 had none
    types = [given] if given else [v.dtype.base_dtype.name for v in layer.variables]
    return next((t for t in types if "float" in t), None)


def build(layer: Any, shape_in: Sequence[int]) -> None:
    """
    Build a layer for inputs of a shape.

    Parameters
    ----------
    layer : Keras layer or model
        The layer, which is not built yet.
    shape_in : sequence of int
        Shape of the input without the minibatch.
    """
    dtype = getattr(layer, "compute_dtype", None) or layer.dtype
    # called, as `build` does not reach layers inside of layers that have no `build`
    _outside(lambda: layer(keras_module(layer).Input(shape=shape_in, dtype=dtype)))


def read(layer: Any, variables: Sequence[Any]) -> List[np.ndarray]:
    """
    Give values of Keras variables.

    Parameters
    ----------
    layer : Keras layer or model
        Whose they are.
    variables : sequence of Keras variable
        The variables.

    Returns
    -------
    list of np.ndarray
        Their values.
    """
    if has_stateless_call(layer):
        return _outside(lambda: [np.asarray(v.numpy()) for v in variables])
    get = keras_module(layer).backend.batch_get_value
    return _outside(lambda: get(list(variables)), variables)


def write(layer: Any, variables: Sequence[Any], values: Sequence[np.ndarray]) -> None:
    """
    Set Keras variables.

    Parameters
    ----------
    layer : Keras layer or model
        Whose they are.
    variables : sequence of Keras variable
        The variables.
    values : sequence of np.ndarray
        Their new values.
    """
    pairs = list(zip(variables, values))
    if has_stateless_call(layer):
        _outside(lambda: [variable.assign(value) for variable, value in pairs])
    else:
        put = keras_module(layer).backend.batch_set_value
        _outside(lambda: put(pairs), variables)


def _outside(function: Callable, variables: Sequence[Any] = ()) -> Any:
    """Call a function where Keras made its variables, not in a graph of ours."""
    if tf.executing_eagerly():
        return function()
    # A new thread is in nobody's graph.
    with ThreadPoolExecutor(1) as thread:
        if thread.submit(tf.executing_eagerly).result():
            return thread.submit(function).result()
    # Without eager execution each thread has a Keras session of its own, which Keras
    # replaces by an empty one if it is asked for it in another graph.
    graph = variables[0].graph if variables else v1.get_default_graph()
    session = v1.get_default_session()
    if session is None or session.graph is not graph:
        session = None  # Keras has its own, but would take the one of our simulator
    with graph.as_default(), v1.Session.as_default(session):
        return function()


@contextlib.contextmanager
def replaced(layer: Any, pairs: Dict[int, Tuple[Any, Any]]):
    """
    Put other variables in place of those of a Keras 2 object inside a ``with`` block.

    Parameters
    ----------
    layer : Keras layer or model
        The object, which is behind the block as it was before it.
    pairs : dict of int to tuple
        For the id of each variable of the object a pair of it and the other one.
    """
    undo = []
    try:
        for part in [layer] + list(layer.submodules):
            attributes = vars(part)
            for name, value in list(attributes.items()):
                exchanged = _exchange(value, pairs)
                if exchanged is not value:
                    undo.append((attributes, name, value))
                    attributes[name] = exchanged
        yield
    finally:
        for attributes, name, value in undo:
            attributes[name] = value


def _exchange(value, pairs):
    """Exchange variables; lists are copied, as Keras notes in some what was called."""
    if id(value) in pairs:
        return pairs[id(value)][1]
    if isinstance(value, list):
        return [_exchange(item, pairs) for item in value]
    if type(value) is tuple:
        items = tuple(_exchange(item, pairs) for item in value)
        return items if any(a is not b for a, b in zip(items, value)) else value
    if isinstance(value, dict):
        items = {key: _exchange(item, pairs) for key, item in value.items()}
        return items if any(items[key] is not value[key] for key in items) else value
    return value
