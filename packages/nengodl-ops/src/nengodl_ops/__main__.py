# SPDX-License-Identifier: MIT
"""``python -m nengodl_ops``: compile the kernels, say what is there, remove it."""

import argparse
import shutil
import sys
import warnings
from typing import List, Optional

from nengodl_ops import __version__, build, library, location, toolchain
from nengodl_ops.errors import OURS
from nengodl_ops.manifest import Manifest
from nengodl_ops.target import installed_target


def main(arguments: Optional[List[str]] = None) -> int:
    """
    Do what the command line says.

    Parameters
    ----------
    arguments : list of str, optional
        The command line.

    Returns
    -------
    int
        0 if all is well, 1 after an error of ours, 130 after Ctrl-C.
    """
    asked = _parser().parse_args(arguments)
    try:
        return asked.run(asked)
    except OURS as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; nothing was changed", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m nengodl_ops", description=__doc__)
    commands = parser.add_subparsers(
        title="commands", dest="command", metavar="COMMAND"
    )
    commands.required = True
    _add_build(commands)
    add = commands.add_parser
    status = add("status", help="say which library is used; exit status 1 without one")
    status.set_defaults(run=_status)
    clean = add("clean", help="remove all libraries from the cache")
    clean.set_defaults(run=_clean)
    return parser


def _add_build(commands) -> None:
    command = commands.add_parser("build", help="compile for the TensorFlow installed")
    command.set_defaults(run=_build)
    add = command.add_argument
    add("--quiet", action="store_true", help="do not print a line for each file")
    add("--force", action="store_true", help="compile even if the library is there")
    add("--jobs", type=_positive, metavar="N", help="compilers at the same time")
    add("--output", metavar="DIR", help="a folder for the library, not the cache")
    sanitizers = sorted(filter(None, toolchain.SANITIZERS))
    add("--sanitize", choices=sanitizers, help="for developers: compile with checks")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not a positive number")
    return number


def _build(asked: argparse.Namespace) -> int:
    def report(line):
        if not asked.quiet:
            print(line, file=sys.stderr, flush=True)

    path = build.build(asked.output, asked.jobs, asked.force, asked.sanitize, report)
    # where it will be looked for: compiling alone does not show that TensorFlow takes it
    if asked.output is None and location.sanitizer(asked.sanitize) is None:
        library.load()
    print(path)
    return 0


def _status(asked: argparse.Namespace) -> int:
    target = installed_target()
    print(f"nengodl-ops {__version__}, TensorFlow {target.version}")
    folders = (location.BUILT, *location.cached_folders())
    for found in location.everything(folders):
        print(f"  {found.folder}: {_describe(found.manifest)}")
    library.load()
    print(f"used: {library.library_path()}")
    return 0


def _describe(told: Manifest) -> str:
    kinds = "with kernels for XLA" if told.xla else "classic kernels only, none for XLA"
    return f"for TensorFlow {told.tensorflow}, {kinds}, by {told.compiler}"


def _clean(asked: argparse.Namespace) -> int:
    unfinished = location.cache_root().glob(f"{build.SCRATCH}*")
    for folder in (*location.cached_folders(), *unfinished):
        print(f"removing {folder}")
        shutil.rmtree(str(folder))
    return 0


if __name__ == "__main__":
    # TensorFlow 1.14 warns of any newer NumPy when it is imported: nothing for users here
    warnings.simplefilter("ignore", FutureWarning)
    sys.exit(main())
