# SPDX-License-Identifier: MIT
"""The part of the simulator's interface that later releases fill."""

from nengo_dl.errors import UnavailableError

GRAPH = (
    "is not there: the graph is no list of objects under construction, but one compiled"
    " program. See Simulator.program, whose TensorFlow graph is Simulator.program.graph."
)


class LaterInterface:
    """Attributes that say what to use in their place."""

    @property
    def tensor_graph(self):
        """
        Refuse access to a graph under construction.

        Returns
        -------
        object
            Nothing, as it always raises UnavailableError.
        """
        raise UnavailableError(f"Simulator.tensor_graph {GRAPH}")
