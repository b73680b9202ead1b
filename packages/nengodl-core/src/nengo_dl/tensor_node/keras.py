# SPDX-License-Identifier: MIT
"""Keras layers and models as functions of TensorNodes."""

from typing import Any, Callable, Dict, Optional, Sequence, Tuple

import numpy as np
import tensorflow as tf
from nengo.exceptions import ValidationError

from nengo_dl.compat.tensorflow import v1
from nengo_dl.tensor_node.keras_object import (
    build,
    compute_dtype,
    has_stateless_call,
    is_keras,
    keras_module,
    read,
    replaced,
    takes_training,
    write,
)

# Graph collection with one dict: id of a Keras variable to that variable and ours. A graph
# belongs to one program, so that the dict goes when the program goes.
_COLLECTION = "nengo_dl/keras"

Pairs = Dict[int, Tuple[Any, Any]]


class KerasFunction:
    """
    A Keras layer or model, as a function that a TensorNode takes.

    Each program has variables of its own, which start with the values that the Keras
    object has when the simulator is made. Within a program there is one for each Keras
    variable, so that nodes with the same layer share what it learns, as in Keras.

    Parameters
    ----------
    layer : Keras layer or model
        With one input and one output. It is built by `prepare` if need be.
    shape_in : sequence of int
        Shape in which it gets its input, without the minibatch.
    call_args : dict, optional
        Further arguments of its call.
    """

    def __init__(
        self, layer: Any, shape_in: Sequence[int], call_args: Optional[dict] = None
    ):
        self.layer = layer
        self.shape_in = tuple(int(n) for n in shape_in)
        self.call_args = dict(call_args or {})
        if takes_training(layer):
            self.call_args.setdefault("training", False)
        self.__name__ = str(layer.name)

    def prepare(self, node: Any) -> None:
        """
        Check that the layer can be the function of a node, and build it if it is not.

        Parameters
        ----------
        node : TensorNode
            The node, which has `size_in` already.

        Raises
        ------
        ValidationError
            If it cannot.
        """
        wanted = int(np.prod(self.shape_in, dtype=int))
        if node.size_in < 1 or wanted != node.size_in:
            _refuse(
                node,
                f"the Keras object {self.__name__!r} gets an input of shape"
                f" {self.shape_in}, so size_in must be {max(wanted, 1)}"
                f"{' or more' if wanted < 1 else ''}, but is {node.size_in}",
            )
        self._check_backend(node)
        inputs = len(getattr(self.layer, "inputs", None) or [None])
        if inputs != 1:
            _refuse(
                node,
                f"the Keras model {self.__name__!r} must have one input, but has"
                f" {inputs}; make a model with one that splits it",
            )
        if not self.layer.built:
            self._build(node)

    def _check_backend(self, node):
        if has_stateless_call(self.layer):
            backend = keras_module(self.layer).backend.backend()
            if backend != "tensorflow":
                _refuse(
                    node,
                    f"Keras must compute with TensorFlow, but uses {backend!r}; set the"
                    " environment variable KERAS_BACKEND=tensorflow before Python starts",
                )

    def _build(self, node):
        try:
            build(self.layer, self.shape_in)
        except Exception as error:
            raise ValidationError(
                f"the Keras object {self.__name__!r} is not built yet, and building it"
                f" for one input of shape {(None,) + self.shape_in} raised"
                f" {type(error).__name__}: {error}",
                attr="tensor_func",
                obj=node,
            ) from error

    def pre_build(self, shape_in: Any, shape_out: Any) -> None:
        """
        Make the variables, in the graph that is current.

        Parameters
        ----------
        shape_in, shape_out : tuple of int
            Not used.
        """
        self._variables()

    def __call__(self, t: Any, x: tf.Tensor) -> tf.Tensor:
        """
        Compute the output.

        Parameters
        ----------
        t : tf.Tensor
            Simulated time, which Keras does not get.
        x : tf.Tensor, shape (minibatch, size_in)
            Input.

        Returns
        -------
        tf.Tensor, shape (minibatch, size_out)
            The output, flattened, of the type of the input.
        """
        batch = x.shape.as_list()[0]
        dtype = compute_dtype(self.layer) or x.dtype
        shaped = tf.reshape(tf.cast(x, dtype), (batch,) + self.shape_in)
        results = tf.nest.flatten(self._call(shaped))
        if len(results) != 1:
            raise ValueError(
                f"a Keras object must have one output, but {self.__name__!r} returns"
                f" {len(results)}; make a model that returns one of them"
            )
        result = tf.cast(results[0], x.dtype)
        if result.shape.ndims and result.shape.as_list()[0] == batch:
            return tf.reshape(result, (batch, -1))
        return result  # to be refused for its shape

    def _call(self, x):
        pairs = self._variables()
        if not has_stateless_call(self.layer):
            with replaced(self.layer, pairs):
                return self.layer(x, **self.call_args)
        trainable, others = (
            [pairs[id(variable)][1] for variable in variables]
            for variables in (
                self.layer.trainable_variables,
                self.layer.non_trainable_variables,
            )
        )
        # The second result are new values of what is not trainable (averages of
        # BatchNormalization): those that change do so with training=True only.
        output, _ = self.layer.stateless_call(trainable, others, x, **self.call_args)
        return output

    def _variables(self) -> Pairs:
        """Find the variables of the program, or make them."""
        with tf.init_scope():  # out of the loop, into the program's graph
            found = v1.get_default_graph().get_collection_ref(_COLLECTION)
            if not found:
                found.append({})
            missing = [v for v in self.layer.variables if id(v) not in found[0]]
            trainable = {id(v) for v in self.layer.trainable_variables}
            for variable, value in zip(missing, read(self.layer, missing)):
                ours = tf.Variable(value, trainable=id(variable) in trainable)
                found[0][id(variable)] = (variable, ours)
            return found[0]


def adapt(node: Any, function: Any) -> Any:
    """
    Turn a Keras object into a function for a node; leave anything else as it is.

    Parameters
    ----------
    node : TensorNode
        The node, which has `size_in` already.
    function : callable
        A function or a Keras object.

    Returns
    -------
    callable
        The function.

    Raises
    ------
    ValidationError
        If the Keras object does not fit the node.
    """
    if is_keras(function):
        function = KerasFunction(function, (node.size_in,))
    if isinstance(function, KerasFunction):
        function.prepare(node)
    return function


def write_back(
    function: KerasFunction, graph: tf.Graph, value: Callable[[Any], np.ndarray]
) -> None:
    """
    Set the variables of a Keras object to the values that they have in a program.

    Parameters
    ----------
    function : KerasFunction
        The function of a TensorNode of the program.
    graph : tf.Graph
        Graph of the program.
    value : callable
        Gives the live value of one of the program's variables.
    """
    (pairs,) = graph.get_collection_ref(_COLLECTION)
    variables = [v for v in function.layer.variables if id(v) in pairs]
    write(function.layer, variables, [value(pairs[id(v)][1]) for v in variables])


def _refuse(node, message):
    raise ValidationError(message, attr="tensor_func", obj=node)
