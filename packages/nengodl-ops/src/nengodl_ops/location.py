# SPDX-License-Identifier: MIT
"""Where compiled libraries live, and which of them fits."""

import os
import platform
import re
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional, Tuple

from nengodl_ops import manifest, sources, toolchain
from nengodl_ops.errors import NotBuiltError, TensorFlowMismatchError
from nengodl_ops.manifest import Manifest, minor
from nengodl_ops.target import Target

LIBRARY = "libnengodl_ops.so"
LOG = "build.log"
# In the package, filled when a wheel for one version of TensorFlow is made.
BUILT = Path(__file__).resolve().parent / "built"
NAME = re.compile(r"tf[\w.]+-[0-9a-f]{12}-\w+")


class Found(NamedTuple):
    """
    A compiled library.

    Parameters
    ----------
    folder : Path
        Where it is.
    manifest : Manifest
        What it says about itself.
    """

    folder: Path
    manifest: Manifest

    @property
    def path(self) -> Path:
        """The library itself."""
        return self.folder / LIBRARY


def cache_root() -> Path:
    """
    Say where the user's own libraries are kept.

    Returns
    -------
    Path
        What ``NENGODL_OPS_CACHE`` says, else a folder among the user's caches.
    """
    own = os.environ.get("NENGODL_OPS_CACHE")
    if own:
        return Path(own).expanduser().absolute()
    # the standard of XDG asks to ignore paths that are not absolute
    shared = os.environ.get("XDG_CACHE_HOME", "")
    caches = Path(shared) if os.path.isabs(shared) else Path.home() / ".cache"
    return caches / "nengodl-ops"


def cache_folder(target: Target, digest: str) -> Path:
    """
    Say where the library for a TensorFlow is kept.

    Parameters
    ----------
    target : Target
        The TensorFlow.
    digest : str
        What the library is made from.

    Returns
    -------
    Path
        A folder of its own.
    """
    machine = re.sub(r"\W", "_", platform.machine())
    return cache_root() / f"tf{minor(target.version)}-{digest[:12]}-{machine}"


def cached_folders() -> List[Path]:
    """
    List the folders in the cache that are ours.

    Returns
    -------
    list of Path
        Those with a library or the log of one that failed.
    """
    root = cache_root()
    found = sorted(root.iterdir()) if root.is_dir() else []
    return [
        path
        for path in found
        if NAME.fullmatch(path.name)
        and any((path / name).is_file() for name in (manifest.NAME, LOG))
    ]


def expected_digest(target: Target, sanitize: Optional[str] = None) -> str:
    """
    Sum up what a library for a TensorFlow has to be made from.

    Parameters
    ----------
    target : Target
        The TensorFlow.
    sanitize : str, optional
        The sanitizer it is compiled with, see `sanitizer`.

    Returns
    -------
    str
        The digest.
    """
    flags = toolchain.fixed_flags(target, sanitizer(sanitize))
    return sources.digest(sources.SOURCES, flags)


def sanitizer(asked: Optional[str] = None) -> Optional[str]:
    """
    Choose the sanitizer of the library.

    Parameters
    ----------
    asked : str, optional
        The one that is asked for.

    Returns
    -------
    str or None
        Without one asked for, what ``NENGODL_OPS_SANITIZE`` says: a library with a
        sanitizer loads only into a process that is prepared for it, so that it must
        never be found by chance.

    Raises
    ------
    ValueError
        If there is no such sanitizer.
    """
    chosen = asked or os.environ.get("NENGODL_OPS_SANITIZE") or None
    if chosen not in toolchain.SANITIZERS:
        known = ", ".join(repr(name) for name in toolchain.SANITIZERS if name)
        raise ValueError(f"expected the sanitizer {known}, received {chosen!r}")
    return chosen


def find(target: Target) -> Found:
    """
    Find the library for a TensorFlow: in the package, else in the user's cache.

    Parameters
    ----------
    target : Target
        The TensorFlow.

    Returns
    -------
    Found
        The library.

    Raises
    ------
    TensorFlowMismatchError
        If there are libraries, but for other versions of TensorFlow only.
    NotBuiltError
        If there is none, or from other sources only.
    """
    digest = expected_digest(target)
    looked = (BUILT, cache_folder(target, digest))
    for found in everything(looked):
        if fits(found.manifest, target, digest):
            return found
    others = list(everything((BUILT, *cached_folders())))
    ours = minor(target.version)
    if others and all(minor(o.manifest.tensorflow) != ours for o in others):
        built, folder = others[0].manifest.tensorflow, others[0].folder
        raise TensorFlowMismatchError(built, target.version, folder)
    raise NotBuiltError(target.version, looked)


def everything(folders: Tuple[Path, ...]) -> Iterator[Found]:
    """
    Go through the libraries in some folders.

    Parameters
    ----------
    folders : tuple of Path
        The folders, which need not exist.

    Yields
    ------
    Found
        Each library that is there with its manifest.
    """
    for folder in folders:
        told = manifest.read(folder)
        if told is not None and (folder / LIBRARY).is_file():
            yield Found(folder, told)


def fits(told: Manifest, target: Target, digest: str) -> bool:
    """
    Say whether a library can be used.

    Parameters
    ----------
    told : Manifest
        What it says about itself.
    target : Target
        The TensorFlow that is installed.
    digest : str
        What it has to be made from.

    Returns
    -------
    bool
        Whether it is for this minor version of TensorFlow, and from these sources.
    """
    return minor(told.tensorflow) == minor(target.version) and told.sources == digest
