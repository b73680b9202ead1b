# SPDX-License-Identifier: MIT
"""Objects that optional wheels offer by entry points."""

import pytest
from nengo_dl import plugins


class Point:
    """An entry point with an object."""

    def __init__(self, name, offered):
        self.name = name
        self._offered = offered

    def load(self):
        """Import the object, or fail as an import does."""
        if isinstance(self._offered, Exception):
            raise self._offered
        return self._offered


@pytest.fixture
def install(monkeypatch):
    """Pretend that these entry points are there, by group."""

    def pretend(**groups):
        monkeypatch.setattr(plugins, "entry_points", lambda g: groups.get(g, ()))

    return pretend


def test_objects_come_by_name(install):
    """What a group offers is loaded, and nothing of another group."""
    offered = object()
    install(ours=[Point("a", offered), Point("b", 2)], others=[Point("c", 3)])
    assert plugins.load_group("ours") == ({"a": offered, "b": 2}, {})


def test_nothing_installed_is_nothing_offered(install):
    """Without any wheel the group is empty."""
    install()
    assert plugins.load_group(plugins.KERNEL_GROUP) == ({}, {})


@pytest.mark.parametrize("kind", [ImportError, ModuleNotFoundError])
def test_wheels_that_cannot_be_used(install, kind):
    """What an import says of why is kept, and the others are loaded."""
    error = kind("for another TensorFlow")
    install(ours=[Point("fails", error), Point("works", 1)])
    assert plugins.load_group("ours") == ({"works": 1}, {"fails": error})


@pytest.mark.parametrize("error", [OSError("wrong library"), AttributeError("no such")])
def test_broken_wheels_are_told(install, error):
    """Another error while one is loaded comes out, even beside others that load."""
    install(ours=[Point("works", 1), Point("fails", error)])
    with pytest.raises(type(error), match=str(error)):
        plugins.load_group("ours")
