# SPDX-License-Identifier: MIT
"""The installed nengodl-ops wheel."""

import subprocess
import sys

import nengodl_ops
import pytest

try:
    from importlib import metadata
except ImportError:  # Python 3.7
    import importlib_metadata as metadata


def test_version_is_that_of_the_wheel():
    """The version that users read is the one that pip compares, but for its build."""
    version = metadata.version("nengodl-ops").partition("+")[0]
    assert nengodl_ops.__version__ == version


def test_core_finds_the_kernels():
    """The entry point that nengodl-core looks for leads to the kernels."""
    entry_points = [
        entry_point
        for entry_point in metadata.distribution("nengodl-ops").entry_points
        if entry_point.group == "nengo_dl.kernels"
    ]
    assert [entry_point.name for entry_point in entry_points] == ["compiled"]
    assert entry_points[0].load() is nengodl_ops.KERNELS


def test_importing_loads_nothing():
    """The package itself imports neither TensorFlow nor NumPy, and makes no file."""
    program = (
        "import sys, nengodl_ops; print({'tensorflow', 'numpy'} & set(sys.modules))"
    )
    output = subprocess.run(
        [sys.executable, "-c", program], stdout=-1, check=True
    ).stdout
    assert output.decode().strip() == "set()"


def test_public_names_are_there():
    """What the package promises is in the modules that it names."""
    for name in nengodl_ops._PUBLIC:
        assert callable(getattr(nengodl_ops, name))


def test_unknown_names():
    """A name that the package has not is an error as of any module."""
    with pytest.raises(AttributeError, match="'nengodl_ops' has no attribute 'kernel'"):
        nengodl_ops.kernel  # noqa: B018, reading it is what is tested


def test_names_come_from_their_modules(monkeypatch):
    """A public name is looked up in the module that the table says."""
    monkeypatch.setitem(nengodl_ops._PUBLIC, "minor", "manifest")
    assert nengodl_ops.minor("2.21.0") == "2.21"
