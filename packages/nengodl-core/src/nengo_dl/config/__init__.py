# SPDX-License-Identifier: MIT
"""
Settings of a network, and which of its parameters may be trained.

A setting is an ordinary parameter of Nengo's configuration system, stored on the outermost
network: `configure_settings(dtype="float64")` is ``net.config[nengo.Network].dtype =
"float64"`` once that parameter is there.
"""

from nengo_dl.config.settings import configure_settings, get_setting
from nengo_dl.config.trainability import Trainability, trainable_for

__all__ = ["Trainability", "configure_settings", "get_setting", "trainable_for"]
