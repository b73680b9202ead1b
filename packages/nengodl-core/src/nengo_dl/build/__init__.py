# SPDX-License-Identifier: MIT
"""A network to nengo's built model, and the operators that the device will run."""

from nengo_dl.build.inputs import feed_operators, is_input_node
from nengo_dl.build.marks import mark_trainable
from nengo_dl.build.model import build_model
from nengo_dl.build.owners import owner

__all__ = ["build_model", "feed_operators", "is_input_node", "mark_trainable", "owner"]
