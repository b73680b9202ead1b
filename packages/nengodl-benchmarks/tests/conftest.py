# SPDX-License-Identifier: MIT
"""What holds for all tests of this package."""

import nengo
import pytest


@pytest.fixture(scope="session", autouse=True)
def _no_decoder_cache():
    """Keep test processes from waiting for, or reading, each other's decoders."""
    nengo.rc.set("decoder_cache", "enabled", "False")
