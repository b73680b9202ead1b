# SPDX-License-Identifier: MIT
"""Random networks as data, built for our simulator and for nengo's, and compared."""

from .compare import check
from .recipe import recipes

__all__ = ["check", "recipes"]
