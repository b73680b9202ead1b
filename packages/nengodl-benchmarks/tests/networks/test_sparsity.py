# SPDX-License-Identifier: MIT
"""The sparse weights are few and different."""

import nengo
import numpy as np
import pytest
from nengodl_benchmarks import sparse


@pytest.mark.skipif(
    not hasattr(nengo, "Sparse"), reason="nengo before 3 has no Sparse transform"
)
@pytest.mark.parametrize("neurons_per_d, size", [(50, 1000), (4, 80)])
def test_two_percent_of_the_weights_are_not_zero(neurons_per_d, size):
    """Each place is drawn once, and no weight is 0."""
    net = sparse(3, neurons_per_d, nengo.LIF())
    assert net.conn.transform.shape == (size, size)
    weights = net.conn.transform.init
    assert len(np.unique(weights.indices, axis=0)) == size**2 // 50
    assert np.min(weights.data) > 0
