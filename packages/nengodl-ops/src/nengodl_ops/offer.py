# SPDX-License-Identifier: MIT
"""What nengodl-core gets: functions by the names of the fields of its ``Kernels``."""

from typing import Any, Dict

from nengodl_ops.kernels.host import host_call
from nengodl_ops.kernels.learned import learned_product
from nengodl_ops.kernels.lif import lif_step
from nengodl_ops.kernels.sparse import sparse_product
from nengodl_ops.kernels.spikes import count_spikes
from nengodl_ops.library import has_xla


def offered(library: Any) -> Dict[str, Any]:
    """
    List the functions, and whether XLA compiles them.

    Parameters
    ----------
    library : module
        The loaded operations.

    Returns
    -------
    dict
        Functions by name, and ``compiled``: the names of those that XLA compiles.
    """
    functions = {
        "count_spikes": count_spikes,
        "host_call": host_call,
        "learned_product": learned_product,
        "lif_step": lif_step,
        "sparse_product": sparse_product,
    }
    return dict(functions, compiled=frozenset(functions) if has_xla() else frozenset())
