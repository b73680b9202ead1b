# SPDX-License-Identifier: MIT
"""Benchmarks and neuron types by name."""

import importlib
import inspect
from collections import OrderedDict

import nengo

from ..errors import InvalidOption, UnknownBenchmark, UnknownNeuronType
from .convolution import cconv
from .encoder_learning import voja
from .image import convolution
from .integration import integrator
from .learning import pes
from .python_function import python_node
from .random_graph import random_network
from .selection import basal_ganglia
from .sparsity import sparse
from .tensor_function import tensor_node
from .weight_learning import bcm

#: The class of nengo that a network needs and that nengo before 3 lacks.
NEEDED = {"convolution": "Convolution", "sparse": "Sparse"}
#: Every benchmark network by its name, in the order in which reports show them; only
#: those that the installed nengo can build.
NETWORKS = OrderedDict(
    (function.__name__, function)
    for function in (
        integrator,
        cconv,
        basal_ganglia,
        pes,
        voja,
        bcm,
        convolution,
        sparse,
        python_node,
        tensor_node,
        random_network,
    )
    if hasattr(nengo, NEEDED.get(function.__name__, "Network"))
)


def build_network(name, **arguments):
    """
    Build the benchmark network of that name.

    Parameters
    ----------
    name : str
        One of `NETWORKS`.
    **arguments
        Arguments of the network's function; those it does not take are ignored,
        so that one set of options serves all networks.

    Returns
    -------
    nengo.Network
        The benchmark network.

    Raises
    ------
    UnknownBenchmark
        If there is no network of that name.
    InvalidOption
        If the network needs an argument that is missing.
    """
    function = find_network(name)
    parameters = inspect.signature(function).parameters
    missing = [
        key
        for key, parameter in parameters.items()
        if parameter.default is parameter.empty and key not in arguments
    ]
    if missing:
        raise InvalidOption(
            "The benchmark {!r} also needs {}; give each as '--kwarg NAME=NUMBER' "
            "(in Python: as an argument).".format(name, ", ".join(missing))
        )
    return function(**{k: v for k, v in arguments.items() if k in parameters})


def find_network(name):
    """
    Return the function that builds a benchmark network.

    Parameters
    ----------
    name : str
        One of `NETWORKS`.

    Returns
    -------
    callable
        Function that returns the network.

    Raises
    ------
    UnknownBenchmark
        If there is no network of that name, or none with the installed nengo.
    """
    try:
        return NETWORKS[name]
    except KeyError:
        if name in NEEDED:
            raise UnknownBenchmark(
                f"The benchmark {name!r} needs nengo.{NEEDED[name]}, which nengo"
                f" {nengo.__version__} lacks; install nengo 3 or later, or choose one of"
                f" {', '.join(NETWORKS)}."
            ) from None
        raise UnknownBenchmark(
            "There is no benchmark {!r}; choose one of {}.".format(
                name, ", ".join(NETWORKS)
            )
        ) from None


def find_neuron_type(name):
    """
    Return a default instance of the neuron type of that name.

    Parameters
    ----------
    name : str
        Name of a class in ``nengo`` or, failing that, in ``nengo_dl``.

    Returns
    -------
    nengo.neurons.NeuronType
        Instance made without arguments.

    Raises
    ------
    UnknownNeuronType
        If neither package has a neuron type of that name.
    """
    # nengo_dl pulls in TensorFlow, so it is only asked for names nengo lacks
    for module in ("nengo", "nengo_dl"):
        found = getattr(importlib.import_module(module), name, None)
        if inspect.isclass(found) and issubclass(found, nengo.neurons.NeuronType):
            return found()
    raise UnknownNeuronType(
        f"Neither nengo nor nengo_dl has a neuron type {name!r}; give the name of a class "
        "such as LIF, LIFRate, RectifiedLinear or SpikingRectifiedLinear."
    )
