# SPDX-License-Identifier: MIT
"""Copies of the package with small sources, so that tests compile in seconds."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nengodl_ops
import pytest

# An operation of TensorFlow without a kernel: enough to be registered and seen.
OPERATION = """
#include "tensorflow/core/framework/op.h"
REGISTER_OP("NengodlToy").Output("one: int32");
"""
# What the real package has in a module of its own.
OFFER = """
def offered(library):
    return {"library": library}
"""


class Copy:
    """
    A copy of the package in a folder of its own, with a cache of its own.

    Parameters
    ----------
    folder : Path
        An empty folder.
    sources : dict
        Contents of its C++ sources, by their path.
    """

    def __init__(self, folder, sources):
        self.cache = folder / "cache"
        self.package = folder / "path" / "nengodl_ops"
        self.built = self.package / "built"
        original = Path(nengodl_ops.__file__).parent
        leave = shutil.ignore_patterns("__pycache__", "built", "cc", "kernels")
        shutil.copytree(str(original), str(self.package), ignore=leave)
        (self.package / "offer.py").write_text(OFFER)
        for name, text in sources.items():
            self.write(name, text)

    def write(self, name, text):
        """Write a C++ source."""
        path = self.package / "cc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def start(self, *arguments, **environment):
        """Start Python with this copy on its path; None removes a variable."""
        settings = {
            **os.environ,
            "PYTHONPATH": str(self.package.parent),
            "NENGODL_OPS_CACHE": str(self.cache),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "",
            **environment,
        }
        settings = {key: text for key, text in settings.items() if text is not None}
        return subprocess.Popen(
            [sys.executable, *arguments],
            env=settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            universal_newlines=True,
        )

    def run(self, *arguments, **environment):
        """Run Python with this copy on its path, to its status and what it printed."""
        process = self.start(*arguments, **environment)
        output, errors = process.communicate()
        return Result(process.returncode, output, errors)

    def call(self, *arguments, **environment):
        """Run ``python -m nengodl_ops``."""
        return self.run("-m", "nengodl_ops", *arguments, **environment)


class Result:
    """How a process ended."""

    def __init__(self, status, output, errors):
        self.status, self.output, self.errors = status, output, errors

    def __repr__(self):
        return f"status {self.status}\n{self.output}\n{self.errors}"


@pytest.fixture
def make_copy(tmp_path):
    """A function that copies the package with the C++ sources that it is given."""
    return lambda **sources: Copy(
        tmp_path, {f"{name}/op.cc": text for name, text in sources.items()}
    )


@pytest.fixture(scope="session")
def built_copy(tmp_path_factory):
    """A copy that has been compiled with an operation; and how compiling it went."""
    copy = Copy(tmp_path_factory.mktemp("built"), {"toy/op.cc": OPERATION})
    # only where there may be kernels for XLA, whose standard of C++ it needs
    copy.write("xla/xla.cc", "consteval int one() { return 1; } int nengodl = one();\n")
    return copy, copy.call("build")
