# SPDX-License-Identifier: MIT
"""Ctrl-C while something runs that must not be cut in two."""

import os
import signal
import threading

import pytest
from nengo_dl.runtime.interrupts import interrupts_held


def interrupt():
    """Press Ctrl-C."""
    os.kill(os.getpid(), signal.SIGINT)


def test_the_interrupt_comes_at_the_end():
    """What stands behind Ctrl-C in the block is done, what stands behind the block not."""
    done = []
    with pytest.raises(KeyboardInterrupt):
        with interrupts_held():
            interrupt()
            done.append("block")
        done.append("behind")
    assert done == ["block"]


def test_the_handler_is_put_back():
    """Whatever handled Ctrl-C before does so again, after errors, too."""
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ZeroDivisionError), interrupts_held():
        assert signal.getsignal(signal.SIGINT) is not before
        raise ZeroDivisionError
    assert signal.getsignal(signal.SIGINT) is before


def test_the_handler_of_the_user_is_called():
    """An own handler gets the signal, once."""
    seen = []
    before = signal.signal(signal.SIGINT, lambda *args: seen.append(args[0]))
    try:
        with interrupts_held():
            interrupt()
            assert seen == []
        assert seen == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_ignored_interrupt_stays_ignored():
    """Where Ctrl-C is switched off it does nothing."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupts_held():
            interrupt()
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_leave_the_handler_alone():
    """Only the main thread is interrupted, and only it may set handlers."""
    before, seen = signal.getsignal(signal.SIGINT), []

    def work():
        with interrupts_held():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
