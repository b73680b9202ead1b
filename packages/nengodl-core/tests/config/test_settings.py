# SPDX-License-Identifier: MIT
"""Setting options of a network, and reading them back."""

import nengo
import numpy as np
import pytest
from nengo.exceptions import ConfigError, NetworkContextError, ValidationError
from nengo_dl import config, configure_settings
from nengo_dl.config import get_setting


def test_a_network_must_be_open():
    """Outside any network there is nothing to configure."""
    with pytest.raises(NetworkContextError, match="Network context"):
        configure_settings(dtype="float64")


def test_unknown_options_change_nothing():
    """The option is named, and those beside it are not set (history 87)."""
    with nengo.Network() as net:
        with pytest.raises(ConfigError, match="'colour'"):
            configure_settings(dtype="float64", colour="red")
    assert get_setting(net, "dtype") is None


def test_invalid_values_change_nothing():
    """An option beside an invalid one is not set, whatever the order."""
    with nengo.Network() as net:
        for options in (
            {"dtype": "float64", "inference_only": "no"},
            {"inference_only": "no", "dtype": "float64"},
        ):
            with pytest.raises(ValidationError, match="'no'") as error:
                configure_settings(**options)
            assert error.value.attr == "inference_only"
    assert get_setting(net, "dtype") is None


def test_the_outermost_network_is_configured():
    """A call in a subnetwork sets the option of the network around all."""
    with nengo.Network() as net:
        with nengo.Network() as sub:
            configure_settings(dtype="float64", keep_history=False)
    assert net.config[nengo.Network].dtype == "float64"
    assert net.config[nengo.Probe].keep_history is False
    assert get_setting(sub, "dtype") is None


def test_calls_add_up():
    """Each call changes its own options, and the last value of one counts."""
    with nengo.Network() as net:
        configure_settings(dtype="float64", inference_only=True)
        configure_settings(inference_only=False)
        configure_settings(lif_smoothing=0.1)
    assert get_setting(net, "dtype") == "float64"
    assert get_setting(net, "inference_only") is False
    assert get_setting(net, "lif_smoothing") == 0.1


def test_attributes_of_the_config_are_the_same_settings():
    """An option that is there can be set by hand, with the same checks."""
    with nengo.Network() as net:
        configure_settings(dtype="float32")
    net.config[nengo.Network].dtype = np.float64
    assert get_setting(net, "dtype") == "float64"
    with pytest.raises(ValidationError, match="int32"):
        net.config[nengo.Network].dtype = np.int32
    assert get_setting(net, "dtype") == "float64"


def test_unset_settings_read_as_the_default():
    """The default is the reader's, for networks and models alike."""
    net = nengo.Network()
    model = nengo.builder.Model(dt=0.001)
    assert get_setting(net, "dtype", "float16") == "float16"
    assert get_setting(model, "dtype", "float16") == "float16"
    model.build(net)
    assert get_setting(model, "dtype", "float16") == "float16"
    with net:
        configure_settings(dtype="float64")
    assert get_setting(model, "dtype", "float16") == "float64"


def test_none_is_the_default():
    """An option can be set back."""
    with nengo.Network() as net:
        configure_settings(planner=len)
        configure_settings(planner=None)
    assert get_setting(net, "planner", max) is max


def test_settings_of_objects_override_those_of_classes():
    """A probe has its own value, else that of all probes."""
    with nengo.Network() as net:
        node = nengo.Node([0])
        one, other = nengo.Probe(node), nengo.Probe(node)
        assert get_setting(net, "keep_history", "unset", obj=one) == "unset"
        configure_settings(keep_history=False)
    net.config[one].keep_history = True
    assert get_setting(net, "keep_history", obj=one) is True
    assert get_setting(net, "keep_history", obj=other) is False


def test_public_names():
    """The module has the documented functions (history 74)."""
    assert config.configure_settings is configure_settings
    assert not hasattr(config, "configure_trainable")
