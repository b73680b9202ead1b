# SPDX-License-Identifier: MIT
"""Whether XLA compiles the loop."""

import logging
from typing import Optional, Union

logger = logging.getLogger(__name__)


def choose_jit(option: Union[str, bool], obstacle: Optional[str] = None) -> bool:
    """
    Decide by the setting ``jit_compile``.

    Parameters
    ----------
    option : bool or "auto"
        The setting. "auto" means XLA wherever it can compile all operators.
    obstacle : str, optional
        What XLA cannot compile, if there is anything.

    Returns
    -------
    bool
        Whether XLA compiles the loop.
    """
    return obstacle is None if option == "auto" else bool(option)


def report_choice(jit: bool, reason: Optional[str] = None) -> None:
    """
    Say in the log which way it went.

    Parameters
    ----------
    jit : bool
        Whether XLA compiles the loop.
    reason : str, optional
        Why; by default because all operators compile.
    """
    reason = "all operators compile" if reason is None else reason
    logger.info("Time loop: %s (%s)", "XLA" if jit else "TensorFlow", reason)
