# SPDX-License-Identifier: MIT
"""Whether XLA compiles the loop."""

import logging

import pytest
from nengo_dl.loop.choose import choose_jit, report_choice


@pytest.mark.parametrize(
    "option, obstacle, jit",
    [
        ("auto", None, True),
        ("auto", "Python", False),
        (True, None, True),
        (True, "a seed", True),
        (False, None, False),
        (False, "Python", False),
    ],
)
def test_auto_avoids_what_xla_cannot_compile(option, obstacle, jit):
    """What the user asks for holds; "auto" is XLA unless something stands in its way."""
    assert choose_jit(option, obstacle) is jit


@pytest.mark.parametrize(
    "jit, reason, words",
    [
        (True, None, "XLA (all operators compile)"),
        (False, "f calls Python", "TensorFlow (f calls Python)"),
    ],
)
def test_the_choice_is_logged(caplog, jit, reason, words):
    """The log says which way it went, and why."""
    with caplog.at_level(logging.INFO, logger="nengo_dl"):
        report_choice(jit, reason)
    assert words in caplog.text
