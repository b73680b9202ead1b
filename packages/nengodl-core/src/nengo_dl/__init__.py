# SPDX-License-Identifier: MIT
"""Simulate Nengo networks with one compiled TensorFlow program.

This file must parse on any Python, so that an old one gets advice and not a SyntaxError.
"""

import importlib
import importlib.util
import sys

from nengo_dl import version

version.check_python(sys.version_info)

__version__ = version.version

# Resolved on first use, so that the wheels that own them stay optional. The values are
# modules of ours that hand over to the sibling wheel.
_SIBLINGS = {
    "objectives": "nengo_dl.objectives",
    "obj": "nengo_dl.objectives",
    "benchmarks": "nengo_dl.benchmarks",
}

# Without nengo only the version can be read: packaging tools need it before Nengo is there.
if importlib.util.find_spec("nengo") is not None:
    from nengo_dl import installation

    installation.check()

    from nengo_dl import config, dists, utils
    from nengo_dl.config import configure_settings
    from nengo_dl.neurons import SoftLIFRate
    from nengo_dl.simulator import Simulator
    from nengo_dl.tensor_node import TensorNode, reshaped, tensor_layer

    __all__ = [
        "Simulator",
        "SoftLIFRate",
        "TensorNode",
        "config",
        "configure_settings",
        "dists",
        "reshaped",
        "tensor_layer",
        "utils",
    ]


def __getattr__(name):
    """Import a sibling wheel on first use, or say what is missing."""
    if name in _SIBLINGS:
        return importlib.import_module(_SIBLINGS[name])
    if not name.startswith("_") and "Simulator" not in globals():
        if importlib.util.find_spec("nengo") is None:
            raise ImportError(
                "nengo_dl.%s needs Nengo, which is not installed. Install it with"
                " 'pip install nengo'." % name
            )
    raise AttributeError("module 'nengo_dl' has no attribute %r" % name)
