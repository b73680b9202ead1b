# SPDX-License-Identifier: MIT
"""Distributions: moments, limits, random generators and parameters."""

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError
from nengo_dl import dists
from scipy import stats

MAKERS = [
    dists.TruncatedNormal,
    dists.VarianceScaling,
    lambda: dists.VarianceScaling(distribution="normal"),
    dists.Glorot,
    lambda: dists.Glorot(distribution="normal"),
    dists.He,
    lambda: dists.He(distribution="uniform"),
]


@pytest.fixture
def rng():
    """A generator with a fixed seed."""
    return np.random.RandomState(0)


@pytest.mark.parametrize("make", MAKERS)
def test_shape_and_generator(make):
    """Samples are numbers or vectors, and follow from the generator alone (history 75)."""
    dist = make()
    assert isinstance(dist, nengo.dists.Distribution)
    for d, shape in ((None, (7,)), (3, (7, 3)), (1, (7, 1))):
        one, two, other = (
            dist.sample(7, d, rng=np.random.RandomState(seed)) for seed in (1, 1, 2)
        )
        assert one.shape == shape
        np.testing.assert_array_equal(one, two)
        assert np.all(one != other)


@pytest.mark.parametrize("make", MAKERS)
def test_global_generator(make):
    """Without a generator NumPy's global one is used."""
    before = np.random.get_state()
    try:
        np.random.seed(3)
        received = make().sample(5, 2)
        again = make().sample(5, 2, rng=None)
    finally:
        np.random.set_state(before)
    expected = make().sample(5, 2, rng=np.random.RandomState(3))
    np.testing.assert_array_equal(received, expected)
    assert np.all(received != again)


@pytest.mark.parametrize(
    "mean, stddev, limit", [(0, 1, None), (5, 0.5, None), (-1, 2, 0.5), (0, 1, 10)]
)
def test_truncated_normal(rng, mean, stddev, limit):
    """Samples pass a Kolmogorov test against SciPy's truncated normal distribution.

    History 168.
    """
    samples = dists.TruncatedNormal(mean, stddev, limit).sample(5000, rng=rng)
    bound = 2 if limit is None else limit / stddev
    assert np.all(np.abs(samples - mean) <= bound * stddev)
    expected = stats.truncnorm(-bound, bound, loc=mean, scale=stddev)
    assert stats.kstest(samples, expected.cdf)[1] > 0.01


def test_truncated_normal_without_width(rng):
    """Without deviation all samples are the mean; a limit has to be given."""
    samples = dists.TruncatedNormal(3, 0, limit=1).sample(4, rng=rng)
    np.testing.assert_array_equal(samples, [3, 3, 3, 3])
    with pytest.raises(ValidationError, match="greater than 0 .*got 0"):
        dists.TruncatedNormal(stddev=0)


FANS = {"fan_in": 40, "fan_out": 60, "fan_avg": 50}


@pytest.mark.parametrize("mode", FANS)
@pytest.mark.parametrize("scale", [1, 2.5])
def test_uniform_scaling(rng, mode, scale):
    """Uniform weights of n outputs and d inputs have the variance of their mode.

    History 168 and 185.
    """
    weights = dists.VarianceScaling(scale, mode).sample(60, 40, rng=rng)
    bound = np.sqrt(3 * scale / FANS[mode])
    expected = stats.uniform(-bound, 2 * bound)
    assert stats.kstest(weights.ravel(), expected.cdf)[1] > 0.01


@pytest.mark.parametrize("mode", FANS)
@pytest.mark.parametrize("scale", [1, 2.5])
def test_normal_scaling(rng, mode, scale):
    """Normal weights have that variance before their tails are cut (history 168)."""
    dist = dists.VarianceScaling(scale, mode, "normal")
    weights = dist.sample(60, 40, rng=rng)
    expected = stats.truncnorm(-2, 2, scale=np.sqrt(scale / FANS[mode]))
    assert stats.kstest(weights.ravel(), expected.cdf)[1] > 0.01


