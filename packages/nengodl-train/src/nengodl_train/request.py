# SPDX-License-Identifier: MIT
"""The arguments of training, checked before anything is changed."""

import numbers
import warnings
from collections.abc import Mapping
from typing import Any, Dict, Optional, Sequence

import nengo
from nengo.exceptions import ValidationError
from nengo_dl.extend.training import (
    DataError,
    Output,
    check_batches,
    check_target_shapes,
    parse_outputs,
)

from nengodl_train.callbacks import Callback
from nengodl_train.data import Source, open_source
from nengodl_train.data.forms import find_opener
from nengodl_train.errors import OneStepWarning
from nengodl_train.objectives import mse
from nengodl_train.program.objective import unique


def parse_objective(objective: Any, data: Any, model: Any):
    """
    Check an objective, and put in what stands for something else.

    Parameters
    ----------
    objective : dict or None
        What the user gave. The value "mse" is replaced in place.
    data : object
        The data.
    model : Model
        The built model.

    Returns
    -------
    list of Output
        The objective.

    Raises
    ------
    ValidationError
        If it is none.
    """
    if objective is None:
        objective = _default(data)
    if not isinstance(objective, dict):
        raise ValidationError(
            "must be a dict from probes (or tuples of probes) to functions, such as"
            f" {{probe: nengo_dl.objectives.mse}}, but is {objective!r}",
            attr="objective",
        )
    if not objective:
        raise ValidationError(
            "names no probe, so there is nothing to optimize: give at least one"
            " {probe: function}",
            attr="objective",
        )
    old = [key for key, value in objective.items() if _is_old_name(value)]
    outputs = parse_outputs(
        {**objective, **dict.fromkeys(old, mse)}, model, "objective"
    )
    if old:
        warnings.warn(
            'The objective "mse" is deprecated; use nengo_dl.objectives.mse.',
            DeprecationWarning,
            stacklevel=4,
        )
        objective.update(dict.fromkeys(old, mse))
    return outputs


def _is_old_name(value):
    return isinstance(value, str) and value == "mse"


def _default(data):
    if isinstance(data, numbers.Integral):
        raise ValidationError(
            "must be given where data is a number of steps: there are no targets, so"
            " nengo_dl.objectives.mse cannot stand in for it",
            attr="objective",
        )
    if not isinstance(data, Mapping):
        raise ValidationError(
            "must be given where data is a stream, as its probes are not known before",
            attr="objective",
        )
    objective = {key: mse for key in data if isinstance(key, nengo.Probe)}
    if not objective:
        raise ValidationError(
            "is not given, and data has no targets to compare with: there is nothing to"
            " optimize. Give an objective, or data for a probe",
            attr="objective",
        )
    return objective


def check_form(data: Any, streams: bool) -> None:
    """
    Check what kind of data there is, as far as the objective depends on it.

    Parameters
    ----------
    data : object
        The data.
    streams : bool
        Whether it may be a stream.

    Raises
    ------
    DataError
        If it is something else than arrays, a number of steps or a stream, or empty.
    """
    if isinstance(data, numbers.Integral):
        return
    if isinstance(data, Mapping):
        if not data:
            raise DataError(
                "must have one entry or more, but is an empty dict; give a number of steps"
                " if there is no data"
            )
    elif not streams or find_opener(data) is None:
        raise DataError(
            "must be a dict from input Nodes and Probes to arrays, or a number of steps"
            + (", or a stream of such dicts" if streams else "")
            + f", but is a {type(data).__name__}: {data!r}"
        )


