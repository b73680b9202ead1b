# SPDX-License-Identifier: MIT
"""
Compiled TensorFlow kernels for nengodl-core.

Importing this package loads nothing, not even TensorFlow: the compiled library is found,
checked and loaded when `KERNELS` or a function of its own is asked for. Where there is
none for the TensorFlow that is installed, ``python -m nengodl_ops build`` makes one.
"""

import importlib

__version__ = "0.1.0.dev0"

# Public name -> the module of this package that defines it.
_PUBLIC = {
    "count_spikes": "kernels.spikes",
    "gather_rows": "kernels.rows",
    "host_call": "kernels.host",
    "learned_product": "kernels.learned",
    "lif_step": "kernels.lif",
    "scatter_rows": "kernels.rows",
    "sparse_product": "kernels.sparse",
}


def __getattr__(name):
    # PEP 562: called for names that are not there yet
    if name == "KERNELS":
        return importlib.import_module("nengodl_ops.library").kernels()
    if name in _PUBLIC:
        module = importlib.import_module(f"nengodl_ops.{_PUBLIC[name]}")
        return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
