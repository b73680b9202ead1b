# SPDX-License-Identifier: MIT
"""
Errors of this package: what is missing, and the way out.

Those that leave the kernels out of reach are `ImportError`: a program that can do without
them, as nengodl-core can, catches `KernelsUnavailableError` or simply `ImportError`.
"""

import sys

BUILD = "python -m nengodl_ops build"


class KernelsUnavailableError(ImportError):
    """The compiled kernels cannot be used with what is installed."""


class MissingTensorFlowError(KernelsUnavailableError):
    """No flavour of TensorFlow is installed."""

    def __init__(self):
        super().__init__(
            "nengodl_ops needs TensorFlow, and none is installed. It does not choose one"
            " for you, so that it can never replace the one you want. Install one of"
            " tensorflow, tensorflow-cpu, tensorflow-gpu, tensorflow-rocm, tf-nightly;"
            " for example 'pip install tensorflow'."
        )


class NotBuiltError(KernelsUnavailableError):
    """
    There is no compiled library yet.

    Parameters
    ----------
    running : str
        Version of the TensorFlow that is installed.
    looked : iterable of str or Path
        Where a library was looked for.
    """

    def __init__(self, running, looked):
        folders = "".join(f"\n  {folder}" for folder in looked)
        super().__init__(
            "The kernels of nengodl_ops are not compiled yet for TensorFlow"
            f" {running}. Looked, for these sources, in{folders}\n"
            f"Compile them with '{BUILD}' (a C++ compiler is needed)."
        )


class TensorFlowMismatchError(KernelsUnavailableError):
    """
    The compiled library is one for another TensorFlow.

    Parameters
    ----------
    built : str
        Version of TensorFlow that the library was compiled for.
    running : str
        Version of the TensorFlow that is installed.
    folder : str or Path
        Where the library is.
    """

    def __init__(self, built, running, folder):
        super().__init__(
            f"The kernels of nengodl_ops in {folder} were compiled for TensorFlow {built},"
            f" but TensorFlow {running} is running, and its interface in C++ is another"
            f" one with each minor version. Compile them with '{BUILD}' (a C++ compiler"
            f" is needed), or install the wheel of nengodl-ops for TensorFlow {running}."
        )


class LibraryError(KernelsUnavailableError):
    """
    TensorFlow refuses the compiled library.

    Parameters
    ----------
    path : str or Path
        The library.
    running : str
        Version of the TensorFlow that is installed.
    reason : str
        What it says.
    """

    def __init__(self, path, running, reason):
        super().__init__(
            f"TensorFlow {running} cannot load the kernels of nengodl_ops in {path}:\n"
            f"{reason}\nCompile them again with '{BUILD} --force'."
        )


class CompilerError(RuntimeError):
    """The kernels cannot be compiled."""


class NoSourcesError(CompilerError):
    """
    The package lacks its C++ sources.

    Parameters
    ----------
    folder : str or Path
        Where they should be.
    """

    def __init__(self, folder):
        super().__init__(
            f"There are no C++ sources in {folder}. Install nengodl-ops again:"
            " 'pip install --force-reinstall --no-deps nengodl-ops'."
        )


class NoCompilerError(CompilerError):
    """
    There is no C++ compiler.

    Parameters
    ----------
    looked : iterable of str
        The commands that were looked for.
    variable : str, optional
        What the environment variable ``CXX`` says, if it was followed.
    """

    def __init__(self, looked, variable=None):
        names = ", ".join(looked)
        if variable is None:
            problem = f"none of {names} is on the PATH."
        else:
            problem = f"CXX={variable!r} is set, and there is no command {names}."
        super().__init__(f"No C++ compiler: {problem} {_how_to_get_one()}")


def _how_to_get_one():
    if sys.platform == "win32":
        return "The kernels can be compiled on Linux and macOS only."
    return (
        "Install one:\n"
        "  Debian, Ubuntu   sudo apt install g++\n"
        "  Fedora           sudo dnf install gcc-c++\n"
        "  macOS            xcode-select --install\n"
        "or name it: CXX=/path/to/g++ " + BUILD
    )


class CompilationError(CompilerError):
    """
    The compiler or the linker failed.

    Parameters
    ----------
    name : str
        What was being made: a source file, or the library.
    command : str
        How it was called.
    output : str
        What it printed.
    log : str or Path
        The file with all of it.
    """

    LINES = 20

    def __init__(self, name, command, output, log):
        lines = output.rstrip().splitlines()
        left_out = "[...]\n" if len(lines) > self.LINES else ""
        super().__init__(
            f"{name} could not be compiled. The command was\n  {command}\n"
            f"and said\n{left_out}" + "\n".join(lines[-self.LINES :]) + "\n"
            f"All of it stands in {log}"
        )


class FolderError(OSError):
    """
    The library cannot be written where it belongs.

    Parameters
    ----------
    folder : str or Path
        The folder.
    reason : str
        What the operating system says.
    """

    def __init__(self, folder, reason):
        super().__init__(
            f"Cannot write the kernels of nengodl_ops to {folder}: {reason}. Set the"
            " environment variable NENGODL_OPS_CACHE to a folder of yours, when you build"
            " and when you run."
        )


OURS = (KernelsUnavailableError, CompilerError, FolderError)
