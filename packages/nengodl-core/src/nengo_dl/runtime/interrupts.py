# SPDX-License-Identifier: MIT
"""Let Ctrl-C wait while a block runs, so that no finished block is lost."""

import contextlib
import signal
import threading


@contextlib.contextmanager
def interrupts_held():
    """
    Put a keyboard interrupt off until the ``with`` block is left.

    TensorFlow runs a block of steps in one call, which no interrupt stops: it would be
    raised right behind, after the state has changed and before anybody has the results.
    Only the main thread is interrupted, so in any other there is nothing to do.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(
        before
    ):
        yield
        return
    caught = []
    signal.signal(signal.SIGINT, lambda *args: caught.append(args))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if caught:
            before(*caught[0])
