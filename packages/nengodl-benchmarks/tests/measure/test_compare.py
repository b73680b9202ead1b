# SPDX-License-Identifier: MIT
"""Comparing simulators; nengo stands on both sides, so that no compiler is needed."""

import numpy as np
import pytest
from nengodl_benchmarks import Case, compare
from nengodl_benchmarks.errors import InvalidOption
from nengodl_benchmarks.measure import NengoSide
from nengodl_benchmarks.measure.compare import take_turns
from nengodl_benchmarks.networks import NETWORKS, build_network, find_neuron_type

TINY = {"dimensions": 2, "neurons_per_d": 4, "n_steps": 20, "rounds": 3}


class FakeSide(NengoSide):
    """nengo, wrong by a known number from the second item on, in a known time."""

    error = 0.25

    def run(self):
        """Run, and claim that each item took a millisecond a step."""
        super().run()
        return self.items * self.n_steps / 1000

    def data(self, probe):
        """Return one array per item."""
        good = super().data(probe)
        return np.concatenate([good] + [good + self.error] * (self.items - 1))


@pytest.mark.parametrize("network", [n for n in NETWORKS if n != "random_network"])
def test_same_simulator_does_not_differ(network):
    """Two simulators of nengo give equal probe data, and all figures are there."""
    result = compare(network, candidate=NengoSide, **TINY)
    # nengo sums inputs in an order that differs from one build to the next
    assert result.largest_difference < 1e-14
    assert result.largest_value > 0
    assert len(result.reference_rounds_ms) == len(result.candidate_rounds_ms) == 3
    assert result.reference_ms == np.median(result.reference_rounds_ms)
    assert result.ratio_low <= result.ratio <= result.ratio_high
    assert result.reference_build_s > 0
    assert result.candidate_first_run_s > 0
    assert result.groups is None and result.fusions is None


def test_each_side_gets_its_own_form_of_the_network():
    """Ours has TensorNodes where nengo, which cannot run them, has nodes."""
    received = []

    class Recorder(NengoSide):
        def __init__(self, network, case):
            received.append((type(self).backend, type(network.first).__name__))
            raise InterruptedError

    class Ours(Recorder):
        backend = "nengo_dl"

    for reference, candidate in ((Recorder, NengoSide), (Ours, NengoSide)):
        with pytest.raises(InterruptedError):
            compare("tensor_node", reference=reference, candidate=candidate, **TINY)
    assert received == [("nengo", "Node"), ("nengo_dl", "TensorNode")]


def test_times_are_per_step_of_all_items():
    """A minibatch of three is three runs, and their time is that of one step."""
    result = compare("pes", reference=FakeSide, candidate=FakeSide, **TINY)
    assert result.candidate_ms == pytest.approx(1)
    result = compare(
        "pes", reference=FakeSide, candidate=FakeSide, minibatch_size=3, **TINY
    )
    assert result.candidate_ms == pytest.approx(3)
    assert result.ratio == pytest.approx(1)


def test_difference_is_that_of_the_worst_item():
    """An item that is wrong shows, even if the first one is right."""
    result = compare("pes", candidate=FakeSide, minibatch_size=2, **TINY)
    assert result.largest_difference == pytest.approx(FakeSide.error)


def test_nan_is_not_overlooked(monkeypatch):
    """Data that are not a number are a difference that is not a number."""
    monkeypatch.setattr(FakeSide, "error", np.nan)
    result = compare("pes", candidate=FakeSide, minibatch_size=2, **TINY)
    assert np.isnan(result.largest_difference)


def test_data_of_another_shape_are_refused(monkeypatch):
    """A simulator that records too few steps is no basis for a comparison."""
    monkeypatch.setattr(FakeSide, "data", lambda self, probe: np.zeros((1, 19, 2)))
    with pytest.raises(AssertionError, match="shape"):
        compare("pes", candidate=FakeSide, **TINY)


def test_simulators_take_turns():
    """Both run once a round, and the first one alternates."""
    order = []

    class Recorder:
        def __init__(self, name):
            self.name = name

        def run(self):
            order.append(self.name)
            return len(order)

    seconds = take_turns([Recorder("a"), Recorder("b")], 3)
    assert "".join(order) == "abbaab"
    assert seconds.tolist() == [[1, 4, 5], [2, 3, 6]]


def test_simulators_are_closed_when_one_fails():
    """An error leaves no simulator open."""
    made = []

    class Failing(NengoSide):
        def __init__(self, *args):
            super().__init__(*args)
            made.append(self.sim)

        def loop_info(self):
            raise RuntimeError("no loop")

    with pytest.raises(RuntimeError):
        compare("pes", reference=Failing, candidate=Failing, **TINY)
    assert [sim.closed for sim in made] == [True, True]


def test_every_run_starts_anew():
    """Probe data do not pile up, and learned weights do not carry over."""
    case = Case("pes", **TINY)
    net = build_network(
        "pes",
        dimensions=2,
        neurons_per_d=4,
        neuron_type=find_neuron_type("RectifiedLinear"),
    )
    side = NengoSide(net, case)
    side.run()
    first = side.data(net.p)
    side.run()
    assert first.shape == (1, 20, 2)
    assert np.array_equal(side.data(net.p), first)
    side.close()


@pytest.mark.parametrize(
    "option, value",
    [
        ("dimensions", 0),
        ("rounds", -1),
        ("n_steps", 1.5),
        ("minibatch_size", 0),
        ("unroll", True),
    ],
)
def test_bad_numbers_are_refused(option, value):
    """Sizes are whole numbers of at least 1, and the message shows the value."""
    with pytest.raises(ValueError, match=option + ".*" + str(value)):
        Case("pes", **{option: value})


def test_uneven_unrolling_is_refused():
    """Steps beyond those asked for would be timed but not counted."""
    with pytest.raises(InvalidOption, match="n_steps=10 and unroll=4"):
        Case("pes", n_steps=10, unroll=4)
