# SPDX-License-Identifier: MIT
"""
The data of training, as minibatches.

Arrays are cut as they are. Data larger than memory comes as a stream of dicts, each of
which is checked and cut like a dict of arrays of its own.
"""

from nengodl_train.data.opening import open_source
from nengodl_train.data.source import Source

__all__ = ["Source", "open_source"]
