# SPDX-License-Identifier: MIT
"""Whether XLA compiles the loop."""

import logging

import pytest
from nengo_dl.loop import choose_jit


@pytest.mark.parametrize(
    "option, jit, words",
    [("auto", True, "XLA"), (True, True, "XLA"), (False, False, "TensorFlow")],
)
def test_the_choice_is_logged(caplog, option, jit, words):
    """The log says which way it went, and why."""
    with caplog.at_level(logging.INFO, logger="nengo_dl"):
        assert choose_jit(option) is jit
    assert words in caplog.text
    assert ("all operators compile" in caplog.text) == (option == "auto")
