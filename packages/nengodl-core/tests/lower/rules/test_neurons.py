# SPDX-License-Identifier: MIT
"""Neuron types equal nengo's, step by step."""

import nengo
import numpy as np
import pytest
from nengo.exceptions import BuildError
from nengo_dl.errors import LoweringError
from nengo_dl.extend import check_rule
from nengo_dl.lower.registry import merge_key
from nengo_dl.lower.rules.basic import LARGE


def currents(ops, scale):
    """Draw currents of the given size."""
    rng = np.random.RandomState(1)
    return {op.J: scale * rng.standard_normal((1,) + op.J.shape) for op in ops}


RATES = [
    nengo.RectifiedLinear(),
    # at most 1 Hz: XLA's logistic function is exact relative to its largest value only
    nengo.Sigmoid(tau_ref=1.0),
    nengo.LIFRate(),
    nengo.LIFRate(tau_rc=0.05, tau_ref=0.001),
]


@pytest.mark.parametrize("neuron_type", RATES, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rate_neurons(make, neuron_type, dtype):
    """Rates of neurons in one group of unequal ensembles, on both sides of threshold."""
    ops = make.neurons(neuron_type, 40, 7)
    check_rule(ops, minibatch=2, dtype=dtype, values=currents(ops, 5.0))


@pytest.mark.parametrize("n", [1, 3, 16])
def test_lif(make, n):
    """Voltage, refractory time and spikes, from any state, in groups of any size."""
    ops = make.neurons(nengo.LIF(), *[30] * n)
    check_rule(ops, minibatch=2, steps=8, values=currents(ops, 10.0))


@pytest.mark.parametrize("kind", [nengo.LIF, nengo.SpikingRectifiedLinear])
@pytest.mark.parametrize("n", [1, 16])
def test_currents_that_all_items_share(make, kind, n):
    """Neurons that nothing reaches have one current for all items, and states for each."""
    ops = make.neurons(kind(), *[5] * n)
    shared = [op.J for op in ops]
    values = currents(ops, 10.0)
    check_rule(ops, minibatch=3, shared=shared, values=values, jit=False)


def test_lif_of_unequal_sizes(make):
    """Ensembles of unequal sizes lie in one row."""
    ops = make.neurons(nengo.LIF(), 30, 11, 50)
    check_rule(ops, minibatch=2, steps=8, values=currents(ops, 10.0))


def test_lif_in_float32(make):
    """With short series of float32, spikes come in the same steps and voltages agree."""
    ops = make.neurons(nengo.LIF(), 200)
    check_rule(ops, dtype="float32", steps=20, values=currents(ops, 10.0))


def test_lif_of_short_time_constants(make):
    """Where the series would not be exact the general functions are used."""
    ops = make.neurons(nengo.LIF(tau_rc=0.005), 100)
    check_rule(ops, dtype="float32", steps=10, values=currents(ops, 10.0))


def test_lif_fires(make):
    """The states drawn reach threshold, wait and fire, or the tests above say nothing."""
    (op,) = make.neurons(nengo.LIF(), 200)
    rng = np.random.RandomState(0)
    current, voltage = currents([op], 10.0)[op.J][0], rng.uniform(size=200)
    refractory, output = rng.uniform(0, 0.002, 200), np.zeros(200)
    step = op.neurons.step if hasattr(op.neurons, "step") else op.neurons.step_math
    step(0.001, current, output, voltage, refractory)
    assert 20 < np.count_nonzero(output) < 180


def test_voltages_stay_above_their_minimum(make):
    """Strong inhibition pulls no voltage below `min_voltage`."""
    ops = make.neurons(nengo.LIF(min_voltage=-0.5), 20)
    check_rule(ops, steps=5, values={op.J: [-100.0] for op in ops}, jit=False)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_spiking_rectified_linear(make, dtype):
    """Voltages add up to whole spikes, several in one step if the current is strong."""
    ops = make.neurons(nengo.SpikingRectifiedLinear(), 50, 7)
    # 2**-10 and currents of whole numbers: no rounding, so no spike moves
    values = {signal: np.round(v) for signal, v in currents(ops, 2000.0).items()}
    values.update({op.sets[1]: np.linspace(0, 1, op.J.size, False) for op in ops})
    check_rule(ops, minibatch=2, dtype=dtype, steps=6, dt=2.0**-10, values=values)


# nengo 2.8 has not all of them
PARAMETERS = {"amplitude": 0.5, "tau_rc": 0.01, "tau_ref": 0.001, "min_voltage": -1.0}


@pytest.mark.parametrize(
    "kind",
    [
        nengo.RectifiedLinear,
        nengo.SpikingRectifiedLinear,
        nengo.LIFRate,
        nengo.LIF,
        nengo.Sigmoid,
    ],
)
@pytest.mark.parametrize("sizes", [(9, 9), (9, 4), (3,) * 16])
def test_each_ensemble_has_its_own_parameters(make, kind, sizes):
    """Ensembles of one type are one group whatever their parameters."""
    names = [name for name in PARAMETERS if hasattr(kind(), name)]
    ops = []
    for i, n in enumerate(sizes):
        given = {name: PARAMETERS[name] * (1 + i % 3) for name in names}
        ops += make.neurons(kind(**given), n)
    assert len({merge_key(op) for op in ops}) == 1
    check_rule(ops, minibatch=2, steps=4, values=currents(ops, 30.0), jit=False)


def test_types_and_large_sizes_are_not_merged(make):
    """Groups hold one type; large ensembles are merged with equal ones only."""
    one = [
        merge_key(op)
        for kind in (nengo.LIF(), nengo.LIFRate(), nengo.RectifiedLinear())
        for op in make.neurons(kind, 5, 6)
    ]
    assert len(set(one)) == 3
    large = make.neurons(nengo.LIF(), LARGE, LARGE, LARGE + 1)
    assert len({merge_key(op) for op in large}) == 2


def test_subclasses_are_not_taken_for_their_base(make):
    """A neuron type may compute something else than its base class, so it is refused."""

    class Doubled(nengo.RectifiedLinear):
        """Neurons with another gain."""

    (op,) = make.neurons(Doubled(), 4)
    with pytest.raises(LoweringError, match="Doubled") as error:
        check_rule([op])
    assert isinstance(error.value, BuildError)
