# SPDX-License-Identifier: MIT
"""Build a network with nengo's own builder."""

from typing import Any, Optional

from nengo.builder import Model
from nengo.cache import get_default_decoder_cache


def build_model(
    network: Optional[Any], dt: float = 0.001, model: Optional[Any] = None
) -> Model:
    """
    Build a network into a model.

    Parameters
    ----------
    network : nengo.Network or None
        The network; None leaves `model` as it is.
    dt : float, optional
        Length of a step, in seconds, of a new model.
    model : nengo.builder.Model, optional
        The model to build into; None makes a new one.

    Returns
    -------
    nengo.builder.Model
        Signals, operators, parameters and seeds.
    """
    if model is None:
        label = f"{network}, dt={dt:f}"
        cache = get_default_decoder_cache()
        model = Model(dt=float(dt), label=label, decoder_cache=cache)
    if network is not None:
        model.build(network)
    return model
