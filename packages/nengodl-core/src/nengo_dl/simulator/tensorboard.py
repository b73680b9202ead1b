# SPDX-License-Identifier: MIT
"""Event files for TensorBoard."""

import os
import re
from typing import Any, Optional

from nengo_dl.compat.tensorflow import v1


def open_writer(folder: Optional[str], graph: Any) -> Optional[Any]:
    """
    Start to write event files, with the graph as the first thing.

    Parameters
    ----------
    folder : str or None
        Directory that gets a folder ``run_N``, with N one more than the greatest there.
    graph : tf.Graph
        The graph.

    Returns
    -------
    tf.compat.v1.summary.FileWriter or None
        The writer, None if `folder` is None.
    """
    if folder is None:
        return None
    folder = os.fspath(folder)
    os.makedirs(folder, exist_ok=True)
    runs = [re.fullmatch(r"run_(\d+)", name) for name in os.listdir(folder)]
    number = 1 + max((int(run.group(1)) for run in runs if run), default=-1)
    with graph.as_default():  # the writer refuses to be made where TensorFlow is eager
        return v1.summary.FileWriter(os.path.join(folder, f"run_{number}"), graph)
