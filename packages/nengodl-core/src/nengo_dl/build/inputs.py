# SPDX-License-Identifier: MIT
"""Operators of the step: what depends on nothing but time is taken out of it."""

from typing import Any, List, Sequence, Tuple

import nengo
from nengo.builder.operator import SimPyFunc
from nengo.builder.processes import SimProcess

from nengo_dl.operators import HostFeed, NoisyNeurons, needs_noise
from nengo_dl.tensor_node import TensorNode
from nengo_dl.tensor_node.operator import is_tensor_node, tensor_operator


def is_input_node(obj: Any) -> bool:
    """
    Say whether an object can be given `data`.

    Parameters
    ----------
    obj : object
        Any object.

    Returns
    -------
    bool
        True for a `nengo.Node` without input, unless TensorFlow computes its output.
    """
    is_node = isinstance(obj, nengo.Node) and not isinstance(obj, TensorNode)
    return is_node and obj.size_in == 0


def feed_operators(model: Any) -> Tuple[List[Any], List[Any]]:
    """
    Replace operators that the host runs ahead by operators that take their values.

    The model's own list of operators stays as it is.

    Parameters
    ----------
    model : nengo.builder.Model
        The built model.

    Returns
    -------
    (list of nengo.builder.Operator, list of nengo.builder.Operator)
        Operators of the step, with a `HostFeed` for each input node and each function
        or process without input; and operators that only have side effects on the host.
    """
    nodes = _input_nodes(model)
    operators, hosted = [], []
    for op in model.operators:
        if is_tensor_node(op):
            operators.append(tensor_operator(op))
        elif needs_noise(op):
            noisy = NoisyNeurons(op)
            operators += [noisy, HostFeed(noisy, noisy.noise, tag=op.tag)]
        elif not _is_hosted(op):
            operators.append(op)
        elif _output(op) is None:
            hosted.append(op)
        else:
            mode = "inc" if op.incs else "set"
            output = _output(op)
            operators.append(HostFeed(op, output, mode, tag=op.tag))
    fed = {op.output for op in operators if isinstance(op, HostFeed)}
    for signal, node in nodes.items():
        if signal not in fed:
            operators.append(HostFeed(node, signal, tag=str(node)))
    return operators, hosted


def _input_nodes(model) -> dict:
    return {
        model.sig[node]["out"]: node
        for node in list(model.params)
        if is_input_node(node) and model.sig[node].get("out") is not None
    }


def _is_hosted(op):
    if isinstance(op, SimPyFunc):
        return op.x is None
    return isinstance(op, SimProcess) and op.input is None


def _output(op) -> Any:
    signals: Sequence[Any] = list(op.sets) + list(op.incs)
    return signals[0] if signals else None
