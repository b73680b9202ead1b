# SPDX-License-Identifier: MIT
"""Build without decoders that an earlier build left on the disk."""

import contextlib

import nengo


@contextlib.contextmanager
def no_decoder_cache():
    """
    Switch nengo's decoder cache off, so that both simulators solve for decoders.

    Otherwise the one that is built second would only read what the first one wrote.
    """
    before = nengo.rc.get("decoder_cache", "enabled")
    nengo.rc.set("decoder_cache", "enabled", "False")
    try:
        yield
    finally:
        nengo.rc.set("decoder_cache", "enabled", before)