@pytest.mark.parametrize("distribution", ["uniform", "normal"])
def test_one_input(distribution):
    """Without a number of inputs there is one."""
    dist = dists.VarianceScaling(2, "fan_in", distribution)
    one = dist.sample(50, rng=np.random.RandomState(0))
    same = dist.sample(50, 1, rng=np.random.RandomState(0))
    np.testing.assert_array_equal(one, same[:, 0])


@pytest.mark.parametrize("distribution", ["uniform", "normal"])
@pytest.mark.parametrize("scale", [0.5, 3])
def test_glorot_and_he(distribution, scale):
    """Both are scalings: by the mean of inputs and outputs, or the inputs alone.

    History 168.
    """
    pairs = [
        (dists.Glorot, dists.VarianceScaling(scale, "fan_avg", distribution)),
        (dists.He, dists.VarianceScaling(scale**2, "fan_in", distribution)),
    ]
    for kind, same in pairs:
        received, expected = (
            dist.sample(6, 9, rng=np.random.RandomState(0))
            for dist in (kind(scale, distribution), same)
        )
        np.testing.assert_array_equal(received, expected)


def test_defaults():
    """Glorot is uniform and He normal, each with a scale of 1."""
    for kind, mode, distribution in (
        (dists.VarianceScaling, "fan_avg", "uniform"),
        (dists.Glorot, "fan_avg", "uniform"),
        (dists.He, "fan_in", "normal"),
    ):
        dist = kind()
        found = (dist.scale, dist.mode, dist.distribution)
        assert found == (1, mode, distribution)
    assert dists.He(3).scale == 3


@pytest.mark.parametrize("distribution", ["uniform", "normal"])
def test_a_scale_of_nothing(rng, distribution):
    """With a scale of 0 all weights are 0."""
    for kind in (dists.Glorot, dists.He):
        assert not kind(0, distribution).sample(3, 2, rng=rng).any()


@pytest.mark.parametrize(
    "kind, given, message",
    [
        (dists.TruncatedNormal, {"stddev": -1}, "greater than.*0 .*got -1"),
        (dists.TruncatedNormal, {"limit": 0}, "greater than.*0 .*got 0"),
        (dists.TruncatedNormal, {"mean": "high"}, "Must be a number; got 'high'"),
        (dists.VarianceScaling, {"scale": -1}, "greater than.*0 .*got -1"),
        (dists.VarianceScaling, {"mode": "fan"}, "'fan' must be one of .*fan_avg"),
        (
            dists.VarianceScaling,
            {"distribution": "flat"},
            "'flat' must be one of .*uniform",
        ),
        (dists.Glorot, {"scale": -1}, "greater than.*0 .*got -1"),
        (dists.Glorot, {"distribution": "flat"}, "'flat' must be one of .*normal"),
        (dists.He, {"scale": -1}, "greater than.*0 .*got -1"),
        (dists.He, {"distribution": "flat"}, "'flat' must be one of .*normal"),
    ],
)
def test_parameters_out_of_range(kind, given, message):
    """Errors name the parameter, what is allowed and what was given."""
    with pytest.raises(ValidationError, match=message) as info:
        kind(**given)
    assert info.value.attr == next(iter(given))


def test_parameters_of_a_network():
    """Nengo draws what it builds from these distributions."""
    with nengo.Network(seed=0) as net:
        bias = dists.TruncatedNormal(5, 1, limit=0.1)
        gain = dists.Glorot(scale=50)
        ensemble = nengo.Ensemble(
            40, 1, neuron_type=nengo.Sigmoid(), gain=gain, bias=bias
        )
    with nengo.Simulator(net, progress_bar=False) as sim:
        assert np.all(np.abs(sim.data[ensemble].bias - 5) <= 0.1)
        # the mean of 40 outputs and one input
        assert np.all(np.abs(sim.data[ensemble].gain) <= np.sqrt(150 / 20.5))
        assert len(set(sim.data[ensemble].gain)) == 40
