# SPDX-License-Identifier: MIT
"""Single summaries: what can be recorded, and the operations that do it."""

from typing import Any, List, NamedTuple, Optional, Sequence

import nengo
import tensorflow as tf
from nengo.ensemble import Neurons
from nengo_dl.utils import sanitize_name

from nengodl_train.errors import SummaryError

v1 = tf.compat.v1

# Type of an object, what its tag begins with, and which of its signals is recorded.
PARAMETERS = (
    (nengo.Connection, "Connection", "weights"),
    (nengo.Ensemble, "Ensemble", "encoders"),
    (Neurons, "Ensemble.neurons", "bias"),
)


class Record(NamedTuple):
    """
    One summary in the graph, and where its value comes from.

    Parameters
    ----------
    summary : tf.Tensor
        The summary, a scalar of type string.
    given : tf.Tensor or None
        Placeholder of the value; None if the graph itself computes it.
    source : object
        Key of a loss, or signal of a parameter; None if the graph computes the value.
    """

    summary: tf.Tensor
    given: Optional[tf.Tensor] = None
    source: Any = None


def check(sim: Any, item: Any) -> None:
    """
    Refuse what cannot be recorded.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        The simulator.
    item : object
        What a user wants to be recorded.

    Raises
    ------
    SummaryError
        If it is of another type, or belongs to another network or graph.
    """
    if isinstance(item, tf.Tensor):
        _check_tensor(sim, item)
    elif isinstance(item, tuple(kind for kind, _, _ in PARAMETERS)):
        _check_object(sim, item)
    elif not isinstance(item, str) or item != "loss":
        raise SummaryError(
            item,
            "summaries must be 'loss', connections, ensembles, neurons, or tensors that"
            " functions of tf.compat.v1.summary return",
        )


def _check_tensor(sim, tensor):
    # the values of eager TensorFlow are tensors that have no graph
    if getattr(tensor, "graph", None) is not sim.program.graph:
        raise SummaryError(
            tensor,
            "it does not belong to the graph of this simulator; make it inside of"
            " 'with sim:'",
        )
    if tensor.dtype != tf.string or tensor.shape.ndims not in (None, 0):
        raise SummaryError(
            tensor,
            "a summary is a scalar of type string; make one of this tensor with"
            " tf.compat.v1.summary.scalar or tf.compat.v1.summary.histogram",
        )


def _check_object(sim, item):
    if _owner(item) not in sim.model.params:
        raise SummaryError(item, "it does not belong to the network of this simulator")
    _, part = _names(item)
    if _signal(sim, item) is None:
        raise SummaryError(
            item, f"it has no {part} in this simulator; leave it out of the summaries"
        )


def make_records(sim: Any, items: Sequence, keys: Sequence) -> List[Record]:
    """
    Add summaries to the graph of a simulator, on the CPU.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        The simulator.
    items : sequence
        What to record, after `check`.
    keys : sequence of Probe or tuple of Probe
        Keys of the objective.

    Returns
    -------
    list of Record
        The summaries. Where a tag is there already, TensorFlow adds a number to it.
    """
    records = []
    graph = sim.program.graph
    # tags are made of name scopes: that in which the caller is does not belong there
    with graph.as_default(), graph.device("/cpu:0"), graph.name_scope(None):
        for item in items:
            if isinstance(item, tf.Tensor):
                records.append(_own(item))
            elif isinstance(item, str):
                records.append(_scalar("loss", "loss"))
                if len(keys) > 1:
                    records += [_scalar(_probe_tag(key), key) for key in keys]
            else:
                records.append(_histogram(sim, item))
    return records


def _scalar(name, key):
    given = v1.placeholder(tf.float64, (), "summary_value")
    # in no collection: a merge_all() of the user's would ask for the value
    summary = v1.summary.scalar(name, given, collections=[], family="loss")
    return Record(summary, given, key)


def _own(tensor):
    # TensorFlow looks whether the text is a summary when it merges it with others
    name = f"summary_{tensor.op.name}"
    return Record(v1.summary.merge([tensor], collections=[], name=name))


def _histogram(sim, item):
    given = v1.placeholder(tf.float64, (None,), "summary_value")
    kind, part = _names(item)
    name = f"{kind}_{sanitize_name(_owner(item).label)}_{part}"
    summary = v1.summary.histogram(name, given, collections=[])
    return Record(summary, given, _signal(sim, item))


def _probe_tag(key):
    probes = key if isinstance(key, tuple) else (key,)
    labels = "_".join(sanitize_name(probe.label) for probe in probes)
    return f"Probe_{labels}_loss"


def _owner(item):
    """Find the object that has a label and is built: the ensemble of neurons."""
    return item.ensemble if isinstance(item, Neurons) else item


def _names(item):
    """Find what the tag of an object begins with, and which of its signals is meant."""
    return next(names for kind, *names in PARAMETERS if isinstance(item, kind))


def _signal(sim, item):
    """Find a parameter; neurons in direct mode have none, nor all connections."""
    return sim.model.sig[item].get(_names(item)[1])
