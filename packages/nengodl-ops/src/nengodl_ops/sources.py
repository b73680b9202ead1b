# SPDX-License-Identifier: MIT
"""The C++ sources, and a digest that tells whether a library was made from them."""

import hashlib
from pathlib import Path
from typing import Iterable, List

SOURCES = Path(__file__).resolve().parent / "cc"
XLA_UNIT = "xla.cc"


def units(folder: Path, xla: bool) -> List[Path]:
    """
    List the files that are compiled, each on its own.

    Parameters
    ----------
    folder : Path
        The folder of the sources.
    xla : bool
        Whether kernels for XLA are wanted, those in files called ``xla.cc``.

    Returns
    -------
    list of Path
        Those for XLA first: they take the longest.
    """
    found = sorted(folder.glob("**/*.cc"), key=lambda path: (not is_xla(path), path))
    return [path for path in found if xla or not is_xla(path)]


def is_xla(unit: Path) -> bool:
    """
    Say whether a file holds kernels for XLA.

    Parameters
    ----------
    unit : Path
        The file.

    Returns
    -------
    bool
        Whether it is called ``xla.cc``.
    """
    return unit.name == XLA_UNIT


def digest(folder: Path, flags: Iterable[str]) -> str:
    """
    Sum up all that decides about the library but compiler and TensorFlow's headers.

    Parameters
    ----------
    folder : Path
        The folder of the sources.
    flags : iterable of str
        Flags without folders of this machine.

    Returns
    -------
    str
        SHA-256 of names and contents of the files and of the flags.
    """
    total = hashlib.sha256()
    for part in flags:
        total.update(part.encode() + b"\0")
    for path in sorted(path for path in folder.glob("**/*") if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(folder).as_posix()}\0{content}\0".encode())
    return total.hexdigest()
