# SPDX-License-Identifier: MIT
"""What has no live parameters for Nengo's own objects is refused, and says why."""

import nengo
import numpy as np
import pytest
from nengo_dl.errors import TransferError


def foreign():
    """An ensemble of another network, with the label of one of this."""
    with nengo.Network():
        return nengo.Ensemble(20, 2, label="a")


@pytest.mark.parametrize("obj", [foreign, lambda: nengo.Network()])
def test_foreign_objects_cannot_be_frozen(parametric, open_simulator, obj):
    """An object of another network is a ValueError that names it."""
    sim, obj = open_simulator(parametric), obj()
    with pytest.raises(ValueError, match="not in the simulated network") as error:
        sim.freeze_params([parametric.a, obj])
    assert str(obj) in str(error.value)
    assert isinstance(parametric.a.encoders, nengo.dists.Distribution)


@pytest.mark.parametrize("part", ["node", "neurons", "probe", "text"])
def test_other_types_cannot_be_frozen(parametric, open_simulator, part):
    """A TypeError names the type, and objects before it stay as they were."""
    obj = {
        "node": parametric.node,
        "neurons": parametric.a.neurons,
        "probe": parametric.probes_[0],
        "text": "a",
    }[part]
    with pytest.raises(TypeError, match=f"Networks.*{type(obj).__name__}"):
        open_simulator(parametric).freeze_params([parametric.a, obj])
    assert isinstance(parametric.a.encoders, nengo.dists.Distribution)


def test_foreign_objects_have_no_arguments(parametric, open_simulator):
    """Asking for them is a ValueError that names the object."""
    obj = foreign()
    with pytest.raises(ValueError, match="not in the simulated network") as error:
        open_simulator(parametric).get_nengo_params([parametric.a, obj])
    assert str(obj) in str(error.value)


def test_other_types_have_no_arguments(parametric, open_simulator):
    """Only ensembles and connections have; the message says so."""
    sim = open_simulator(parametric)
    for obj in (parametric.node, parametric.probes_[0], parametric, "a"):
        with pytest.raises(ValueError, match="only Ensembles and Connections") as error:
            sim.get_nengo_params(obj)
        assert isinstance(error.value, TransferError)
        assert type(obj).__name__ in str(error.value)


@pytest.mark.parametrize("method", ["get_nengo_params", "freeze_params"])
def test_direct_ensembles_cannot_be_transferred(open_simulator, method):
    """History 95: there are no neurons to have parameters; sim.data is named."""
    with nengo.Network() as net:
        ensemble = nengo.Ensemble(1, 1, neuron_type=nengo.Direct())
    with pytest.raises(ValueError, match="direct mode.*Simulator.data"):
        getattr(open_simulator(net), method)(ensemble)


def test_equal_labels_are_named(parametric, open_simulator):
    """A dict needs different labels."""
    parametric.b.label = "a"
    sim = open_simulator(parametric)
    with pytest.raises(ValueError, match="different labels.*'a'"):
        sim.get_nengo_params([parametric.a, parametric.b], as_dict=True)
    assert len(sim.get_nengo_params([parametric.a, parametric.b])) == 2


@pytest.mark.parametrize("method", ["get_nengo_params", "freeze_params"])
def test_parameters_of_several_items_are_refused(open_simulator, method):
    """Weights that a rule learns for each item are not those of one connection."""
    with nengo.Network(seed=0) as net:
        pre, post = nengo.Ensemble(10, 1), nengo.Ensemble(10, 1)
        learned = nengo.Connection(pre, post, learning_rule_type=nengo.PES())
        nengo.Connection(post, learned.learning_rule)
    sim = open_simulator(net, minibatch_size=3)
    with pytest.raises(ValueError, match="differ between the 3 items"):
        getattr(sim, method)([pre, learned])
    assert isinstance(pre.encoders, nengo.dists.Distribution)
    assert len(sim.get_nengo_params([pre, post])) == 2
    one = open_simulator(net, minibatch_size=1)
    values = one.get_nengo_params(learned)["solver"].values
    np.testing.assert_allclose(values.T, one.model.params[learned].weights, rtol=1e-5)
