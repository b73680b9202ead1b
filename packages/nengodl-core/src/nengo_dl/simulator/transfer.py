# SPDX-License-Identifier: MIT
"""Live parameters as arguments of Nengo's own objects, and into these objects."""

from typing import Any, Dict, List, Sequence

import nengo
import numpy as np
from nengo.ensemble import Neurons
from nengo.solvers import NoSolver

from nengo_dl.errors import TransferError
from nengo_dl.signals import is_sparse
from nengo_dl.tensor_node import TensorNode
from nengo_dl.tensor_node.keras import KerasFunction, write_back

# Nengo 2.8 compares the size of a function with the transform that is there already, later
# versions the other way round; a transform of 1 is all that is ever set with a function.
_CONNECTION = ["transform", "function"]
if hasattr(nengo, "transforms"):
    _CONNECTION.reverse()
_ENSEMBLE = [
    "encoders",
    "normalize_encoders",
    "gain",
    "bias",
    "max_rates",
    "intercepts",
]
_ORDER = _CONNECTION + ["solver"] + _ENSEMBLE


class Zeros:
    """
    A function with a known number of outputs, for connections with given decoders.

    Parameters
    ----------
    size : int
        The number.
    """

    def __init__(self, size: int):
        self.size = size

    def __call__(self, x: Any) -> np.ndarray:
        """Return zeros, whatever `x` is."""
        return np.zeros(self.size)


class FullWeights(NoSolver):
    """
    Weights from each neuron to each neuron, as given.

    Parameters
    ----------
    values : np.ndarray, shape (n_pre, n_post)
        The weights.
    """

    # nengo >= 3 would multiply what a compositional solver gives by the encoders
    compositional = False

    def __init__(self, values: np.ndarray):
        super().__init__(values=values, weights=True)


def labels(objs: Sequence[Any]) -> List[Any]:
    """
    Give the labels of objects, which have to be different.

    Parameters
    ----------
    objs : sequence of Ensemble, Neurons or Connection
        The objects.

    Returns
    -------
    list of str
        The labels.

    Raises
    ------
    TransferError
        If two are equal.
    """
    found: Dict[Any, Any] = {}
    for obj in objs:
        label = _ensemble(obj).label
        if label in found:
            raise TransferError(
                obj,
                f"as_dict=True needs different labels, but {found[label]} has the label"
                f" {label!r}, too; set labels, or leave as_dict out",
            )
        found[label] = obj
    return list(found)


def nengo_params(model: Any, program: Any, objs: Sequence[Any]) -> List[Dict[str, Any]]:
    """
    Give arguments that make objects with the parameters that these have now.

    Parameters
    ----------
    model : nengo.builder.Model
        The built model.
    program : nengo_dl.runtime.Program
        The running program, which is asked once for all values.
    objs : sequence of Ensemble, Neurons or Connection
        The objects.

    Returns
    -------
    list of dict
        Keyword arguments for each object.

    Raises
    ------
    TransferError
        If the parameters of an object cannot be given.
    """
    signals = {obj: _signals(model, obj) for obj in objs}
    flat = [signal for found in signals.values() for signal in found.values()]
    values = dict(zip(flat, program.signal_values(flat)))
    result = []
    for obj in objs:
        live = {
            key: _shared(obj, values[signal]) for key, signal in signals[obj].items()
        }
        if isinstance(obj, nengo.Connection):
            result.append(_connection_params(model, obj, live.get("weights")))
        else:
            result.append(_ensemble_params(model, _ensemble(obj), **live))
    return result


def _ensemble(obj):
    return obj.ensemble if isinstance(obj, Neurons) else obj


def _signals(model, obj):
    """Give the signals of an object's parameters, after a check of the object."""
    if not isinstance(obj, (nengo.Ensemble, Neurons, nengo.Connection)):
        raise TransferError(
            obj,
            f"only Ensembles and Connections have any, but it is a {type(obj).__name__}",
        )
    obj = _ensemble(obj)
    if obj not in model.params:
        raise TransferError(
            obj, "it is not in the simulated network; use an object of that network"
        )
    if isinstance(obj, nengo.Connection):
        weights = model.sig[obj].get("weights")
        return {} if weights is None else {"weights": weights}
    if isinstance(obj.neuron_type, nengo.Direct):
        raise TransferError(
            obj, "in direct mode there is no gain or bias; read Simulator.data instead"
        )
    bias = model.sig[obj.neurons]["bias"]
    return {"encoders": model.sig[obj]["encoders"], "bias": bias}


def _shared(obj, value):
    """Take the batch axis off."""
    if len(value) > 1:
        raise TransferError(
            obj,
            f"a learning rule changes them, so they differ between the {len(value)} items"
            " of the minibatch; use a simulator with one item, or read Simulator.data",
        )
    return np.asarray(value[0], dtype=np.float64)


def _ensemble_params(model, ensemble, encoders, bias):
    gain = model.params[ensemble].gain
    whole = np.array(model.params[ensemble].encoders, dtype=np.float64)
    scale = np.broadcast_to(gain[:, None] / ensemble.radius, whole.shape)
    # the gain of the build and not one that follows from the encoders: connections to the
    # neurons are multiplied by it
    np.divide(encoders, scale, out=whole, where=scale != 0)
    return {
        "encoders": whole,
        "normalize_encoders": False,
        "gain": np.array(gain, dtype=np.float64),
        "bias": bias,
        "max_rates": nengo.Ensemble.max_rates.default,
        "intercepts": nengo.Ensemble.intercepts.default,
    }


