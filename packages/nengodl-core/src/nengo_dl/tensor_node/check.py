# SPDX-License-Identifier: MIT
"""Checks of what functions of TensorNodes take and return."""

from typing import Any, Optional

import tensorflow as tf
from nengo.exceptions import ValidationError

from nengo_dl.compat.tensorflow import v1
from nengo_dl.utils import function_name

ATTRIBUTE = "tensor_func"


def describe(node: Any) -> str:
    """Name a node and its function, for messages."""
    return f"{function_name(node.tensor_func, sanitize=False)!r} of {node}"


def check_callable(node: Any, function: Any) -> None:
    """Refuse what is not a function."""
    if not callable(function):
        raise ValidationError(
            f"must be a function of time, and of a tensor if size_in > 0, but is"
            f" {function!r} of type {type(function).__name__}",
            attr=ATTRIBUTE,
            obj=node,
        )


def infer_size(node: Any, function: Any) -> int:
    """
    Call a function once, in a graph of its own, and see how many values it returns.

    Parameters
    ----------
    node : TensorNode
        The node, which has `size_in` already.
    function : callable
        Its function.

    Returns
    -------
    int
        Size of the result's last axis.
    """
    with tf.Graph().as_default():
        arguments = [v1.placeholder(tf.float32, ())]
        if node.size_in > 0:
            arguments.append(v1.placeholder(tf.float32, (1, node.size_in)))
        result = call(node, function, arguments)
        check_result(node, function, result)
        return int(result.shape[1])


def call(node: Any, function: Any, arguments: Any) -> Any:
    """Call a function of tensors; an exception comes out with what it was given."""
    try:
        return function(*arguments)
    except Exception as error:
        given = ", ".join(f"{x.dtype.name}{list(x.shape.as_list())}" for x in arguments)
        signature = "(t, x)" if node.size_in > 0 else "(t)"
        raise ValidationError(
            f"the function {function_name(function, sanitize=False)!r} is called as"
            f" {signature} with tensors ({given}), and raised"
            f" {type(error).__name__}: {error}",
            attr=ATTRIBUTE,
            obj=node,
        ) from error


def check_result(
    node: Any,
    function: Any,
    result: Any,
    batch: Optional[int] = None,
    dtype: Any = None,
) -> None:
    """
    Check what a function returned.

    Parameters
    ----------
    node : TensorNode
        The node.
    function : callable
        Its function.
    result : object
        What it returned.
    batch : int, optional
        Size of the minibatch; if it is left out, type and rank alone are checked.
    dtype : tf.DType, optional
        Type that the values must have.

    Raises
    ------
    ValidationError
        If something is wrong; says what is wanted and what was found.
    """
    name = function_name(function, sanitize=False)
    wanted = [batch, node.size_out] if batch is not None else ["minibatch", "size_out"]
    if not isinstance(result, (tf.Tensor, tf.Variable)):
        found = f"{result!r} of type {type(result).__name__}"
    elif result.shape.ndims != 2 or result.shape.as_list()[1] is None:
        found = f"a tensor of shape {result.shape}"
    elif batch is not None and result.shape.as_list() != wanted:
        found = f"a tensor of shape {result.shape}"
    elif dtype is not None and result.dtype.base_dtype != dtype:
        wanted = f"{wanted} and type {dtype.name}"
        found = f"a tensor of type {result.dtype.base_dtype.name}"
    else:
        return
    raise ValidationError(
        f"the function {name!r} must return a tensor of shape {wanted}, but returned"
        f" {found}",
        attr=ATTRIBUTE,
        obj=node,
    )
