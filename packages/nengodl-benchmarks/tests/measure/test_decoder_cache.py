# SPDX-License-Identifier: MIT
"""Building without the decoder cache."""

import nengo
import pytest
from nengo.cache import NoDecoderCache, get_default_decoder_cache
from nengodl_benchmarks.measure.decoder_cache import no_decoder_cache


def test_no_decoder_cache_holds_inside_only():
    """Nengo makes models without a cache inside, and the user's setting comes back."""
    before = nengo.rc.get("decoder_cache", "enabled")
    with pytest.raises(RuntimeError), no_decoder_cache():
        assert isinstance(get_default_decoder_cache(), NoDecoderCache)
        raise RuntimeError
    assert nengo.rc.get("decoder_cache", "enabled") == before
