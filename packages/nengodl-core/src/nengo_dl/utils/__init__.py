# SPDX-License-Identifier: MIT
"""Small tools that users of this package need, too."""

from nengo_dl.compat.tensorflow import gpu_available
from nengo_dl.progress import NullProgressBar, ProgressBar
from nengo_dl.utils.arguments import count_arguments
from nengo_dl.utils.functions import align_func, function_name, sanitize_name
from nengo_dl.utils.graphs import find_non_differentiable, print_op
from nengo_dl.utils.minibatch import minibatch_generator

__all__ = [
    "NullProgressBar",
    "ProgressBar",
    "align_func",
    "count_arguments",
    "find_non_differentiable",
    "function_name",
    "minibatch_generator",
    "print_op",
    "sanitize_name",
]


def __getattr__(name):
    """Ask TensorFlow for its devices on first use only, not at import."""
    if name == "tf_gpu_installed":
        return gpu_available()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
