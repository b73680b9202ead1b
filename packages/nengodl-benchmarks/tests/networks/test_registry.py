# SPDX-License-Identifier: MIT
"""Networks and neuron types are found by name."""

import sys

import nengo
import pytest
from nengodl_benchmarks.errors import (
    InvalidOption,
    UnknownBenchmark,
    UnknownNeuronType,
)
from nengodl_benchmarks.networks import build_network, find_network, find_neuron_type
from nengodl_benchmarks.networks.registry import NEEDED, NETWORKS

SIZE = {"dimensions": 2, "neurons_per_d": 3, "neuron_type": nengo.LIF()}


def test_build_network_passes_only_what_the_function_takes():
    """One set of options serves networks with different arguments."""
    options = dict(SIZE, n_ensembles=2, connections_per_ensemble=1)
    assert build_network("integrator", **options).label == "integrator"
    assert len(build_network("random_network", **options).ensembles) == 2


def test_missing_argument_is_named():
    """An argument that the network needs is asked for by name."""
    with pytest.raises(InvalidOption, match="n_ensembles, connections_per_ensemble"):
        build_network("random_network", **SIZE)


def test_unknown_benchmark_is_a_key_error_that_lists_the_known():
    """A wrong name is told, with the names there are."""
    with pytest.raises(KeyError) as caught:
        find_network("integrater")
    assert isinstance(caught.value, UnknownBenchmark)
    assert "'integrater'" in str(caught.value)
    assert "basal_ganglia" in str(caught.value)


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_network_that_this_nengo_cannot_build(name, monkeypatch):
    """Where nengo lacks a class, the network is not listed, and the message names it."""
    assert (name in NETWORKS) == hasattr(nengo, NEEDED[name])
    monkeypatch.delitem(NETWORKS, name, raising=False)
    with pytest.raises(UnknownBenchmark, match=f"nengo.{NEEDED[name]}.*nengo 3 or"):
        find_network(name)


def test_find_neuron_type_makes_a_default_instance():
    """The class is looked up in nengo and made without arguments."""
    assert find_neuron_type("LIFRate") == nengo.LIFRate()


@pytest.mark.parametrize("name", ["LIFF", "Ensemble", "neurons"])
def test_what_is_no_neuron_type_is_an_attribute_error(name, monkeypatch):
    """Neither unknown names nor other things of nengo pass as neuron types."""
    # an empty package stands for nengo_dl: the lookup goes on to it, without TensorFlow
    monkeypatch.setitem(sys.modules, "nengo_dl", type(sys)("nengo_dl"))
    with pytest.raises(AttributeError) as caught:
        find_neuron_type(name)
    assert isinstance(caught.value, UnknownNeuronType)
    assert repr(name) in str(caught.value)
