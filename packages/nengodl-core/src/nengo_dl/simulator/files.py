# SPDX-License-Identifier: MIT
"""Files of parameters: a NumPy ``.npz`` archive with a description in it.

Each array is a member under its own name, so ``numpy.load`` shows all of them. The member
``manifest`` is a text in JSON: format and version, what was selected, and for each array
its name, shape and kind. Nothing is pickled.
"""

import json
import os
import uuid
import zipfile
import zlib
from typing import Any, Dict, NamedTuple, Sequence

import nengo
import numpy as np

from nengo_dl.errors import ParameterFileError

FORMAT = "nengodl-parameters"
VERSION = 1
MANIFEST = "manifest"
# all that NumPy and zipfile are known to raise over bytes that are no such archive
UNREADABLE = (
    ValueError,
    AttributeError,  # a single array has no members
    OSError,
    EOFError,
    KeyError,
    TypeError,
    NotImplementedError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)


class Stored(NamedTuple):
    """
    One array of a file.

    `kind` is "global" or "local"; those that are `optional` a simulator may lack.
    """

    kind: str
    value: np.ndarray
    optional: bool = False


def write(path: Any, arrays: Dict[str, Stored], kinds: Sequence[str]) -> None:
    """
    Write a file, all of it or nothing: until it is complete, an older one stays.

    Parameters
    ----------
    path : str or path-like
        The file.
    arrays : dict of str to Stored
        What to write.
    kinds : sequence of str
        The kinds that were selected.
    """
    target = os.path.realpath(os.fspath(path))
    folder, name = os.path.split(target)
    if not os.path.isdir(folder):
        raise ParameterFileError(
            f"Parameters cannot be saved to {target!r}: there is no folder {folder!r}."
            " Make it first, or name another one."
        )
    if os.path.isdir(target):
        raise ParameterFileError(
            f"Parameters cannot be saved to {target!r}: that is a folder. Add the name of a"
            " file in it."
        )
    temporary = os.path.join(folder, f".{name}.{uuid.uuid4().hex}.tmp")
    try:
        with open(temporary, "xb") as file:
            _write(file, arrays, kinds)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise


def _write(file, arrays, kinds):
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "nengo": nengo.__version__,  # information only
        "kinds": list(kinds),
        "arrays": [
            {
                "name": name,
                "shape": list(np.shape(stored.value)),
                "kind": stored.kind,
                "optional": stored.optional,
            }
            for name, stored in arrays.items()
        ],
    }
    text = np.array(json.dumps(manifest))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        _add(archive, MANIFEST, text)
        for name, stored in arrays.items():
            _add(archive, name, np.asarray(stored.value))


def _add(archive, name, array):
    # not numpy.savez, for which some names of arrays are arguments of its own
    with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
        np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)


def read(path: Any) -> Dict[str, Stored]:
    """
    Read a whole file.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    dict of str to Stored
        Its arrays.

    Raises
    ------
    ParameterFileError
        If there is no such file, or something else in it.
    """
    name = os.fspath(path)
    if not os.path.isfile(name):
        raise ParameterFileError(
            f"Parameters cannot be loaded from {name!r}: there is no such file. Give the"
            " name that was given to save_params; no ending is added to it."
        )
    with open(name, "rb") as file:
        try:
            with np.load(file, allow_pickle=False) as archive:
                return _arrays(archive, json.loads(str(archive[MANIFEST][()])))
        except UNREADABLE as error:
            raise ParameterFileError(
                f"Parameters cannot be loaded from {name!r}: a complete file written by"
                f" Simulator.save_params was expected, but reading it failed"
                f" ({type(error).__name__}: {error}). Save the parameters again."
            ) from error


def _arrays(archive, manifest):
    found = (manifest["format"], manifest["version"])
    if found != (FORMAT, VERSION):
        raise ValueError(
            f"its format is {found[0]} {found[1]}, and this release reads {FORMAT}"
            f" {VERSION}"
        )
    arrays = {}
    for entry in manifest["arrays"]:
        name, value = entry["name"], archive[entry["name"]]
        if value.shape != tuple(entry["shape"]):
            raise ValueError(
                f"the shape of {name!r} is {value.shape}, and should be {entry['shape']}"
            )
        arrays[name] = Stored(entry["kind"], value, entry["optional"])
    return arrays
