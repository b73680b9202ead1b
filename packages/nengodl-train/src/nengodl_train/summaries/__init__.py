# SPDX-License-Identifier: MIT
"""Summaries of a training in the event files of TensorBoard."""

from nengodl_train.summaries.writing import Summaries

__all__ = ["Summaries"]
