# SPDX-License-Identifier: MIT
"""The node itself, which nengo's own builder takes for a node with a Python function."""

import numbers
from typing import Any, Callable, Optional

import nengo
from nengo.base import NengoObject
from nengo.exceptions import SimulationError, ValidationError
from nengo.params import Default, IntParam, Parameter

from nengo_dl.tensor_node.check import check_callable, describe, infer_size
from nengo_dl.tensor_node.keras import adapt


class TensorOutput:
    """
    What stands in `Node.output` of a TensorNode.

    It is callable, so that nengo's builder, and tools that look at nodes, treat the node
    like any other with a function; only nengo_dl knows what to compute.

    Parameters
    ----------
    node : TensorNode
        The node.
    """

    def __init__(self, node: "TensorNode"):
        self.node = node
        self.tensor_func = node.tensor_func

    def __call__(self, t, x=None):
        """Refuse to run in another simulator."""
        raise SimulationError(
            f"{describe(self.node)} is a TensorNode, which only works in this backend:"
            " use nengo_dl.Simulator instead of another simulator."
        )


class TensorFuncParam(Parameter):
    """The function of a TensorNode."""

    def coerce(self, instance: Any, value: Any) -> Any:
        """
        Check the function, and infer `size_out` if it is not given.

        Parameters
        ----------
        instance : TensorNode
            The node.
        value : callable
            The function, or a Keras object.

        Returns
        -------
        callable
            The function; for a Keras object one that calls it.
        """
        check_callable(instance, value)
        function = super().coerce(instance, value)
        function = adapt(instance, function)
        if instance.size_out is None:
            instance.size_out = infer_size(instance, function)
        return function


class TensorNode(nengo.Node):
    """
    Insert TensorFlow code into a Nengo network.

    Parameters
    ----------
    tensor_func : callable
        Function ``tensor_func(t)``, or ``tensor_func(t, x)`` if `size_in` > 0, from
        simulated time in seconds (scalar tensor) and input (tensor of shape
        (minibatch, size_in)) to a tensor of shape (minibatch, size_out); all of the type
        of the simulation. Or a Keras layer or model, called with `x` alone.
    size_in : int, optional
        Number of values that the node gets.
    size_out : int, optional
        Number of values that it gives. If it is left out, the function is called once, in
        a graph of its own, with a minibatch of one and float32, to find out.
    label : str, optional
        A name.

    Notes
    -----
    If the function has a method or attribute ``pre_build(shape_in, shape_out)``, it is
    called once for each simulator, outside the time loop, with the shapes
    (minibatch, size_in), or None without input, and (minibatch, size_out): the place to
    make variables. ``post_build(sess, rng)`` is called when the simulator is complete and
    at each `Simulator.reset`, with the session as TensorFlow's default session and a
    `numpy.random.RandomState`.

    Variables may also be made in the function itself: it is called several times (once
    for each unrolled step, and once before), and gets the variables of its first call.

    Examples
    --------
    >>> with nengo.Network() as net:
    ...     node = nengo_dl.TensorNode(lambda t, x: tf.exp(x), size_in=2)
    >>> node.size_out
    2
    """

    tensor_func = TensorFuncParam("tensor_func", readonly=False)
    size_in = IntParam("size_in", default=0, low=0, optional=True)
    size_out = IntParam("size_out", default=None, low=1, optional=True)

    # in which nengo sets them in a copy, which has no `output` of its own
    _param_init_order = ["size_in", "size_out", "tensor_func"]

    def __init__(
        self,
        tensor_func: Callable,
        size_in: int = Default,
        size_out: Optional[int] = Default,
        label: Optional[str] = Default,
    ):
        NengoObject.__init__(self, label=label, seed=Default)
        _check_size(self, "size_in", size_in, 0)
        _check_size(self, "size_out", size_out, 1)
        self.size_in = size_in
        if self.size_in is None:
            self.size_in = 0
        self.size_out = size_out
        self.tensor_func = tensor_func

    @property
    def output(self) -> TensorOutput:
        """
        Give nengo something to call.

        Returns
        -------
        TensorOutput
            Refuses to be called outside this backend.
        """
        return TensorOutput(self)


def _check_size(node, name, value, low):
    """Say what the limits are; nengo's own message only gives the bound."""
    if isinstance(value, numbers.Real) and value < low:
        raise ValidationError(
            f"must be an integer of at least {low}, but is {value!r}",
            attr=name,
            obj=node,
        )
