# SPDX-License-Identifier: MIT
"""
Decide which wheel is built: one with a compiled library, or one with its sources only.

A library in ``src/nengodl_ops/built`` (``python -m nengodl_ops build --output`` puts it
there) makes a wheel for this platform, with the TensorFlow that the library is for in its
version. Without one the wheel is for any platform, and users compile.
"""

import json
import re
import sysconfig
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = Path(__file__).resolve().parent / "src" / "nengodl_ops"
BUILT = PACKAGE / "built"
FILES = ("libnengodl_ops.so", "manifest.json")


def version():
    """Return the version of the package, with "+tf2.21" if a library for it is there."""
    (own,) = re.findall(
        r'^__version__ = "(.*)"$', (PACKAGE / "__init__.py").read_text(), re.M
    )
    return f"{own}+tf{tensorflow()}" if BUILT.exists() else own


def tensorflow():
    """Return the minor version of TensorFlow that the library is for."""
    missing = [name for name in FILES if not (BUILT / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"{BUILT} lacks {', '.join(missing)}. Fill it with 'python -m nengodl_ops"
            " build --output DIR', or remove it to build a wheel without a library."
        )
    told = json.loads((BUILT / "manifest.json").read_text())
    return ".".join(told["tensorflow"].split(".")[:2])


class LibraryHook(BuildHookInterface):
    """Put the library, if there is one, into the wheel and never into the sdist."""

    def initialize(self, version, build_data):
        """Add the library to a wheel; `version` is "standard" or "editable"."""
        if not BUILT.exists():
            return
        if self.target_name != "wheel":
            raise ValueError(
                f"Remove {BUILT}: an sdist has no library, and its version should not"
                " name a TensorFlow."
            )
        platform = re.sub(r"\W", "_", sysconfig.get_platform())
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        for name in FILES:
            build_data["force_include"][str(BUILT / name)] = f"nengodl_ops/built/{name}"
