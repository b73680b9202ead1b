# SPDX-License-Identifier: MIT
"""Version of this package, and the one check that must parse on any Python.

Nothing is imported here but the standard library, and no syntax newer than Python 3.4 is
used, so that packaging tools can read the version and an old Python can tell its user
what is wrong.
"""

name = "nengodl-core"
version_info = (0, 1, 0)
dev = 0  # number of the development release, None for a release

version = ".".join(str(part) for part in version_info)
if dev is not None:
    version += ".dev%d" % dev

MINIMUM_PYTHON = (3, 7)


def check_python(found):
    """
    Refuse a Python that is too old.

    Parameters
    ----------
    found : tuple of int
        The running version, as `sys.version_info`.

    Raises
    ------
    ImportError
        If `found` is older than the oldest version supported.
    """
    if tuple(found[:2]) < MINIMUM_PYTHON:
        raise ImportError(
            "nengo_dl needs Python %d.%d or newer, but this is Python %s. Upgrade Python,"
            " or use a release of NengoDL before 2.0."
            % (MINIMUM_PYTHON + (".".join(str(part) for part in found[:3]),))
        )
