# SPDX-License-Identifier: MIT
"""The installed nengodl-train wheel."""

import subprocess
import sys

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
    """The summary that package indexes show says that it trains, without reservations."""
    summary = metadata.metadata("nengodl-train")["Summary"]
    assert summary.startswith("Training") and "yet" not in summary


def test_import_imports_nothing():
    """The package alone costs nothing: neither TensorFlow nor Nengo is imported with it."""
    code = (
        "import nengodl_train, sys;"
        " print(sorted({'nengo', 'nengo_dl', 'tensorflow', 'keras'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", code]).split() == [b"[]"]
