# SPDX-License-Identifier: MIT
"""Put the state of a program aside."""

import contextlib
from typing import Any, Iterator


@contextlib.contextmanager
def isolated(program: Any, seed: int) -> Iterator[None]:
    """
    Put state and processes aside inside a ``with`` block, and back behind it.

    Parameters
    ----------
    program : Program
        The program. Inside, it starts as after the construction, and `is_isolated` is
        True.
    seed : int
        Seed of its processes.
    """
    state, steps = program.store.state(program.sess), program.host.fresh(seed)
    before, program.is_isolated = program.is_isolated, True
    try:
        yield
    finally:
        program.is_isolated = before
        program.host.put_back(steps)
        program.store.put_state(program.sess, state)
