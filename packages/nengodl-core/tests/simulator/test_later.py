# SPDX-License-Identifier: MIT
"""The place that training will have."""

import pytest


@pytest.mark.parametrize("method", ["train", "loss", "check_gradients"])
def test_training_says_what_to_install(network, simulate, method):
    """The methods are there, and name the package that they come with."""
    sim = simulate(network)
    with pytest.raises(
        NotImplementedError, match="pip install.*nengodl-train"
    ) as error:
        getattr(sim, method)({}, None)
    assert method in str(error.value)
