# SPDX-License-Identifier: MIT
"""A spiking network on nengo and on nengo_dl, as numbers and as a picture."""

from .figure import draw
from .network import spiking_integrator
from .simulate import Demonstration, demonstrate

__all__ = ["Demonstration", "demonstrate", "draw", "spiking_integrator"]
