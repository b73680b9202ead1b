# SPDX-License-Identifier: MIT
"""Plug-in of pytest that fits nengo's tests to this simulator; see run.py.

For nengo 2.8 it does what the plug-ins pytest-nengo and pytest-allclose do for later ones.
"""

import shlex
from fnmatch import fnmatchcase
from types import SimpleNamespace

import nengo
import pytest

VERSION = nengo.version.version_info
INI = "nengo{}{}.ini".format(*VERSION)
OLD = VERSION < (3,)


def options():
    """
    Give what the command line must hold on top, depending on nengo's version.

    Returns
    -------
    list of str
        Arguments of pytest.
    """
    return ["-p", "nengo.tests.options"] if OLD else []


def pytest_addoption(parser):
    """Add our own option in the ini file, and those that later versions bring."""
    parser.addini("steps_not_unrolled", "tests, reasons", type="linelist")
    if OLD:
        parser.addini("nengo_simloader", "function that gives the simulator class")
        parser.addini("nengo_test_unsupported", "tests, reasons", type="linelist")
        parser.addini("allclose_tolerances", "tests, tolerances", type="linelist")


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    """Make the fixture Simulator ours."""
    if OLD:
        from nengo.conftest import TestConfig
        from nengo_dl.tests import make_test_sim

        TestConfig.Simulator = make_test_sim(SimpleNamespace(config=config))


def pytest_collection_modifyitems(config, items):
    """Skip what is left out, which a later nengo does with its own option."""
    left_out = config.getini("nengo_test_unsupported") if OLD else []
    if (config.getoption("--unroll-simulation") or 1) > 1:
        left_out = left_out + config.getini("steps_not_unrolled")
    words = shlex.split(" ".join(left_out))
    for pattern, reason in zip(words[::2], words[1::2]):
        for item in items:
            if matches(item, pattern):
                item.add_marker(pytest.mark.skip(reason=reason))


def matches(item, pattern):
    """
    Say whether a pattern is about a test.

    Parameters
    ----------
    item : Item
        The test.
    pattern : str
        Its name with ``*`` for any text; brackets are meant literally.

    Returns
    -------
    bool
        True if it is.
    """
    return fnmatchcase(item.nodeid, "*" + pattern.replace("[", "[[]"))
