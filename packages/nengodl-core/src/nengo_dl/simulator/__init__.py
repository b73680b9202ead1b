# SPDX-License-Identifier: MIT
"""The simulator that users see: Nengo's interface over a compiled program."""

from nengo_dl.simulator.data import SimulationData
from nengo_dl.simulator.simulator import Simulator

__all__ = ["SimulationData", "Simulator"]
