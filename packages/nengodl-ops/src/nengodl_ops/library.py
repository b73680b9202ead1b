# SPDX-License-Identifier: MIT
"""The compiled library in this process: found, checked and loaded once."""

import threading
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Dict

from nengodl_ops.errors import KernelsUnavailableError, LibraryError
from nengodl_ops.location import Found, find
from nengodl_ops.target import installed_target

# A second load would register each operation again, which TensorFlow refuses.
_lock = threading.RLock()
_once: Dict[str, Any] = {}


def library_path() -> Path:
    """
    Find the library, without loading it.

    Returns
    -------
    Path
        The library for the TensorFlow that is installed.

    Raises
    ------
    KernelsUnavailableError
        If there is none; the message says how to get one.
    """
    return _remember("found", _find).path


def has_xla() -> bool:
    """
    Say whether XLA compiles the kernels.

    Returns
    -------
    bool
        Whether the library was made with kernels for XLA beside the classic ones.

    Raises
    ------
    KernelsUnavailableError
        If there is no library.
    """
    return _remember("found", _find).manifest.xla


def load() -> ModuleType:
    """
    Load the library into TensorFlow, once a process.

    Returns
    -------
    module
        Its operations, as `tf.load_op_library` returns them.

    Raises
    ------
    KernelsUnavailableError
        If there is no library, or TensorFlow refuses it.
    """
    return _remember("library", _load)


def kernels() -> Dict[str, Any]:
    """
    Load the library and make what it offers to nengodl-core.

    Returns
    -------
    dict
        The functions by the name of the field of ``nengo_dl.extend.Kernels``; the same
        object each time.

    Raises
    ------
    KernelsUnavailableError
        If there is no library, or TensorFlow refuses it.
    """
    return _remember("kernels", _offered)


def _remember(name: str, make: Callable[[], Any]) -> Any:
    with _lock:
        if name not in _once:
            _once[name] = make()
        return _once[name]


def _find() -> Found:
    try:
        return find(installed_target())
    except (OSError, RuntimeError, ValueError) as error:
        # a cache that cannot be read, no home, a sanitizer that is none: nothing that a
        # program which can do without kernels should end for
        raise KernelsUnavailableError(
            f"The kernels of nengodl_ops cannot be looked for: {error}. The environment"
            " variables NENGODL_OPS_CACHE and NENGODL_OPS_SANITIZE say where, and which."
        ) from error


def _load() -> ModuleType:
    import tensorflow as tf

    path = library_path()
    try:
        return tf.load_op_library(str(path))
    except (tf.errors.OpError, OSError) as error:
        raise LibraryError(path, tf.__version__, str(error)) from error


def _offered() -> Dict[str, Any]:
    library = load()
    # not at the top: the kernels' own modules are needed by those who load it only
    from nengodl_ops.offer import offered

    return offered(library)
