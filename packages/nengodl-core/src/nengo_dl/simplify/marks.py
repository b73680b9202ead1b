# SPDX-License-Identifier: MIT
"""Which signals may change although no operator changes them."""


def is_trainable(signal):
    """
    Say whether training may change a signal.

    Parameters
    ----------
    signal : nengo.builder.Signal
        The signal; the build stage marks trainable ones by ``signal.trainable = True``.

    Returns
    -------
    bool
        True if the signal or its base is marked.
    """
    return bool(
        getattr(signal, "trainable", False) or getattr(signal.base, "trainable", False)
    )


def is_parameter(signal):
    """
    Say whether a signal is a parameter of the network, trainable or not.

    Its value must stay where it can be replaced: parameters are loaded from files.

    Parameters
    ----------
    signal : nengo.builder.Signal
        The signal; the build stage marks parameters by ``signal.trainable``.

    Returns
    -------
    bool
        True if the signal's base is marked in either way.
    """
    return hasattr(signal.base, "trainable")


def is_fed(signal):
    """
    Say whether users may feed values into a signal.

    Parameters
    ----------
    signal : nengo.builder.Signal
        The signal.

    Returns
    -------
    bool
        True if the signal belongs to a Node, which nengo's names tell.
    """
    return signal.base.name.startswith("<Node") or signal.name.startswith("<Node")
