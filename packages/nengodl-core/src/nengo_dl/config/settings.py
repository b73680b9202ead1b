# SPDX-License-Identifier: MIT
"""Setting options of a network, and reading them back."""

from nengo import Network
from nengo.exceptions import ConfigError, NetworkContextError

from nengo_dl.config.options import OPTIONS


def configure_settings(**settings):
    """
    Set options of the network whose ``with`` block is open.

    The options belong to the outermost open network, even when this is called in a
    subnetwork. Each call changes only the options it names, and changes nothing if one of
    them is invalid. None stands for the default of an option.

    Parameters
    ----------
    trainable : bool or None
        Adds a `trainable` parameter to the configuration of Ensembles, Connections,
        Neurons and Networks, with this value for all of them; set it on classes, networks
        and objects to choose what may be trained.
    planner : callable
        Function from operators to an ordered list of groups of operators.
    sorter : callable
        Function from a plan to signals in an order and the same plan with the operators of
        each group in another order. Only the order of operators is used.
    simplifications : sequence of callable
        Functions from operators to operators, repeated in order until nothing changes.
    session_config : mapping
        Dotted field names of TensorFlow's ``ConfigProto`` and their values.
    inference_only : bool
        Whether the network will never be trained.
    lif_smoothing : float
        Width of the smoothing of LIF neurons in training; 0 is no smoothing.
    surrogate : str or callable
        What spiking neurons do in training. "rate" is rates in place of spikes. With
        "arctan", "fast_sigmoid" or a function they fire, and the derivative of a spike is
        replaced by one of that shape. A function takes a tensor, the potential above the
        threshold in units of the threshold, and returns the derivative, a finite number for
        each element. Types without native spikes keep their rates.
    dtype : str or dtype
        ``"float32"`` or ``"float64"``, or the NumPy or TensorFlow type of that name.
    keep_history : bool
        Adds a `keep_history` parameter to the configuration of Probes, with this value:
        False keeps the last value of each run only.
    compiled_kernels : bool
        Whether compiled kernels are used, if the wheel nengodl-ops is installed.
    jit_compile : bool or "auto"
        Whether XLA compiles the simulation; "auto" if it can compile all of it, and else
        what it can.

    Raises
    ------
    NetworkContextError
        If no network is open.
    ConfigError
        If there is no option of that name.
    ValidationError
        If a value is not one that the option can have.

    Examples
    --------
    >>> with nengo.Network() as net:
    ...     configure_settings(dtype="float64", trainable=False)
    """
    if len(Network.context) == 0:
        raise NetworkContextError(
            "configure_settings must be called inside a Network context; call it in the"
            " 'with' block of the network it is meant for."
        )
    unknown = [name for name in settings if name not in OPTIONS]
    if unknown:
        raise ConfigError(
            f"'{unknown[0]}' is not an option of configure_settings; the options are "
            + ", ".join(sorted(OPTIONS))
            + "."
        )
    # validate everything before anything is changed
    values = {
        name: OPTIONS[name].parameter(name).coerce(None, value)
        for name, value in settings.items()
    }
    config = Network.context[0].config
    for name, value in values.items():
        for cls in OPTIONS[name].classes:
            _set_option(config, cls, name, value)


def get_setting(model, name, default=None, obj=None):
    """
    Read a setting.

    Parameters
    ----------
    model : Model or Network
        Built model, or the outermost network.
    name : str
        Name of the option.
    default : object, optional
        Returned where the option is not set, or the model has no network.
    obj : object, optional
        Object or class that the setting is about, where it is not the network.

    Returns
    -------
    object
        The value.
    """
    network = model if isinstance(model, Network) else model.toplevel
    if network is None:
        return default
    key = Network if obj is None else obj
    if key not in network.config.params and not isinstance(key, type):
        key = type(key)  # `config[key]` would add an entry for it
    try:
        value = getattr(network.config[key], name)
    except (AttributeError, ConfigError):
        return default
    return default if value is None else value


def _set_option(config, cls, name, value):
    if cls not in config.params:
        config.configures(cls)
    if name not in config[cls].extra_params:
        config[cls].set_param(name, OPTIONS[name].parameter(name))
    if name == "trainable":
        # The parameter's default, so that it does not count as set on the class: a value
        # set for all networks would else hide one that is set for all ensembles.
        config[cls].get_param(name).default = value
    else:
        setattr(config[cls], name, value)
