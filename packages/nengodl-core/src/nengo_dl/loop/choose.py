# SPDX-License-Identifier: MIT
"""Whether XLA compiles the loop."""

import logging
from typing import Union

logger = logging.getLogger(__name__)


def choose_jit(option: Union[str, bool]) -> bool:
    """
    Decide by the setting ``jit_compile``, and say in the log which way it went.

    Parameters
    ----------
    option : bool or "auto"
        The setting. "auto" means XLA wherever it can compile all operators; every rule
        of this release compiles, so it always is.

    Returns
    -------
    bool
        Whether XLA compiles the loop.
    """
    jit = option is not False
    reason = "all operators compile" if option == "auto" else "as configured"
    logger.info("Time loop: %s (%s)", "XLA" if jit else "TensorFlow", reason)
    return jit
