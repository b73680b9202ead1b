# SPDX-License-Identifier: MIT
"""The user's optimizers, as training programs need them."""

from nengodl_train.optimizers.adapt import adapt
from nengodl_train.optimizers.base import Optimizer, StateVariable
from nengodl_train.optimizers.errors import OptimizerError

__all__ = ["Optimizer", "OptimizerError", "StateVariable", "adapt"]
