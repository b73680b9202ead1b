# SPDX-License-Identifier: MIT
"""Networks written layer by layer, as in deep learning."""

import functools
from typing import Any, Callable, Optional, Sequence, Union

import nengo
import numpy as np
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengo.neurons import NeuronType

from nengo_dl.tensor_node.keras import KerasFunction
from nengo_dl.tensor_node.keras_object import is_keras
from nengo_dl.tensor_node.node import TensorNode


def reshaped(shape_in: Sequence[int]) -> Callable:
    """
    Decorate a function so that it gets its input in a shape of more than one axis.

    Parameters
    ----------
    shape_in : sequence of int
        Shape of the input, without the minibatch.

    Returns
    -------
    callable
        Decorator of a function ``f(t, x)``: `x` has the shape ``(minibatch, *shape_in)``,
        and the result is flattened to (minibatch, values). It also takes a Keras layer or
        model.

    Examples
    --------
    >>> @nengo_dl.reshaped((28, 28, 1))
    ... def means(t, x):
    ...     return tf.reduce_mean(x, axis=1)
    >>> node = nengo_dl.TensorNode(means, size_in=784)
    >>> node.size_out
    28
    """
    shape = tuple(int(n) for n in shape_in)

    def decorate(function):
        if is_keras(function):
            return KerasFunction(function, shape)

        @functools.wraps(function)
        def call(t, x):
            batch = x.shape.as_list()[0]
            result = function(t, tf.reshape(x, (batch,) + shape))
            return tf.reshape(result, (batch, -1))

        return call

    return decorate


def tensor_layer(
    input: Any,
    layer_func: Union[Callable, NeuronType],
    shape_in: Optional[Sequence[int]] = None,
    synapse: Any = None,
    transform: Any = 1,
    return_conn: bool = False,
    **layer_args: Any,
) -> Any:
    """
    Add a layer to a network, and connect it with the one before.

    Parameters
    ----------
    input : nengo object
        Whose output the layer gets.
    layer_func : callable, NeuronType or Keras layer
        ``layer_func(x, **layer_args)`` from a tensor of shape (minibatch, size), or
        ``(minibatch, *shape_in)``, to one of shape (minibatch, ...). An instance of a
        NeuronType stands for an ensemble of such neurons, one for each input.
    shape_in : sequence of int, optional
        Shape in which the function gets its input, without the minibatch.
    synapse : float or Synapse, optional
        Synapse of the connection, None for no delay.
    transform : array_like, optional
        Transform of the connection.
    return_conn : bool, optional
        Whether to return the connection, too.
    **layer_args : object
        Further arguments of the function, or of the ensemble.

    Returns
    -------
    TensorNode or Neurons, or a pair of it and a Connection
        The layer.

    Raises
    ------
    ValidationError
        If the size of the input does not fit `shape_in`.

    Examples
    --------
    >>> with nengo.Network() as net:
    ...     inp = nengo.Node(np.zeros(4))
    ...     x = nengo_dl.tensor_layer(inp, tf.nn.relu)
    ...     x = nengo_dl.tensor_layer(x, nengo.LIF(), transform=np.ones((3, 4)))
    >>> x.size_in
    3
    """
    size_in = _layer_size(input, shape_in, transform)
    if isinstance(layer_func, NeuronType):
        ensemble = nengo.Ensemble(size_in, 1, neuron_type=layer_func, **layer_args)
        layer = ensemble.neurons
    else:
        function = _layer_function(layer_func, layer_args, shape_in, size_in)
        layer = TensorNode(function, size_in=size_in)
    connection = nengo.Connection(input, layer, synapse=synapse, transform=transform)
    return (layer, connection) if return_conn else layer


def _layer_size(source, shape_in, transform):
    size = getattr(transform, "size_out", source.size_out)
    if np.ndim(transform) == 2:
        size = np.shape(transform)[0]
    if shape_in is None:
        return int(size)
    wanted = int(np.prod(shape_in, dtype=int))
    if isinstance(transform, nengo.dists.Distribution):
        return wanted  # from which nengo draws a matrix that fits
    if wanted != size:
        raise ValidationError(
            f"must have as many elements as the layer gets values, which is {size}, but"
            f" {tuple(shape_in)} has {wanted}",
            attr="shape_in",
        )
    return wanted


def _layer_function(layer_func, layer_args, shape_in, size_in):
    """Make a function of time and input from one of the input alone."""
    if is_keras(layer_func):
        return KerasFunction(layer_func, shape_in or (size_in,), layer_args)

    def call(t, x):
        return layer_func(x, **layer_args)

    functools.update_wrapper(call, layer_func, updated=())
    for name in ("pre_build", "post_build"):
        if hasattr(layer_func, name):
            setattr(call, name, getattr(layer_func, name))
    return call if shape_in is None else reshaped(shape_in)(call)
