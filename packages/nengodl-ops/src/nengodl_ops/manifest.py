# SPDX-License-Identifier: MIT
"""What a compiled library says about itself, in a file beside it."""

import json
from pathlib import Path
from typing import NamedTuple, Optional

NAME = "manifest.json"


class Manifest(NamedTuple):
    """
    What a library was made from.

    Parameters
    ----------
    tensorflow : str
        Version of TensorFlow that it was compiled for.
    xla : bool
        Whether it has kernels for XLA beside the classic ones.
    sources : str
        Digest of sources and flags, see `nengodl_ops.sources.digest`.
    compiler : str
        Name and version of the compiler.
    version : str
        Version of this package.
    """

    tensorflow: str
    xla: bool
    sources: str
    compiler: str
    version: str

    def write(self, folder: Path) -> None:
        """
        Write the manifest.

        Parameters
        ----------
        folder : Path
            The folder of the library.
        """
        text = json.dumps(self._asdict(), indent=2) + "\n"
        (folder / NAME).write_text(text, encoding="utf-8")


def read(folder: Path) -> Optional[Manifest]:
    """
    Read the manifest of a folder.

    Parameters
    ----------
    folder : Path
        The folder of a library.

    Returns
    -------
    Manifest or None
        None if there is none, or none that this version understands: such a library is
        not used, and building replaces it.
    """
    try:
        fields = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return Manifest(**fields)
    except (OSError, ValueError, TypeError):
        return None


def minor(version: str) -> str:
    """
    Shorten a version of TensorFlow to what decides about its interface in C++.

    Parameters
    ----------
    version : str
        For example 2.21.0.

    Returns
    -------
    str
        For example 2.21.
    """
    return ".".join(version.split(".")[:2])
