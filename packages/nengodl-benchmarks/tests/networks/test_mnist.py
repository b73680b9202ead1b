# SPDX-License-Identifier: MIT
"""The network for digits has the layers of the paper."""

import nengo
import nengo_dl
import numpy as np
import pytest
from nengodl_benchmarks.networks import mnist_stack, spiking_mnist
from nengodl_benchmarks.networks.mnist import INTERCEPT, MAX_RATE, NEURONS


@pytest.fixture(scope="module", name="net")
def fixture_net():
    """The network in its full size."""
    return spiking_mnist()


def test_layers_have_the_sizes_of_the_paper(net):
    """Three convolutions with neurons, two poolings and a dense layer follow each other."""
    assert net.inp.size_out == 784
    assert [conn.post_obj.size_in for conn in net.connections] == [
        784, 21632, 21632, 36864, 36864, 9216, 12800, 12800, 3200
    ]  # fmt: skip
    assert [conn.size_out for conn in net.connections][-1] == 3200
    assert net.p.size_in == net.p_filtered.size_in == 10
    assert [e.n_neurons for e in net.ensembles] == [21632, 36864, 12800]


def test_only_the_test_probe_filters(net):
    """Layers follow without delay, and so does what is trained."""
    assert all(conn.synapse is None for conn in net.connections)
    assert net.p.synapse is None
    assert net.p_filtered.synapse == nengo.Lowpass(0.1)
    assert net.p.target is net.p_filtered.target


def test_an_input_of_one_is_an_output_of_one():
    """Neurons are silent at 0, and fire at 100 Hz, which is an output of 1, at 1."""
    gain, bias = NEURONS.gain_bias([MAX_RATE], [INTERCEPT])
    rate_type = nengo.LIFRate(amplitude=NEURONS.amplitude)
    output = rate_type.rates(np.array([-0.1, 1.0]), gain, bias)
    assert np.allclose(output.ravel(), [0, 1])


def test_neurons_get_these_gains_and_are_not_trainable():
    """All ensembles have gain and bias of the rates above, and none may learn."""
    net = spiking_mnist(mnist_stack((1, 1, 1), n_classes=2), (12, 12, 1))
    gain, bias = NEURONS.gain_bias([MAX_RATE], [INTERCEPT])
    for ensemble in net.ensembles:
        assert ensemble.neuron_type == nengo.LIF(amplitude=0.01)
        assert not net.config[ensemble].trainable
    with nengo_dl.Simulator(net, progress_bar=False, device="/cpu:0") as sim:
        for ensemble in net.ensembles:
            assert np.allclose(sim.data[ensemble].gain, gain)
            assert np.allclose(sim.data[ensemble].bias, bias)


def test_equal_seeds_give_equal_weights():
    """The output for a picture depends on the seed of the weights, and on nothing else."""

    def output(seed):
        net = spiking_mnist(mnist_stack((4, 4, 8), 3, seed=seed), (12, 12, 1))
        picture = np.random.RandomState(0).uniform(size=(1, 1, 144))
        with nengo_dl.Simulator(net, progress_bar=False, device="/cpu:0") as sim:
            return sim.run_batch({net.inp: picture}, {net.p: None}, training=True)[
                net.p
            ]

    first = output(0)
    assert np.ptp(first) > 0.01
    assert np.array_equal(first, output(0))
    assert not np.allclose(first, output(1))
