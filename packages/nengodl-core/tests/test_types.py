# SPDX-License-Identifier: MIT
"""Settings that pass between the stages."""

import dataclasses

import pytest
from nengo_dl.types import Settings


@pytest.mark.parametrize("minibatch_size, batch", [(None, 1), (1, 1), (5, 5)])
def test_one_copy_without_a_minibatch_size(minibatch_size, batch):
    """None differs from 1 in results only."""
    assert Settings(minibatch_size=minibatch_size).batch == batch


def test_settings_cannot_be_changed():
    """Stages that share settings cannot surprise one another."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().unroll = 5


def test_defaults_are_not_shared():
    """Each settings object has a session configuration of its own."""
    assert Settings().session_config is not Settings().session_config
