# SPDX-License-Identifier: MIT
"""The objectives of nengodl-train under the name that users import."""

import sys

from nengo_dl.installation import import_sibling

# The import system returns what stands in `sys.modules` after this file has run, so
# `nengo_dl.objectives` is the sibling's module itself, not a copy of its names.
sys.modules[__name__] = import_sibling(
    "nengodl_train.objectives", "nengodl-train", "nengo_dl.objectives"
)
