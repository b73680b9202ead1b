# SPDX-License-Identifier: MIT
"""The time loop with its gradient: forward through all steps, and back again."""

from nengodl_train.loops.dynamics import Dynamics, Xs
from nengodl_train.loops.run import Trajectory, make_trajectory
from nengodl_train.loops.trial import Trial, try_step

__all__ = ["Dynamics", "Trajectory", "Trial", "Xs", "make_trajectory", "try_step"]
