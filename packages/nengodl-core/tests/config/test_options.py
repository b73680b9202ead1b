# SPDX-License-Identifier: MIT
"""Which values each option can have, and how they are stored."""

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ValidationError
from nengo_dl import configure_settings
from nengo_dl.config import get_setting
from nengo_dl.config.options import OPTIONS


def first(operators):
    """A function."""
    return operators


@pytest.mark.parametrize(
    "name, value, stored",
    [
        ("planner", first, first),
        ("sorter", first, first),
        ("simplifications", [], []),
        ("simplifications", [first], [first]),
        ("simplifications", (first,), (first,)),
        ("simplifications", iter([first]), [first]),
        ("session_config", {"allow_soft_placement": 1}, {"allow_soft_placement": 1}),
        ("inference_only", np.bool_(True), True),
        ("lif_smoothing", 0.5, 0.5),
        ("lif_smoothing", 0, None),
        ("lif_smoothing", np.float32(0.5), 0.5),
        ("surrogate", "rate", None),
        ("surrogate", "arctan", "arctan"),
        ("surrogate", "fast_sigmoid", "fast_sigmoid"),
        ("surrogate", first, first),
        ("dtype", "float32", "float32"),
        ("dtype", np.float64, "float64"),
        ("dtype", np.dtype("float64"), "float64"),
        ("dtype", tf.float32, "float32"),
        ("dtype", tf.float64, "float64"),
        ("compiled_kernels", np.bool_(False), False),
        ("jit_compile", "auto", "auto"),
        ("jit_compile", True, True),
        ("jit_compile", False, False),
    ],
)
def test_values_are_stored_in_one_form(name, value, stored):
    """What means the same reads the same."""
    with nengo.Network() as net:
        configure_settings(**{name: value})
    assert get_setting(net, name) == stored
    assert type(get_setting(net, name)) is type(stored)


@pytest.mark.parametrize(
    "name, value",
    [
        ("planner", "tree"),
        ("sorter", 3),
        ("simplifications", first),
        ("simplifications", [first, "second"]),
        ("session_config", "allow_growth"),
        ("session_config", {3: True}),
        ("inference_only", 1),
        ("lif_smoothing", -0.1),
        ("lif_smoothing", np.nan),
        ("lif_smoothing", np.inf),
        ("lif_smoothing", True),
        ("lif_smoothing", "0.1"),
        ("surrogate", "sigmoid"),
        ("surrogate", True),
        ("surrogate", 2.0),
        ("dtype", "float16"),
        ("dtype", "number"),
        ("dtype", tf.int32),
        ("dtype", 32),
        ("compiled_kernels", "auto"),
        ("jit_compile", "yes"),
        ("jit_compile", 1),
        ("keep_history", "no"),
        ("trainable", 1),
        ("trainable", "yes"),
    ],
)
def test_other_values_are_refused(name, value):
    """The option, what it can be and the value are named."""
    with nengo.Network() as net, pytest.raises(ValidationError) as error:
        configure_settings(**{name: value})
    assert error.value.attr == name
    assert repr(value) in str(error.value)
    assert get_setting(net, name) is None


def test_an_unknown_surrogate_is_told_the_others():
    """The message lists the names."""
    expected = '"rate", "arctan", "fast_sigmoid" or a function.*\'sigmoid\' of type str'
    with nengo.Network(), pytest.raises(ValidationError, match=expected):
        configure_settings(surrogate="sigmoid")


def test_session_config_is_a_copy():
    """Changing the dict afterwards does not change the setting."""
    given = {"allow_soft_placement": True}
    with nengo.Network() as net:
        configure_settings(session_config=given)
    given["log_device_placement"] = True
    assert get_setting(net, "session_config") == {"allow_soft_placement": True}


def test_every_option_is_documented():
    """The docstring of `configure_settings` has each option."""
    for name in OPTIONS:
        assert f"    {name} : " in configure_settings.__doc__
