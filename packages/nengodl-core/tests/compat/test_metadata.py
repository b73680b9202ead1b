# SPDX-License-Identifier: MIT
"""What is installed, asked with one interface on all versions of Python."""

import nengo
import pytest
from nengo_dl.compat import metadata


class Point:
    """An entry point, of which only the group matters."""

    def __init__(self, group):
        self.group = group


class Selectable(tuple):
    """What Python 3.10 and newer return."""

    def select(self, group):
        """Entry points of one group."""
        return [point for point in self if point.group == group]


POINTS = [Point("one"), Point("two"), Point("one")]


@pytest.mark.parametrize(
    "found", [Selectable(POINTS), {"one": POINTS[::2], "two": POINTS[1:2]}]
)
def test_entry_points_of_a_group(monkeypatch, found):
    """Both forms in which Python gives entry points are read, unknown groups too."""
    monkeypatch.setattr(metadata.metadata, "entry_points", lambda: found)
    assert list(metadata.entry_points("one")) == POINTS[::2]
    assert list(metadata.entry_points("three")) == []


def test_entry_points_that_are_installed():
    """Pytest's own commands are there, on any version."""
    names = [point.name for point in metadata.entry_points("console_scripts")]
    assert "pytest" in names


def test_versions():
    """Versions are those of the packages; what is not installed is an error."""
    assert metadata.version("nengo") == nengo.__version__
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version("no-such-distribution")