def _connection_params(model, connection, weights):
    if weights is None:  # nothing but a slice: nengo >= 3 without a transform
        return {"transform": connection.transform}
    if _is_decoded(connection):
        return _decoded_params(connection, weights)
    return {"transform": _transform(model, connection, weights)}


def _is_decoded(connection):
    pre = connection.pre_obj
    direct = isinstance(getattr(pre, "neuron_type", None), nengo.Direct)
    return isinstance(pre, nengo.Ensemble) and not direct


def _decoded_params(connection, weights):
    full = connection.solver.weights and isinstance(connection.post_obj, nengo.Ensemble)
    values = weights.T.copy()
    return {
        "solver": FullWeights(values) if full else NoSolver(values=values),
        "function": Zeros(connection.size_out),
        "transform": 1,
    }


def _transform(model, connection, weights):
    """Give a transform with the live weights, of the kind that the connection has."""
    transform = connection.transform
    signal = model.sig[connection]["weights"]
    if is_sparse(signal):
        return _with_init(transform, _sparse_init(signal.initial_value, weights))
    if hasattr(transform, "kernel_size"):
        return _with_init(transform, weights)
    # nengo 2.8 holds a single number as an array, but rules want a matrix to change
    single = weights.size == 1 and connection.learning_rule_type is None
    return weights.item() if single else weights


def _with_init(transform, init):
    """Copy a transform, which cannot be changed, with other values."""
    state = transform.__getstate__()
    state["init"] = init
    copy = type(transform).__new__(type(transform))
    copy.__setstate__(state)
    return copy


def _sparse_init(built, values):
    """Put values in place of those of a sparse matrix."""
    if hasattr(built, "indices") and np.ndim(built.indices) == 2:
        return type(built)(built.indices, values, built.shape)
    copy = built.tocoo(copy=True)
    copy.data = values
    return copy


def freeze(model: Any, program: Any, objs: Sequence[Any]) -> None:
    """
    Write live parameters into the objects of a network.

    Parameters
    ----------
    model : nengo.builder.Model
        The built model.
    program : nengo_dl.runtime.Program
        The running program.
    objs : sequence of Network, Ensemble, Connection or TensorNode
        The objects; a TensorNode has a Keras object, which gets the values.

    Raises
    ------
    TransferError
        If the parameters of an object cannot be given.
    TypeError
        If an object is of another type.
    """
    chosen = list(dict.fromkeys(part for obj in objs for part in _parts(model, obj)))
    nodes = [obj for obj in chosen if isinstance(obj, TensorNode)]
    others = [obj for obj in chosen if not isinstance(obj, TensorNode)]
    for obj, params in zip(others, nengo_params(model, program, others)):
        _assign(obj, params)
    _write_keras(program, nodes)


def _write_keras(program, nodes):
    """Set the weights of the Keras objects of nodes, as far as they are simulated."""
    functions = program.functions
    handles = {id(handle.variable): handle for handle in functions.named.values()}
    for op in functions.operators:
        if op.node in nodes:
            write_back(
                op.function,
                program.graph,
                lambda variable: handles[id(variable)].value(program.sess),
            )


def _parts(model, obj):
    kinds = (nengo.Network, nengo.Ensemble, nengo.Connection, TensorNode)
    if not isinstance(obj, kinds):
        raise TypeError(
            "Only Networks, Ensembles, Connections and TensorNodes can be frozen, but"
            f" {obj!r} is a {type(obj).__name__}."
        )
    if obj not in model.params:
        raise TransferError(
            obj, "it is not in the simulated network; use an object of that network"
        )
    if isinstance(obj, TensorNode) and not _has_keras(obj):
        raise TransferError(
            obj,
            "only a TensorNode with a Keras layer or model can hold new values; use"
            " save_params for the variables of a function",
        )
    if not isinstance(obj, nengo.Network):
        return [obj]
    ensembles = [
        ensemble
        for ensemble in obj.all_ensembles
        if not isinstance(ensemble.neuron_type, nengo.Direct)
    ]
    nodes = [node for node in obj.all_nodes if _has_keras(node)]
    connections = obj.all_connections + _decoding_connections(model, obj)
    return ensembles + connections + nodes


def _has_keras(node):
    return isinstance(getattr(node, "tensor_func", None), KerasFunction)


def _decoding_connections(model, network):
    """List the connections that nengo makes for probes of ensembles in a network."""
    probes = set(network.all_probes)
    return [
        obj
        for obj in list(model.params)
        if isinstance(obj, nengo.Connection)
        and obj.post_obj in probes
        and _is_decoded(obj)
    ]


def _assign(obj, params):
    if isinstance(obj, nengo.Connection) and isinstance(obj.post_obj, nengo.Probe):
        # built anew by each simulator, from the solver of the probe
        obj.post_obj.solver = params["solver"]
        return
    for name in sorted(params, key=_ORDER.index):
        setattr(obj, name, params[name])
