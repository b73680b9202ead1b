# SPDX-License-Identifier: MIT
"""Functions of probe data, computed by TensorFlow."""

import numbers
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

import nengo
import numpy as np
import tensorflow as tf
from nengo.exceptions import ValidationError

from nengo_dl.compat.tensorflow import v1
from nengo_dl.utils import count_arguments, function_name


class Output(NamedTuple):
    """What is wanted of a probe, or of several: the data itself if `function` is None."""

    key: Any
    probes: Tuple[nengo.Probe, ...]
    function: Optional[Callable]
    has_target: bool


def parse_outputs(outputs: Any, model: Any, attr: str = "outputs") -> List[Output]:
    """
    Check what a user wants of probes.

    Parameters
    ----------
    outputs : mapping of Probe or tuple of Probe to callable or None
        The functions.
    model : Model
        The built model.
    attr : str, optional
        Name of the argument, for errors about its keys; those about functions always say
        "outputs".

    Returns
    -------
    list of Output
        The same, checked.

    Raises
    ------
    ValidationError
        If something else than a probe of the network or a function of one or two
        arguments is there.
    """
    if not isinstance(outputs, dict):
        raise ValidationError(
            f"must be a dict from probes to functions, but is {outputs!r}",
            attr=attr,
        )
    return [_parse(key, function, model, attr) for key, function in outputs.items()]


def _parse(key, function, model, attr):
    probes = key if isinstance(key, tuple) else (key,)
    if not probes:
        raise ValidationError(
            "keys must be probes, or tuples of one or more of them, but one is ()",
            attr=attr,
        )
    for probe in probes:
        if not isinstance(probe, nengo.Probe) or probe not in model.params:
            raise ValidationError(
                f"keys must be probes of the network, or tuples of them, but {probe!r} is"
                " none",
                attr=attr,
            )
    if function is None:
        return Output(key, probes, None, False)
    if not callable(function):
        raise ValidationError(
            f"the value for {key} must be a function or None, but is {function!r}",
            attr="outputs",
        )
    n_arguments = count_arguments(function)
    if n_arguments not in (1, 2):
        raise ValidationError(
            f"the function {function_name(function, sanitize=False)!r} for {key} must take"
            " one argument (outputs) or two (outputs and targets), but takes"
            f" {n_arguments}",
            attr="outputs",
        )
    return Output(key, probes, function, n_arguments == 2)


class BuiltOutputs:
    """
    Functions of probe data in the graph of a program.

    Parameters
    ----------
    outputs : sequence of Output
        What is wanted.
    program : Program
        The program.
    dtype : str
        Type of the data.
    """

    def __init__(self, outputs: Sequence[Output], program: Any, dtype: str):
        self._program = program
        self._dtype = dtype
        self._data: Dict[nengo.Probe, tf.Tensor] = {}
        self._targets: Dict[nengo.Probe, tf.Tensor] = {}
        self._results: Dict[Any, Any] = {}
        with program.as_default():
            for output in outputs:
                with program.outputs.of(output):
                    self._results[output.key] = self._build(output)
            program.outputs.keep(outputs)

    def _build(self, output):
        data = [self._placeholder(self._data, probe) for probe in output.probes]
        if output.function is None:
            return data if isinstance(output.key, tuple) else data[0]
        arguments = [data]
        if output.has_target:
            arguments.append(
                [self._placeholder(self._targets, probe) for probe in output.probes]
            )
        if isinstance(output.key, tuple):
            result = output.function(*[tuple(argument) for argument in arguments])
        else:
            result = output.function(*[argument[0] for argument in arguments])
        return _checked(output, result)

    def _placeholder(self, known, probe):
        if probe not in known:
            shape = self._program.probe_shape(probe)
            known[probe] = v1.placeholder(self._dtype, shape[:1] + (None,) + shape[1:])
        return known[probe]

    def evaluate(
        self,
        data: Dict[nengo.Probe, np.ndarray],
        targets: Dict[nengo.Probe, np.ndarray],
        extra_fetches: Any = None,
        extra_feeds: Optional[Dict] = None,
    ) -> Tuple[Dict[Any, Any], Any]:
        """
        Compute the functions.

        Parameters
        ----------
        data : dict of Probe to ndarray
            What probes recorded, arrays of shape (minibatch, steps, ...).
        targets : dict of Probe to ndarray
            Targets, of the same shapes.
        extra_fetches : structure of tf.Tensor, optional
            Further tensors to fetch.
        extra_feeds : dict of tf.Tensor to ndarray, optional
            Values of further tensors.

        Returns
        -------
        (dict, structure of ndarray)
            Results of the functions, and values of `extra_fetches`.
        """
        feeds = dict(extra_feeds or {})
        feeds.update((tensor, data[probe]) for probe, tensor in self._data.items())
        feeds.update(
            (tensor, targets[probe]) for probe, tensor in self._targets.items()
        )
        keys = list(self._results)
        fetches = [list(_sequence(self._results[key])) for key in keys]
        extra = [] if extra_fetches is None else extra_fetches
        found, extra = self._program.sess.run([fetches, extra], feeds)
        results = {
            key: tuple(values) if _is_sequence(self._results[key]) else values[0]
            for key, values in zip(keys, found)
        }
        return results, None if extra_fetches is None else extra


def _is_sequence(result):
    return isinstance(result, (tuple, list))


def _sequence(result):
    return result if _is_sequence(result) else [result]


def _checked(output, result):
    """Turn numbers and arrays into tensors, and refuse what TensorFlow cannot compute."""
    if not _is_sequence(result):
        return _tensor(output, result)
    if len(result) == 0:
        _refuse(output, result)
    return [_tensor(output, value) for value in result]


def _tensor(output, value):
    if tf.is_tensor(value):
        return value
    if not isinstance(value, (numbers.Number, np.ndarray)):
        _refuse(output, value)
    return tf.convert_to_tensor(value)


def _refuse(output, value):
    raise ValidationError(
        f"the function {function_name(output.function, sanitize=False)!r} for {output.key}"
        f" must return a tensor, or a tuple or list of tensors, but returned {value!r}",
        attr="outputs",
    )
