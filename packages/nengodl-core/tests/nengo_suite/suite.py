# SPDX-License-Identifier: MIT
"""Plug-in of pytest that fits nengo's tests to this simulator; see run.py.

For nengo 2.8 it does what the plug-ins pytest-nengo and pytest-allclose do for later ones.
"""

import dataclasses
import shlex
from fnmatch import fnmatchcase
from functools import partial, partialmethod
from types import SimpleNamespace

import nengo
import numpy as np
import pytest

OLD = nengo.version.version_info < (3,)


def pytest_addoption(parser):
    """Add our own options in the ini file, and those that nothing else declares."""
    parser.addini("not_unrolled", "tests, reasons", type="linelist")
    parser.addini("not_single", "tests, reasons", type="linelist")
    parser.addini("allclose_tolerances", "read by pytest-allclose", type="linelist")
    if OLD:
        parser.addini("nengo_simloader", "function that gives the simulator class")
        parser.addini("nengo_test_unsupported", "tests, reasons", type="linelist")


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    """Make the fixture Simulator ours, and build without the user's cache of decoders."""
    # which may hold files that this NumPy cannot read
    nengo.rc.set("decoder_cache", "enabled", "False")
    if OLD:
        from nengo.conftest import TestConfig
        from nengo_dl.tests import make_test_sim

        TestConfig.Simulator = make_test_sim(SimpleNamespace(config=config))
    elif not is_single(config):
        config.inicfg.pop("allclose_tolerances", None)


def pytest_collection_modifyitems(config, items):
    """Skip what is left out, which a later nengo does with its own option."""
    if OLD:
        for pattern, reason in pairs(config, "nengo_test_unsupported"):
            for item in items:
                if matches(item, pattern):
                    item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def whole_iterations(request, monkeypatch):
    """Simulators of some tests have one step in an iteration, whatever the option says."""
    if listed(request.node, "not_unrolled"):
        cls = request.getfixturevalue("Simulator")
        changed = partialmethod(cls.__init__, unroll_simulation=1)
        monkeypatch.setattr(cls, "__init__", changed)


@pytest.fixture(autouse=True)
def double_precision(request, monkeypatch):
    """Simulators of some tests compute in float64, whatever the option says."""
    if listed(request.node, "not_single"):
        cls = request.getfixturevalue("Simulator")
        changed = dataclasses.replace(cls._defaults, dtype="float64")
        monkeypatch.setattr(cls, "_defaults", changed)


@pytest.fixture(autouse=True)
def wider_tolerance(request, monkeypatch):
    """In some tests of nengo 2.8 NumPy's allclose has at least the listed tolerance."""
    if not OLD or not is_single(request.config):
        return
    for line in request.config.getini("allclose_tolerances"):
        pattern, atol = line.split("#")[0].split(" atol=")
        if matches(request.node, pattern):
            wider = partial(_allclose, np.allclose, float(atol))
            monkeypatch.setattr(np, "allclose", wider)
            return


def _allclose(allclose, least, a, b, rtol=1e-5, atol=1e-8, **kwargs):
    return allclose(a, b, rtol, max(atol, least), **kwargs)


def is_single(config):
    """
    Say whether the simulations have single precision, for which tolerances are wider.

    Parameters
    ----------
    config : Config
        Configuration of pytest.

    Returns
    -------
    bool
        True if they do.
    """
    return config.getoption("--dtype") != "float64"


def pairs(config, option):
    """
    Read an option of the ini file.

    Parameters
    ----------
    config : Config
        Configuration of pytest.
    option : str
        Name of the option.

    Returns
    -------
    list of tuple of str
        Pattern for tests, and reason.
    """
    words = shlex.split(" ".join(config.getini(option)))
    return list(zip(words[::2], words[1::2]))


def listed(item, option):
    """
    Say whether an option of the ini file is about a test.

    Parameters
    ----------
    item : Item
        The test.
    option : str
        Name of the option.

    Returns
    -------
    bool
        True if it is.
    """
    return any(matches(item, pattern) for pattern, _ in pairs(item.config, option))


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
