# SPDX-License-Identifier: MIT
"""Section 2 of the table of errors: configuration."""

import nengo
import pytest
from nengo.exceptions import ValidationError
from nengo_dl import configure_settings


def test_type_of_trainable(network, unchanged):
    """Section 2, trainable not bool/None: the type found is named."""
    with network:
        configure_settings(trainable=None)
    for part in (nengo.Ensemble, network.ensemble):
        settings = network.config[part]
        with unchanged(None, network), pytest.raises(ValidationError) as error:
            settings.trainable = "no"
        assert error.value.attr == "trainable"
        assert "'no' of type str" in str(error.value)


def test_trainable_not_configured(network, unchanged):
    """Section 2, trainable without configure_settings: it is not there, nor comes to be."""
    with network:
        inner = nengo.Network()
    for net in (network, inner):
        settings = net.config[nengo.Ensemble]
        with unchanged(None, network), pytest.raises(AttributeError, match="trainable"):
            settings.trainable = True
        with network:
            configure_settings(trainable=None)  # which leaves subnetworks as they are
