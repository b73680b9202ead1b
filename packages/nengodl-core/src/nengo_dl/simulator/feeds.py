# SPDX-License-Identifier: MIT
"""The data that users feed to input nodes, checked before anything runs."""

from collections.abc import Mapping

import nengo
import numpy as np

from nengo_dl.errors import DataError


def check_data(data, model, batch, n_steps, executed, dtype):
    """
    Check the data of a run, and bring it into the form that programs take.

    Parameters
    ----------
    data : mapping of Node to ndarray or None
        What the user gave: arrays of shape (batch, steps, size).
    model : Model
        The built model.
    batch : int
        Items that are simulated.
    n_steps : int
        Steps that the user asked for.
    executed : int
        Steps that run, more than `n_steps` if these do not fill the unrolled loop.
    dtype : str
        Type of the simulation.

    Returns
    -------
    dict of Node to ndarray
        The arrays in `dtype`.

    Raises
    ------
    DataError
        If something does not fit.
    """
    if data is None:
        return {}
    if not isinstance(data, Mapping) or len(data) == 0:
        raise DataError(
            "must be a dict from input Nodes to arrays of shape (batch, steps, size),"
            f" with one entry or more, but is {data!r}; leave it out to give no data"
        )
    for key, value in data.items():
        _check_key(key, model)
        _check_array(key, value)
        _check_length(key, value, 0, batch, "minibatch_size")
        _check_steps(key, value, n_steps, executed)
    targets = [key for key in data if isinstance(key, nengo.Probe)]
    if targets:
        raise DataError(
            f"{targets[0]} is not used in the objective: a run has none. Only training and"
            " loss take data for probes.",
            attr="targets",
        )
    return {node: _convert(node, value, dtype) for node, value in data.items()}


def _check_key(key, model):
    if isinstance(key, nengo.Node):
        if key.size_in != 0:
            raise DataError(
                f"{key} takes input from the network (size_in is {key.size_in}); data can"
                " only be given for nodes that have size_in 0"
            )
    elif not isinstance(key, nengo.Probe):
        raise DataError(
            f"keys must be input Nodes or Probes, but {key!r} is a {type(key).__name__}"
        )
    if key not in model.params:
        raise DataError(f"{key} does not belong to the network of this simulator")


def _check_array(key, value):
    if not isinstance(value, np.ndarray):
        raise DataError(
            f"the value for {key} must be a numpy array of shape (batch, steps, size), but"
            f" is a {type(value).__name__}; convert it with numpy.asarray"
        )
    if value.ndim != 3:
        raise DataError(
            f"the array for {key} must have three axes (batch, steps, size), but has"
            f" {value.ndim}: its shape is {value.shape}"
        )
    if value.dtype.kind not in "fiub":
        raise DataError(
            f"the array for {key} must hold real numbers, but its dtype is {value.dtype}"
        )
    size = key.size_out if isinstance(key, nengo.Node) else key.size_in
    _check_length(key, value, 2, size, "the size of the object")
    _check_finite(key, value, value, "finite numbers")


def _convert(key, value, dtype):
    with np.errstate(over="ignore"):  # told by an error below
        converted = value.astype(dtype)
    _check_finite(key, value, converted, f"numbers that {dtype} can represent")
    return converted


def _check_finite(key, value, converted, expected):
    if not np.all(np.isfinite(converted)):
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(converted))[0])
        raise DataError(
            f"the array for {key} must hold {expected}, but has {value[place]} at"
            f" {list(place)}"
        )


def _check_length(key, value, axis, expected, meaning):
    if value.shape[axis] != expected:
        raise DataError(
            f"axis {axis} ({('batch', 'steps', 'size')[axis]}) of the array for {key} must"
            f" have length {expected} ({meaning}), but has length {value.shape[axis]}"
        )


def _check_steps(key, value, n_steps, executed):
    meaning = "the number of steps"
    if executed != n_steps:
        meaning = (
            f"the number of steps that are executed when {n_steps} are asked for, because"
            " steps are unrolled"
        )
    _check_length(key, value, 1, executed, meaning)