def open_data(
    sim: Any,
    data: Any,
    outputs: Sequence[Output],
    shuffle: bool,
    truncation: Optional[int],
) -> Source:
    """
    Open the data of a training.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        The simulator.
    data : object
        What the user gave.
    outputs : sequence of Output
        The objective.
    shuffle : bool
        Whether items come in random order.
    truncation : int or None
        Number of steps in one piece.

    Returns
    -------
    Source
        The data, to be gone through.

    Raises
    ------
    DataError
        If it does not fit the network or the objective.
    """
    needed = [one for one in outputs if one.has_target or one.function is None]
    probes = [probe for one in needed for probe in one.probes]
    check_target_shapes(sim.program, probes)
    return open_source(
        data,
        checker(sim, probes),
        network_objects(sim),
        sim.minibatch_size,
        shuffle,
        truncation,
        sim.rng,
    )


def checker(sim: Any, targets: Any):
    """
    Make the function that checks data.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        The simulator.
    targets : collection of Probe
        Probes that need data.

    Returns
    -------
    callable
        Function from data to the form that programs take; see `check_batches`.
    """
    settings = sim.program.settings

    def check(data):
        return check_batches(
            data,
            sim.model,
            sim.minibatch_size,
            sim.unroll,
            dict.fromkeys(targets),
            settings.dtype,
        )

    return check


def check_feeds(extra_feeds: Any) -> None:
    """Refuse further feeds that are no dict."""
    if extra_feeds is not None and not isinstance(extra_feeds, Mapping):
        raise ValidationError(
            f"must be a dict from tensors to values, but is {extra_feeds!r}",
            attr="extra_feeds",
        )


def check_counts(sim: Any, counts: Dict[str, Any]) -> None:
    """
    Check arguments that are numbers, and that the simulator can be trained.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        The simulator.
    counts : dict of str to int or None
        Values by name; "truncation" must be a multiple of the unrolling.

    Raises
    ------
    ValidationError
        If one is wrong.
    """
    if sim.program.settings.inference_only:
        raise ValidationError(
            "this network was built with inference_only=True and cannot be trained; leave"
            " that setting out",
            attr="inference_only",
        )
    for name, value in counts.items():
        whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        optional = name != "n_epochs"
        if not (optional and value is None) and (not whole or value < 1):
            raise ValidationError(
                f"must be an integer of at least 1, but is {value!r}", attr=name
            )
    truncation: Optional[int] = counts.get("truncation")
    if truncation is not None and truncation % sim.unroll != 0:
        raise ValidationError(
            f"must be a multiple of unroll_simulation={sim.unroll}, but is {truncation}",
            attr="truncation",
        )


def check_callbacks(callbacks: Any) -> None:
    """
    Check that callbacks are some.

    Parameters
    ----------
    callbacks : object
        What the user gave.

    Raises
    ------
    ValidationError
        If it is no list or tuple of them.
    """
    known = isinstance(callbacks, (list, tuple))
    if not known or not all(isinstance(one, Callback) for one in callbacks):
        raise ValidationError(
            "must be a list or tuple of nengodl_train.callbacks.Callback, but is"
            f" {callbacks!r}",
            attr="callbacks",
        )


def warn_one_step(sim: Any, n_steps: Optional[int], data: Any) -> None:
    """
    Warn where filters delay what one step can't wait for.

    Parameters
    ----------
    sim : nengo_dl.Simulator
        The simulator.
    n_steps : int or None
        Number of steps.
    data : object
        The data, whose probes count.
    """
    network = sim.model.toplevel
    if n_steps != 1 or network is None:
        return
    filtered = [c for c in network.connections if c.synapse is not None]
    if isinstance(data, Mapping):
        probes = [key for key in data if isinstance(key, nengo.Probe)]
        filtered += [probe for probe in probes if probe.synapse is not None]
    if filtered:
        warnings.warn(
            f"Training is for one timestep, but {filtered[0]} has a synapse"
            f" ({filtered[0].synapse}): its filter delays the signal, so that little or"
            " nothing of it arrives within one step. Set synapse=None, or train with more"
            " steps.",
            OneStepWarning,
            stacklevel=4,
        )


def network_objects(sim: Any):
    """List the Nodes and Probes of a simulated network."""
    network = sim.model.toplevel
    if network is None:
        return []
    return unique(list(network.all_nodes) + list(network.all_probes))
