# SPDX-License-Identifier: MIT
"""What must be installed beside this package, checked when it is imported."""

import importlib
import importlib.util
import sys
import warnings

import nengo.version

from nengo_dl import errors
from nengo_dl.compat import metadata

OURS = "nengodl-core"
THEIRS = "nengo-dl"  # the distribution that first owned the import name

OLDEST_NENGO = (2, 8, 0)
NEWEST_NENGO = (4, 1)  # tested: later releases may still work

TENSORFLOW_FLAVOURS = (
    "tensorflow",
    "tensorflow-cpu",
    "tensorflow-gpu",
    "tensorflow-rocm",
    "tf-nightly",
)


def check():
    """Run all checks, the most basic one first."""
    check_owners()
    check_nengo(nengo.version.version_info)
    check_tensorflow()


def check_owners():
    """
    Refuse two distributions that both own the import name ``nengo_dl``.

    Raises
    ------
    PackageConflictError
        If both are installed. Nothing of either is imported to find out.
    """
    ours, theirs = installed_version(OURS), installed_version(THEIRS)
    if ours is not None and theirs is not None:
        raise errors.PackageConflictError(
            f"{THEIRS} {theirs} and {OURS} {ours} are both installed, and both own the"
            " import name nengo_dl: their files overwrite each other. Keep one of them:\n"
            f"  pip uninstall -y {THEIRS} {OURS}\n"
            f"  pip install {OURS}      (or: pip install {THEIRS})"
        )


def check_nengo(found):
    """
    Refuse a Nengo that is too old, and warn of one that is newer than any tested.

    Parameters
    ----------
    found : tuple of int
        The installed version, as `nengo.version.version_info`.

    Raises
    ------
    UnsupportedNengoError
        If `found` is older than the oldest version supported.
    """
    found_text, oldest, newest = map(_dotted, (found, OLDEST_NENGO, NEWEST_NENGO))
    if tuple(found) < OLDEST_NENGO:
        raise errors.UnsupportedNengoError(
            f"nengo_dl needs Nengo {oldest} or newer, but Nengo {found_text} is installed."
            f" Upgrade it with 'pip install --upgrade \"nengo>={oldest}\"'."
        )
    if tuple(found[: len(NEWEST_NENGO)]) > NEWEST_NENGO:
        warnings.warn(
            f"Nengo {found_text} is installed, but the newest version that nengo_dl was"
            f" tested with is {newest}. It is untested and may not work.",
            errors.UntestedNengoWarning,
            stacklevel=2,
        )


def check_tensorflow():
    """
    Refuse to go on without any TensorFlow.

    Raises
    ------
    MissingTensorFlowError
        If no flavour of TensorFlow is installed.
    """
    # TensorFlow 1 has no __spec__ once it is imported, which find_spec does not take
    imported = sys.modules.get("tensorflow") is not None
    if not imported and importlib.util.find_spec("tensorflow") is None:
        raise errors.MissingTensorFlowError(
            "nengo_dl needs TensorFlow, and none is installed. It does not choose one for"
            " you, so that it can never replace the one you want. Install one of "
            + ", ".join(TENSORFLOW_FLAVOURS)
            + "; for example 'pip install tensorflow'."
        )


def import_sibling(module, distribution, purpose):
    """
    Import a module of a sibling wheel.

    Parameters
    ----------
    module : str
        Full name of the module.
    distribution : str
        Name of the wheel that has it.
    purpose : str
        What the user wanted, as the subject of the error message.

    Returns
    -------
    module
        The imported module.

    Raises
    ------
    MissingPackageError
        If the wheel is not installed, or has no such module yet.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        # a broken dependency of an installed sibling must not read as "not installed"
        if error.name is None or not (module + ".").startswith(error.name + "."):
            raise
        raise errors.MissingPackageError(purpose, distribution, module) from error


def installed_version(distribution):
    """
    Version of an installed distribution, found without importing it.

    Parameters
    ----------
    distribution : str
        Name of the distribution.

    Returns
    -------
    str or None
        The version, None if it is not installed.
    """
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _dotted(version_info):
    return ".".join(str(part) for part in version_info)
