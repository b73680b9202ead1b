# SPDX-License-Identifier: MIT
"""Neurons get the step of their very type, in groups with parameters of their own."""

import nengo
import numpy as np
import pytest
from nengo_dl.errors import DuplicateRuleError
from nengo_dl.extend import check_rule
from nengo_dl.lower.hosted import HOSTED
from nengo_dl.lower.registry import merge_key, rule_for
from nengo_dl.lower.rules import neurons as module
from nengo_dl.lower.rules.basic import LARGE
from nengo_dl.lower.rules.neurons import NEURONS
from nengo_dl.neurons import SoftLIFRate
from nengo_dl.operators import NOISY_TYPES


@pytest.mark.parametrize("kind", [nengo.LIF, nengo.SpikingRectifiedLinear])
@pytest.mark.parametrize("n", [1, 16])
def test_currents_that_all_items_share(make, currents, kind, n):
    """Neurons that nothing reaches have one current for all items, and states for each."""
    ops = make.neurons(kind(), *[5] * n)
    shared = [op.J for op in ops]
    values = currents(ops, 10.0)
    check_rule(ops, minibatch=3, shared=shared, values=values, jit=False)


# nengo 2.8 has not all of them
PARAMETERS = {
    "amplitude": 0.5,
    "tau_rc": 0.01,
    "tau_ref": 0.001,
    "min_voltage": -1.0,
    "sigma": 0.4,
    "tau_n": 0.01,
    "inc_n": 0.02,
    "tau_recovery": 0.02,
    "coupling": 0.1,
    "reset_voltage": -30.0,
    "reset_recovery": 3.0,
}


def different(kind, i):
    """Make one of several neuron types with all its parameters different."""
    names = [name for name in PARAMETERS if hasattr(kind, name)]
    # an attribute of the instance only, in nengo 2.8
    names += ["amplitude"] if "RectifiedLinear" in kind.__name__ else []
    given = {name: PARAMETERS[name] * (1 + i % 3) for name in names}
    rates = [nengo.RectifiedLinear()] if hasattr(kind, "base_type") else []
    return kind(*rates, **given)


@pytest.mark.parametrize("kind", sorted(NEURONS, key=lambda kind: kind.__name__))
@pytest.mark.parametrize(
    "sizes, minibatch", [((9, 9), 1), ((9, 4), 3), ((3,) * 16, 3)], ids=str
)
def test_each_ensemble_has_its_own_parameters(make, currents, kind, sizes, minibatch):
    """Ensembles of one type are one group whatever their parameters."""
    ops = []
    for i, n in enumerate(sizes):
        made = make.neurons(different(kind, i), n)
        ops += [op for op in made if type(op.neurons) is kind]
    assert len({merge_key(op) for op in ops}) == 1
    values = currents(ops, 30.0)
    check_rule(ops, minibatch=minibatch, steps=4, values=values, jit=False)


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
    """A neuron type may compute something else than its base class: the host runs it."""

    class Doubled(nengo.RectifiedLinear):
        """Neurons with another gain."""

    class Smoother(SoftLIFRate):
        """Neurons with another formula."""

    for kind, base in ((Doubled, nengo.RectifiedLinear), (Smoother, SoftLIFRate)):
        (op,), (same,) = make.neurons(kind(), 4), make.neurons(base(), 4)
        assert rule_for(op) is HOSTED
        assert rule_for(same) is not HOSTED


def test_every_type_of_the_installed_nengo_has_a_step():
    """All neuron types of nengo are covered, but for Direct, which has no neurons."""
    abstract = {"NeuronType", "RatesToSpikesNeuronType", "Direct"}
    types = {
        kind
        for name, kind in vars(nengo.neurons).items()
        if isinstance(kind, type)
        and issubclass(kind, nengo.neurons.NeuronType)
        and name not in abstract
    }
    assert len(types) >= 8
    assert types <= set(NEURONS) | set(NOISY_TYPES)
    assert not set(NEURONS) & set(NOISY_TYPES)


def test_second_step_of_a_type_is_an_error(monkeypatch):
    """The error names the type, and of several types none is registered."""
    monkeypatch.setattr(module, "NEURONS", dict(NEURONS))

    class Odd(nengo.LIFRate):
        """Neurons that nobody knows."""

    with pytest.raises(DuplicateRuleError, match="LIFRate"):
        module.neurons(Odd, nengo.LIFRate)(lambda ctx, current: current)
    assert Odd not in module.NEURONS


def test_training_needs_no_other_step_for_rates(make, train, numpy_step):
    """Rate neurons compute in training what they always compute."""
    (op,) = make.neurons(nengo.RectifiedLinear(amplitude=2), 3)
    (rates,), gradient = train(op, [-1.0, 2.0, 3.0])
    np.testing.assert_array_equal(rates, numpy_step(op.neurons, [-1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(gradient, [0, 2, 2])
