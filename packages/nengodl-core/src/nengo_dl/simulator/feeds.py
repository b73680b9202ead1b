# SPDX-License-Identifier: MIT
"""The data that users feed to input nodes, checked before anything runs."""

import numbers
from collections.abc import Mapping

import nengo
import numpy as np

from nengo_dl.errors import DataError
from nengo_dl.tensor_node import TensorNode


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
    _check_mapping(data, "leave it out to give no data")
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


def check_batches(data, model, minibatch_size, unroll, targets, dtype):
    """
    Check the data of many items, and bring it into the form that programs take.

    Parameters
    ----------
    data : mapping of Node or Probe to ndarray, or int
        Arrays of shape (items, steps, size), or a number of steps.
    model : Model
        The built model.
    minibatch_size : int
        Items that are simulated at a time.
    unroll : int
        Number that the steps have to be a multiple of.
    targets : collection of Probe
        Probes that need a target.
    dtype : str
        Type of the simulation.

    Returns
    -------
    dict of object to ndarray, or int
        The arrays in `dtype`, or the number of steps.

    Raises
    ------
    DataError
        If something does not fit.
    """
    if isinstance(data, numbers.Integral) and not isinstance(data, bool):
        n_steps, arrays = int(data), {}
        if n_steps < 1:
            raise DataError(f"must be at least 1 step, but is {n_steps}")
    else:
        n_steps, arrays = _check_items(data, model, minibatch_size)
    if n_steps % unroll != 0:
        raise DataError(
            f"must have a number of steps that unroll_simulation={unroll} divides, but has"
            f" {n_steps}"
        )
    _check_targets(arrays, targets)
    converted = {key: _convert(key, value, dtype) for key, value in arrays.items()}
    return converted or n_steps


def check_target_shapes(program, probes):
    """
    Refuse targets for probes that record arrays.

    Parameters
    ----------
    program : Program
        The program.
    probes : collection of Probe
        Probes that need a target.

    Raises
    ------
    DataError
        If there is one.
    """
    for probe in probes:
        shape = program.probe_shape(probe)[1:]
        if len(shape) != 1:
            raise DataError(
                f"there can be no target for {probe}: it records arrays of shape {shape},"
                " and targets are vectors. Give a function of one argument, in which the"
                " target is a constant."
            )


def _check_items(data, model, minibatch_size):
    """Check arrays, and return their number of steps, and the arrays."""
    _check_mapping(data, "give a number of steps if there is no data")
    for key, value in data.items():
        _check_key(key, model)
        _check_array(key, value)
    first, array = next(iter(data.items()))
    for key, value in data.items():
        for axis in (0, 1):
            _check_length(key, value, axis, array.shape[axis], f"as that for {first}")
    if len(array) < minibatch_size:
        raise DataError(
            f"must have at least minibatch_size={minibatch_size} items, but has"
            f" {len(array)}"
        )
    if array.shape[1] < 1:
        raise DataError("must have at least 1 step, but has none")
    return array.shape[1], data


def _check_targets(arrays, targets):
    for key in arrays:
        if isinstance(key, nengo.Probe) and key not in targets:
            raise DataError(
                f"{key} is not used in the objective: no output function that takes"
                " targets has that probe. Leave its data out.",
                attr="targets",
            )
    for probe in targets:
        if probe not in arrays:
            raise DataError(
                f"must have a target for {probe}, because its output function takes two"
                " arguments: the output and a target"
            )


def _check_mapping(data, otherwise):
    if not isinstance(data, Mapping) or len(data) == 0:
        raise DataError(
            "must be a dict from input Nodes to arrays of shape (batch, steps, size),"
            f" with one entry or more, but is {data!r}; {otherwise}"
        )


def _check_key(key, model):
    if isinstance(key, nengo.Node):
        if isinstance(key, TensorNode):
            raise DataError(
                f"{key} is a TensorNode, whose output TensorFlow computes; data can only be"
                " given for other nodes that have size_in 0"
            )
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
    if isinstance(key, nengo.Node):  # a target of NaN is one that does not count
        _check_finite(key, value, value, "finite numbers")


def _convert(key, value, dtype):
    with np.errstate(over="ignore"):  # told by an error below
        converted = value.astype(dtype)
    if isinstance(key, nengo.Node):
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
