# SPDX-License-Identifier: MIT
"""The installed nengodl-ops wheel."""

import nengodl_ops

try:
    from importlib import metadata
except ImportError:  # Python 3.7
    import importlib_metadata as metadata


def test_version_is_that_of_the_wheel():
    """The version that users read and the one that pip compares are the same."""
    assert nengodl_ops.__version__ == metadata.version("nengodl-ops")


def test_core_finds_the_kernels():
    """The entry point that nengodl-core looks for leads to the kernels."""
    entry_points = [
        entry_point
        for entry_point in metadata.distribution("nengodl-ops").entry_points
        if entry_point.group == "nengo_dl.kernels"
    ]
    assert [entry_point.name for entry_point in entry_points] == ["compiled"]
    assert entry_points[0].load() is nengodl_ops.KERNELS


def test_says_what_it_holds():
    """As long as there is no kernel, summary and docstring say so."""
    assert nengodl_ops.KERNELS == {}
    assert "holds none" in nengodl_ops.__doc__
    assert "(none yet)" in metadata.metadata("nengodl-ops")["Summary"]
