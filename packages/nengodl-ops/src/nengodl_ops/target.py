# SPDX-License-Identifier: MIT
"""The TensorFlow for which kernels are compiled, and what it has for that."""

from pathlib import Path
from typing import NamedTuple, Tuple

from nengodl_ops.errors import MissingTensorFlowError

XLA_HEADERS = ("xla/ffi/api/ffi.h", "tensorflow/compiler/tf2xla/xla_op_kernel.h")
XLA_LIBRARY = "libtensorflow_cc.so.2"


class Target(NamedTuple):
    """
    An installed TensorFlow.

    Parameters
    ----------
    version : str
        Its version.
    include : Path
        The folder of its headers.
    libraries : Path
        The folder of its libraries.
    defines : tuple of str
        Flags that decide about its binary interface; the same on all machines.
    link_flags : tuple of str
        What the linker needs to find its libraries.
    """

    version: str
    include: Path
    libraries: Path
    defines: Tuple[str, ...]
    link_flags: Tuple[str, ...]

    @property
    def has_xla(self) -> bool:
        """Whether kernels for XLA can be compiled: their headers and library are there."""
        headers = (self.include / name for name in XLA_HEADERS)
        return (self.libraries / XLA_LIBRARY).is_file() and all(
            header.is_file() for header in headers
        )


def installed_target() -> Target:
    """
    Describe the TensorFlow that is installed.

    Returns
    -------
    Target
        What is needed to compile for it.

    Raises
    ------
    MissingTensorFlowError
        If there is none.
    """
    try:
        import tensorflow as tf
    except ModuleNotFoundError as error:
        # a TensorFlow that lacks something else must not read as "not installed"
        if error.name != "tensorflow":
            raise
        raise MissingTensorFlowError() from error
    flags = tf.sysconfig.get_compile_flags()
    return Target(
        tf.__version__,
        Path(tf.sysconfig.get_include()),
        Path(tf.sysconfig.get_lib()),
        tuple(sorted(flag for flag in flags if flag.startswith("-D"))),
        tuple(tf.sysconfig.get_link_flags()),
    )
