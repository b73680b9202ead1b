# SPDX-License-Identifier: MIT
"""A step to a block of steps: one compiled program for any number of them."""

from nengo_dl.loop.block import Block, compiled_text, run_block

__all__ = ["Block", "compiled_text", "run_block"]
