# SPDX-License-Identifier: MIT
"""The convolution is one of an image."""

import nengo
import pytest
from nengodl_benchmarks import convolution


@pytest.mark.skipif(
    not hasattr(nengo, "Convolution"), reason="nengo before 3 has no Convolution"
)
@pytest.mark.parametrize("dimensions, side", [(64, 8), (2, 2), (10, 4)])
def test_every_filter_has_a_neuron_at_every_pixel(dimensions, side):
    """The image is the smallest square that holds the dimensions."""
    net = convolution(dimensions, 5, nengo.LIF())
    transform = net.conn.transform
    assert transform.input_shape.shape == (side, side, 1)
    assert transform.kernel_shape == (3, 3, 1, 5)
    assert net.inp.size_out == side**2
    assert net.layer.n_neurons == side**2 * 5
    assert net.p.size_in == dimensions
