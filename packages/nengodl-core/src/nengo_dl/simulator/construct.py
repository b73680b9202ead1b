# SPDX-License-Identifier: MIT
"""From the arguments of a simulator to what the pipeline takes."""

import logging
import os
import warnings

import nengo
import numpy as np
import tensorflow as tf
from nengo.exceptions import NengoWarning, ValidationError

from nengo_dl.compat.tensorflow import gpu_available
from nengo_dl.config import get_setting
from nengo_dl.config.options import OPTIONS
from nengo_dl.errors import NoGPUWarning, NothingTrainableWarning
from nengo_dl.simulator import checks
from nengo_dl.types import Settings

logger = logging.getLogger("nengo_dl.simulator")


def check_network(network, model, dt):
    """
    Check what is to be simulated, before anything is built.

    Parameters
    ----------
    network : Network or None
        The network to build.
    model : Model or None
        The model to build into.
    dt : float
        Length of a step, in seconds.

    Raises
    ------
    ValidationError
        If one of them is of the wrong type, or the step is not a positive number.
    """
    for name, value, cls in (
        ("network", network, nengo.Network),
        ("model", model, nengo.builder.Model),
    ):
        if value is not None and not isinstance(value, cls):
            raise ValidationError(
                f"must be a nengo {cls.__name__} or None, but is {value!r} of type"
                f" {type(value).__name__}",
                attr=name,
            )
    checks.positive_seconds("dt", dt)
    if model is not None and model.dt != dt:
        warnings.warn(
            f"The model was made with dt={model.dt}, which differs from dt={dt} given to"
            f" the Simulator; {model.dt} is used.",
            NengoWarning,
            stacklevel=3,
        )
    if model is not None and network is None and model.toplevel is None:
        warnings.warn(
            "The model has no top-level network, so it has no settings, and no parameters"
            " are trainable.",
            NothingTrainableWarning,
            stacklevel=3,
        )


def check_tensorboard(tensorboard):
    """
    Check the directory for event files.

    Parameters
    ----------
    tensorboard : str or path or None
        The directory.

    Raises
    ------
    ValidationError
        If it is no path, or something else than a directory is there.
    """
    if tensorboard is None:
        return
    is_path = isinstance(tensorboard, (str, os.PathLike))
    if not is_path or (os.path.exists(tensorboard) and not os.path.isdir(tensorboard)):
        raise ValidationError(
            f"must be None or the path of a directory, but is {tensorboard!r}",
            attr="tensorboard",
        )


def check_device(device):
    """
    Check the form of a device name; whether there is such a device shows at the first run.

    Parameters
    ----------
    device : str or None
        The name.

    Raises
    ------
    ValidationError
        If TensorFlow cannot read it.
    """
    if device is None:
        return
    try:
        tf.DeviceSpec.from_string(device)
    except (AttributeError, ValueError) as error:
        raise ValidationError(
            "must be None or the name of a TensorFlow device such as '/cpu:0' or '/gpu:0',"
            f" but is {device!r}: {error}",
            attr="device",
        ) from None


def report_device(device):
    """
    Log where the simulation runs, and warn where a GPU may be missed.

    Parameters
    ----------
    device : str or None
        Name of the device.
    """
    if device is not None:
        where = "CPU" if "cpu" in device.lower() else "GPU"
    elif gpu_available():
        where = "CPU/GPU"
    else:
        where = "CPU"
        warnings.warn(
            "TensorFlow found no GPU, so the simulation runs on the CPU. A TensorFlow with"
            " GPU support comes with 'pip install tensorflow[and-cuda]' (TensorFlow 1:"
            " 'pip install tensorflow-gpu'); name a device, such as"
            " Simulator(..., device='/cpu:0'), to choose without this warning.",
            NoGPUWarning,
            stacklevel=3,
        )
    logger.info("Running on %s", where)


def choose_seed(seed, network):
    """
    Seed of a simulator.

    Parameters
    ----------
    seed : int or None
        What the user gave.
    network : Network or None
        The network that is built.

    Returns
    -------
    int
        The seed given, else one more than that of the network, else a random one.
    """
    if seed is not None:
        return checks.seed(seed)
    if network is not None and network.seed is not None:
        return checks.seed(network.seed + 1)
    return int(np.random.randint(np.iinfo(np.int32).max))


def check_dtype(dtype):
    """
    Check the deprecated way to give the type of the simulation.

    Parameters
    ----------
    dtype : str or dtype or None
        The type.

    Returns
    -------
    str or None
        Its name.
    """
    if dtype is None:
        return None
    warnings.warn(
        "The dtype argument is deprecated; call configure_settings(dtype=...) in the"
        " network instead.",
        DeprecationWarning,
        stacklevel=3,
    )
    return OPTIONS["dtype"].parameter("dtype").coerce(None, dtype)


def make_settings(model, dtype, defaults, **given):
    """
    Join the arguments of a simulator with the configuration of its network.

    Parameters
    ----------
    model : Model
        The built model.
    dtype : str or None
        Type that overrides the configured one.
    defaults : Settings
        Values of what the network does not configure.
    **given : object
        Further fields of `Settings`.

    Returns
    -------
    Settings
        All settings.
    """
    configured = {
        name: get_setting(model, name, getattr(defaults, name))
        for name in (
            "compiled_kernels",
            "dtype",
            "inference_only",
            "jit_compile",
            "lif_smoothing",
            "planner",
            "session_config",
            "simplifications",
            "sorter",
            "surrogate",
        )
    }
    if dtype is not None:
        configured["dtype"] = dtype
    return Settings(**configured, **given)
