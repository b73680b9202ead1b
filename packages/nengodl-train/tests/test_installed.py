# SPDX-License-Identifier: MIT
"""The installed nengodl-train wheel."""

import nengodl_train
from packaging.requirements import Requirement

try:
    from importlib import metadata
except ImportError:  # Python 3.7
    import importlib_metadata as metadata


def test_version_is_that_of_the_wheel():
    """The version that users read and the one that pip compares are the same."""
    assert nengodl_train.__version__ == metadata.version("nengodl-train")


def test_works_with_the_installed_core():
    """The core beside it is in the range that the wheel asks for."""
    (core,) = [
        requirement
        for requirement in map(Requirement, metadata.requires("nengodl-train"))
        if requirement.name == "nengodl-core"
    ]
    assert metadata.version("nengodl-core") in core.specifier


def test_says_what_it_holds():
    """As long as there is no training, nothing is exported, and the texts say so."""
    public = [name for name in vars(nengodl_train) if not name.startswith("_")]
    assert public == []
    assert "no training yet" in nengodl_train.__doc__
    assert "(none yet)" in metadata.metadata("nengodl-train")["Summary"]
