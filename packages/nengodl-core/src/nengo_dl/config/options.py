# SPDX-License-Identifier: MIT
"""The options that `configure_settings` knows, and the values each can have."""

import math
import numbers
from collections.abc import Mapping

import numpy as np
from nengo import Connection, Ensemble, Network, Probe
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError
from nengo.params import Parameter

DTYPES = ("float32", "float64")
# by name; lower/rules/surrogate.py has the functions
SURROGATES = ("arctan", "fast_sigmoid")


class SettingParam(Parameter):
    """
    Parameter that a function validates and normalises.

    Parameters
    ----------
    name : str
        Name of the setting.
    normalise : callable
        Function from a value to the value to store; ValueError or TypeError refuse it.
    expected : str
        What the values may be, for the message.
    """

    def __init__(self, name, normalise, expected):
        super().__init__(name, default=None, optional=True)
        self._normalise = normalise
        self._expected = expected

    def coerce(self, instance, value):
        """
        Validate a value.

        Parameters
        ----------
        instance : object
            Where it is to be set.
        value : object
            The value, None for the default.

        Returns
        -------
        object
            The value to store.
        """
        value = super().coerce(instance, value)
        try:
            return None if value is None else self._normalise(value)
        except (TypeError, ValueError):
            raise ValidationError(
                f"must be {self._expected}, but is {value!r} of type"
                f" {type(value).__name__}",
                attr=self.name,
            ) from None


class Option:
    """The classes that have an option, and how to make its parameter."""

    def __init__(self, normalise, expected, classes=(Network,)):
        self._normalise = normalise
        self._expected = expected
        self.classes = classes

    def parameter(self, name):
        """
        Make the parameter that stores and validates the option.

        Parameters
        ----------
        name : str
            Name of the option.

        Returns
        -------
        SettingParam
            A new parameter.
        """
        return SettingParam(name, self._normalise, self._expected)


def _require(condition):
    if not condition:
        raise ValueError


def _boolean(value):
    _require(isinstance(value, (bool, np.bool_)))
    return bool(value)


def _function(value):
    _require(callable(value))
    return value


def _functions(value):
    value = value if isinstance(value, tuple) else list(value)
    _require(all(callable(function) for function in value))
    return value


def _session_config(value):
    _require(isinstance(value, Mapping) and all(isinstance(key, str) for key in value))
    return dict(value)


def _smoothing(value):
    _require(isinstance(value, numbers.Real) and not isinstance(value, bool))
    _require(math.isfinite(value) and value >= 0)
    return float(value) if value > 0 else None


def _surrogate(value):
    if not isinstance(value, str):
        return _function(value)
    _require(value == "rate" or value in SURROGATES)
    return None if value == "rate" else value


def _dtype(value):
    # a TensorFlow type knows its NumPy type
    name = np.dtype(getattr(value, "as_numpy_dtype", value)).name
    _require(name in DTYPES)
    return name


def _jit_compile(value):
    return value if isinstance(value, str) and value == "auto" else _boolean(value)


OPTIONS = {
    "compiled_kernels": Option(_boolean, "True or False"),
    "planner": Option(_function, "a function from operators to a plan"),
    # of what a sorter returns, only the order of operators inside groups is used
    "sorter": Option(_function, "a function from a plan to signals and a plan"),
    "simplifications": Option(
        _functions, "a sequence of functions from operators to operators"
    ),
    "session_config": Option(
        _session_config, "a dict from ConfigProto field names to values"
    ),
    "inference_only": Option(_boolean, "True or False"),
    "lif_smoothing": Option(_smoothing, "a finite number, 0 or greater"),
    "surrogate": Option(
        _surrogate,
        ", ".join(f'"{name}"' for name in ("rate",) + SURROGATES)
        + " or a function from potentials to derivatives",
    ),
    "dtype": Option(_dtype, "the floating point type " + " or ".join(DTYPES)),
    # "auto" leaves the choice to the loop, which takes XLA wherever it compiles everything
    "jit_compile": Option(_jit_compile, 'True, False or "auto"'),
    "keep_history": Option(_boolean, "True or False", (Probe,)),
    "trainable": Option(
        _boolean, "True, False or None", (Ensemble, Connection, Neurons, Network)
    ),
}
