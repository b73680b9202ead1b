# SPDX-License-Identifier: MIT
"""What a library says about itself."""

import pytest
from nengodl_ops import manifest
from nengodl_ops.manifest import Manifest

TOLD = Manifest("2.21.0", True, "ab" * 32, "g++ 12.2.0", "0.1.0")


def test_what_was_written_is_read(tmp_path):
    """A manifest comes back as it was."""
    TOLD.write(tmp_path)
    assert manifest.read(tmp_path) == TOLD


def test_names_of_the_fields(tmp_path):
    """Other programs, such as the one that makes wheels, find these keys."""
    TOLD.write(tmp_path)
    fields = manifest.json.loads((tmp_path / "manifest.json").read_text())
    assert set(fields) == {"tensorflow", "xla", "sources", "compiler", "version"}
    assert fields["tensorflow"] == "2.21.0" and fields["xla"] is True


@pytest.mark.parametrize(
    "text", [None, "", "[]", "1", "{}", '{"tensorflow": "2.21.0"}']
)
def test_nothing_that_can_be_read(tmp_path, text):
    """Without a file, or with one of another form, there is no manifest."""
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)
    assert manifest.read(tmp_path) is None
    assert manifest.read(tmp_path / "manifest.json") is None


@pytest.mark.parametrize(
    "version, expected",
    [("2.21.0", "2.21"), ("1.14.0", "1.14"), ("2.22.0-dev20260101", "2.22")],
)
def test_minor_version(version, expected):
    """The first two numbers decide whether a library fits."""
    assert manifest.minor(version) == expected
