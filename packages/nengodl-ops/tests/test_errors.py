# SPDX-License-Identifier: MIT
"""Messages say what is wrong and the way out."""

import pytest
from nengodl_ops import errors

UNAVAILABLE = [
    errors.MissingTensorFlowError(),
    errors.NotBuiltError("2.21.0", ["/package/built", "/cache/tf2.21"]),
    errors.TensorFlowMismatchError("2.20.0", "2.21.1", "/package/built"),
    errors.LibraryError("/cache/lib.so", "2.21.0", "undefined symbol: _Z3foo"),
]


@pytest.mark.parametrize("error", UNAVAILABLE, ids=lambda error: type(error).__name__)
def test_programs_that_can_do_without_catch_import_error(error):
    """Whatever keeps the kernels out of reach is an error of importing."""
    assert isinstance(error, errors.KernelsUnavailableError)
    assert isinstance(error, ImportError)
    assert isinstance(error, errors.OURS)


@pytest.mark.parametrize("error", UNAVAILABLE[1:], ids=lambda e: type(e).__name__)
def test_the_way_out_is_a_command(error):
    """Each message names the command that compiles."""
    assert "'python -m nengodl_ops build" in str(error)


def test_mismatch_names_both_versions():
    """Which TensorFlow the library is for, and which one runs."""
    text = str(errors.TensorFlowMismatchError("2.20.0", "2.21.1", "/package/built"))
    assert "compiled for TensorFlow 2.20.0" in text
    assert "TensorFlow 2.21.1 is running" in text
    assert "/package/built" in text
    assert "wheel of nengodl-ops for TensorFlow 2.21.1" in text


def test_places_are_named():
    """Where a library was looked for, each folder on a line of its own."""
    text = str(errors.NotBuiltError("2.21.0", ["/package/built", "/cache/tf2.21"]))
    assert "\n  /package/built\n  /cache/tf2.21\n" in text


def test_compilers_that_were_looked_for():
    """Without a compiler the message lists the names tried, and how to get one."""
    text = str(errors.NoCompilerError(["g++", "c++"]))
    assert "none of g++, c++ is on the PATH" in text
    assert "apt install g++" in text and "dnf install gcc-c++" in text
    assert "xcode-select --install" in text


def test_wrong_setting_is_named():
    """A CXX that names no command is blamed, and not the PATH."""
    text = str(errors.NoCompilerError(["cxx-9"], "cxx-9 -m64"))
    assert "CXX='cxx-9 -m64'" in text and "no command cxx-9" in text


def test_systems_that_are_not_supported(monkeypatch):
    """On Windows nobody is sent to install a compiler."""
    monkeypatch.setattr(errors.sys, "platform", "win32")
    text = str(errors.NoCompilerError(["g++"]))
    assert "Linux and macOS only" in text and "apt" not in text


@pytest.mark.parametrize("lines", [3, 20, 50])
def test_last_lines_of_the_compiler(lines):
    """A long output is cut at its start, and the file with all of it is named."""
    output = "".join(f"line {number}\n" for number in range(lines))
    text = str(
        errors.CompilationError("cc/op.cc", "g++ -c", output, "/cache/build.log")
    )
    assert text.startswith("cc/op.cc could not be compiled")
    assert text.count("\nline ") == min(lines, 20)
    assert f"line {lines - 1}\n" in text
    assert ("[...]" in text) == (lines > 20)
    assert text.endswith("/cache/build.log")


def test_folders_that_cannot_be_written():
    """The message names the setting for another folder."""
    error = errors.FolderError("/cache", "Read-only file system")
    assert isinstance(error, OSError)
    assert "Read-only file system" in str(error) and "NENGODL_OPS_CACHE" in str(error)
