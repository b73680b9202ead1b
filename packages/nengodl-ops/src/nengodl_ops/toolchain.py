# SPDX-License-Identifier: MIT
"""The C++ compiler and how it is called; all flags stand here."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence, Tuple

from nengodl_ops import sources
from nengodl_ops.errors import NoCompilerError
from nengodl_ops.target import XLA_LIBRARY, Target

COMPILERS = ("g++", "c++", "clang++")

# Nothing for the processor of this machine: the sources hold several versions of what
# gains from wider registers. Kernels never read errno nor floating-point exceptions;
# NDEBUG as in TensorFlow's own wheels, since some of its classes are laid out by it.
FLAGS = (
    "-O3",
    "-fPIC",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fopenmp-simd",
    "-DNDEBUG",
    "-Wall",
)
SANITIZERS = {
    None: (),
    "address": ("-fsanitize=address", "-fno-omit-frame-pointer", "-g"),
}


class Toolchain(NamedTuple):
    """
    A compiler for a TensorFlow.

    Parameters
    ----------
    compiler : tuple of str
        The command, perhaps with arguments.
    target : Target
        The TensorFlow.
    folder : Path
        The folder of the sources, where their headers are as well.
    sanitize : str, optional
        A key of `SANITIZERS`.
    """

    compiler: Tuple[str, ...]
    target: Target
    folder: Path
    sanitize: Optional[str] = None

    def compile(self, source: Path, output: Path) -> List[str]:
        """
        Say how a file is compiled.

        Parameters
        ----------
        source : Path
            The file.
        output : Path
            The object file that is made.

        Returns
        -------
        list of str
            The command.
        """
        includes = ["-I", str(self.folder)]
        if sources.is_xla(source):
            # headers of XLA's own that TensorFlow's wheel keeps elsewhere
            for name in ("farmhash_archive/src", "highwayhash"):
                includes += ["-isystem", str(self.target.include / "external" / name)]
        return [
            *(*self.compiler, f"-std={standard(self.target.version, source)}"),
            *fixed_flags(self.target, self.sanitize),
            # no warnings of what is in TensorFlow's headers
            *(*includes, "-isystem", str(self.target.include)),
            *("-c", str(source), "-o", str(output)),
        ]

    def link(self, objects: Sequence[Path], output: Path, xla: bool) -> List[str]:
        """
        Say how the library is made.

        Parameters
        ----------
        objects : sequence of Path
            The object files.
        output : Path
            The library.
        xla : bool
            Whether some of them are kernels for XLA.

        Returns
        -------
        list of str
            The command.
        """
        return [
            *(*self.compiler, "-shared", *SANITIZERS[self.sanitize]),
            *(*map(str, objects), *self.target.link_flags),
            *([f"-l:{XLA_LIBRARY}"] if xla else ()),
            *("-o", str(output)),
        ]


def fixed_flags(target: Target, sanitize: Optional[str] = None) -> Tuple[str, ...]:
    """
    List the flags that all files share and that name no folder.

    Parameters
    ----------
    target : Target
        The TensorFlow.
    sanitize : str, optional
        A key of `SANITIZERS`.

    Returns
    -------
    tuple of str
        The flags.
    """
    return (*FLAGS, *SANITIZERS[sanitize], *target.defines)


def standard(version: str, source: Path) -> str:
    """
    Choose the standard of C++ that TensorFlow's headers are written in.

    Parameters
    ----------
    version : str
        Version of TensorFlow.
    source : Path
        The file that includes them.

    Returns
    -------
    str
        For example "c++17".
    """
    if sources.is_xla(source):
        return "c++20"
    release = tuple(int(part) for part in version.split(".")[:2])
    if release >= (2, 10):
        return "c++17"
    return "c++14" if release >= (2, 0) else "c++11"


def find_compiler() -> Tuple[str, ...]:
    """
    Find a C++ compiler.

    Returns
    -------
    tuple of str
        The command: what the environment variable ``CXX`` says, else the first of
        `COMPILERS` that is on the ``PATH``.

    Raises
    ------
    NoCompilerError
        If there is none.
    """
    variable = os.environ.get("CXX", "").strip() or None
    if variable:
        command = tuple(shlex.split(variable))
        if shutil.which(command[0]) is None:
            raise NoCompilerError(command[:1], variable)
        return command
    for name in COMPILERS:
        if shutil.which(name):
            return (name,)
    raise NoCompilerError(COMPILERS)


def compiler_version(compiler: Sequence[str]) -> str:
    """
    Ask a compiler for its version.

    Parameters
    ----------
    compiler : sequence of str
        The command.

    Returns
    -------
    str
        Name and version, such as "g++ 12.2.0"; the name alone if it does not say.
    """
    # g++ cuts the second short to 12; clang knows the second only, and takes the last
    command = [*compiler, "-dumpfullversion", "-dumpversion"]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    version = run.stdout.decode(errors="replace").strip() if run.returncode == 0 else ""
    return f"{os.path.basename(compiler[-1])} {version}".strip()
