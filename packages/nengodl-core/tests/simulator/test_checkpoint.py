# SPDX-License-Identifier: MIT
"""Which values of a file a simulator takes."""

import nengo
import nengo_dl
import numpy as np
import pytest
from nengo_dl.errors import ParameterMismatchError

quiet = {"progress_bar": False}


def layered(inference_only, zeros=False):
    """A network without a seed whose ensemble's encoders multiply nothing but zeros."""
    with nengo.Network() as net:
        nengo_dl.configure_settings(inference_only=inference_only)
        node = nengo.Node([0.5, 0.1, 0.2])
        weights = np.zeros((4, 3)) if zeros else np.ones((4, 3))
        # the gain is no trainable parameter, so it has to be the same anyway
        given = {"gain": np.ones(4), "bias": nengo.dists.Uniform(0, 1)}
        net.layer = nengo_dl.tensor_layer(
            node, nengo.RectifiedLinear(), transform=weights, **given
        )
        net.probe = nengo.Probe(net.layer)
    return net


def test_encoders_that_decide_nothing_load_where_nothing_is_trained(
    open_simulator, tmp_path
):
    """A layer's encoders are no part of the program, but a rebuilt network reads them."""
    path = tmp_path / "params"
    nets = [layered(False), layered(True)]
    sim, other = [open_simulator(net) for net in nets]
    sim.save_params(path)
    other.load_params(path)
    for simulator in (sim, other):
        simulator.run_steps(5, **quiet)
    np.testing.assert_array_equal(other.data[nets[1].probe], sim.data[nets[0].probe])
    saved, found = [
        simulator.data[net.layer.ensemble].scaled_encoders
        for simulator, net in zip((sim, other), nets)
    ]
    np.testing.assert_array_equal(found, saved)


def test_weights_of_zero_that_were_left_out_do_not_load(open_simulator, tmp_path):
    """The program was compiled without a product because of the weights' own value."""
    path = tmp_path / "params"
    open_simulator(layered(False)).save_params(path)
    other = open_simulator(layered(True, zeros=True))
    with pytest.raises(ParameterMismatchError, match="inference_only"):
        other.load_params(path)
