# SPDX-License-Identifier: MIT
"""Neurons that draw random numbers, with those that are fed to them."""

import copy

import nengo
import numpy as np
import pytest
from nengo.builder import Model
from nengo.builder.neurons import SimNeurons
from nengo.builder.signal import SignalDict
from nengo_dl.extend import check_rule
from nengo_dl.lower.registry import merge_key
from nengo_dl.operators import NoisyNeurons, needs_noise, noise_step
from scipy import stats

pytestmark = pytest.mark.skipif(
    not hasattr(nengo, "StochasticSpiking"),
    reason="this nengo has no StochasticSpiking and no PoissonSpiking",
)
NAMES = ["StochasticSpiking", "PoissonSpiking"]


def operators(make, name, *sizes, base="RectifiedLinear", **kwargs):
    """Make operators of random neurons, without those of their rates."""
    neuron_type = getattr(nengo, name)(getattr(nengo, base)(), **kwargs)
    return [NoisyNeurons(op) for op in make.neurons(neuron_type, *sizes)[1::2]]


def draws(ops, scale):
    """Draw rates of both signs, and uniform random numbers."""
    rng = np.random.RandomState(0)
    values = {op.noise: rng.uniform(size=(1,) + op.noise.shape) for op in ops}
    values.update((op.J, scale * rng.standard_normal((1,) + op.J.shape)) for op in ops)
    return values


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sizes", [(20,), (20, 7), (5,) * 16])
@pytest.mark.parametrize("minibatch", [1, 3])
def test_rule(make, name, sizes, minibatch):
    """Alone and in groups with amplitudes of their own, the rule equals the NumPy step."""
    ops = []
    for i, n in enumerate(sizes):
        ops += operators(make, name, n, base="Tanh", amplitude=0.5 + i % 2)
    assert len({merge_key(op) for op in ops}) == 1
    check_rule(ops, minibatch=minibatch, values=draws(ops, 3000.0))


@pytest.mark.parametrize("name", NAMES)
def test_rates_that_all_items_share(make, name):
    """One rate for all items gets numbers of their own."""
    ops = operators(make, name, 5, 5)
    values = draws(ops, 3000.0)
    check_rule(ops, 3, shared=[op.J for op in ops], values=values, jit=False)


@pytest.mark.parametrize("name", NAMES)
def test_which_operators_need_noise(make, name):
    """Only neurons of the very types are fed; subclasses may draw other numbers."""
    kind = getattr(nengo, name)
    assert [needs_noise(op) for op in make.neurons(kind(nengo.LIFRate()), 3)] == [
        False,
        True,
    ]
    subclass = type("Subclass", (kind,), {})
    made = make.neurons(subclass(nengo.LIFRate()), 3)
    assert not any(map(needs_noise, made))
    assert not needs_noise(make.reset((3,), 1.0))


@pytest.mark.parametrize("base", ["RectifiedLinear", "Tanh"])
@pytest.mark.parametrize("initial_state", [None, "given"])
def test_stochastic_spikes_equal_nengos(base, initial_state):
    """Fed from the ensemble's stream, every spike of 300 steps is nengo's, bit for bit."""
    given = {} if initial_state is None else {"initial_state": {}}
    neuron_type = nengo.StochasticSpiking(getattr(nengo, base)(), 0.5, **given)
    with nengo.Network(seed=0) as net:
        ensemble = nengo.Ensemble(15, 1, neuron_type=neuron_type)
        probes = [nengo.Probe(ensemble.neurons, key) for key in ("rate_out", "output")]
    model = Model()
    model.build(net)
    (op,) = [NoisyNeurons(op) for op in model.operators if needs_noise(op)]
    draw = noise_step(op, copy.deepcopy(op.stream))
    with nengo.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(300)
    rates, expected = (sim.data[probe] for probe in probes)
    assert np.count_nonzero(expected) > 50
    np.testing.assert_array_equal(run(op, rates, draw), expected)


def run(op, rates, draw):
    """Run the NumPy step of an operator, which the rule equals, with given rates."""
    signals = SignalDict()
    for signal in op.all_signals:
        signals.init(signal)
    step, outputs = op.make_step(signals, 0.001, None), []
    for i, rate in enumerate(rates):
        signals[op.J][...], signals[op.noise][...] = rate, draw(0.001 * i)
        step()
        outputs.append(signals[op.output].copy())
    return np.array(outputs)


def test_noise_is_reproducible(make):
    """Equal generators give equal numbers, each step others, and the stream stays."""
    (op,) = operators(make, "PoissonSpiking", 4)
    before = op.stream.get_state()[1].copy()
    first = [noise_step(op, np.random.RandomState(seed)) for seed in (3, 3, 4)]
    a, b, c = ([draw(0.0), draw(0.001)] for draw in first)
    np.testing.assert_array_equal(a, b)
    assert not np.any(np.equal(a, c)) and not np.any(a[0] == a[1])
    assert a[0].shape == (4,) and np.min(a) >= 0 and np.max(a) < 1
    np.testing.assert_array_equal(op.stream.get_state()[1], before)


def test_poisson_spikes_are_distributed_like_poissons(make):
    """Numbers of spikes in steps of equal rates pass a chi-square test."""
    (op,) = operators(make, "PoissonSpiking", 2000)
    rate = np.full((10, 2000), 2500.0)
    counts = run(op, rate, noise_step(op, np.random.RandomState(0))) * 0.001
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-9)
    observed = np.bincount(np.round(counts).astype(int).ravel(), minlength=9)
    probability = stats.poisson.pmf(np.arange(8), 2.5)
    expected = counts.size * np.append(probability, 1 - probability.sum())
    observed = np.append(observed[:8], observed[8:].sum())
    assert stats.chisquare(observed, expected).pvalue > 0.01


@pytest.mark.parametrize("name", NAMES)
def test_training_uses_rates(make, train, name):
    """In training the output is the rate times the amplitude, with a gradient."""
    (op,) = operators(make, name, 3, base="Tanh", amplitude=0.5)
    (rates,), gradient = train(op, [-10.0, 0.0, 7.0], [0.1, 0.5, 0.9])
    np.testing.assert_array_equal(rates, [-5, 0, 3.5])
    np.testing.assert_array_equal(gradient, [0.5, 0.5, 0.5])


def test_states_and_signals_are_those_of_the_operator(make):
    """What takes an operator's place reads the same rate and sets the same output."""
    neuron_type = nengo.PoissonSpiking(nengo.LIFRate())
    op = make.neurons(neuron_type, 3)[1]
    noisy = NoisyNeurons(op)
    assert isinstance(noisy, SimNeurons)
    assert (noisy.J, noisy.sets, noisy.neurons) == (op.J, op.sets, op.neurons)
    assert noisy.reads == [op.J, noisy.noise] and noisy.incs == noisy.updates == []
