# SPDX-License-Identifier: MIT
"""The arguments of training, checked before anything is changed."""

import numbers
import warnings
from typing import Any, Dict, Optional

import nengo
from nengo.exceptions import ValidationError
from nengo_dl.extend.training import check_batches, parse_outputs

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
    for key, value in objective.items():
        if isinstance(value, str) and value == "mse":
            warnings.warn(
                'The objective "mse" is deprecated; use nengo_dl.objectives.mse.',
                DeprecationWarning,
                stacklevel=4,
            )
            objective[key] = mse
    return parse_outputs(objective, model, "objective")


def _default(data):
    if isinstance(data, numbers.Integral):
        raise ValidationError(
            "must be given where data is a number of steps: there are no targets, so"
            " nengo_dl.objectives.mse cannot stand in for it",
            attr="objective",
        )
    if not isinstance(data, dict):
        raise ValidationError(
            "must be given where data is a stream, as its probes are not known before",
            attr="objective",
        )
    objective = {key: mse for key in data if isinstance(key, nengo.Probe)}
    if data and not objective:
        raise ValidationError(
            "is not given, and data has no targets to compare with: there is nothing to"
            " optimize. Give an objective, or data for a probe",
            attr="objective",
        )
    # data that is empty has an error of its own
    return objective or {None: mse} if data else {}


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
            {probe: None for probe in targets},
            settings.dtype,
        )

    return check


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
        if value is not None and (not whole or value < 1):
            raise ValidationError(
                f"must be an integer of at least 1, but is {value!r}", attr=name
            )
    truncation: Optional[int] = counts.get("truncation")
    if truncation is not None and truncation % sim.unroll != 0:
        raise ValidationError(
            f"must be a multiple of unroll_simulation={sim.unroll}, but is {truncation}",
            attr="truncation",
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
    if isinstance(data, dict):
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
