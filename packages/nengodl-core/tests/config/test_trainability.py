# SPDX-License-Identifier: MIT
"""What may be trained, by the rules of the configuration."""

import warnings

import nengo
import pytest
from nengo.ensemble import Neurons
from nengo.exceptions import ConfigError, ValidationError
from nengo_dl import configure_settings
from nengo_dl.config import Trainability, trainable_for

CLASSES = (nengo.Ensemble, nengo.Connection, Neurons, nengo.Network)


@pytest.fixture
def net():
    """A network with one ensemble at each of three levels, and connections."""
    with nengo.Network() as net:
        net.top = nengo.Ensemble(5, 1)
        with nengo.Network() as net.sub:
            net.middle = nengo.Ensemble(5, 1)
            with nengo.Network() as net.inner:
                net.deep = nengo.Ensemble(5, 1)
        net.connection = nengo.Connection(net.top, net.middle)
        net.probe = nengo.Probe(net.top)
    return net


def build(net):
    """Build with nengo."""
    model = nengo.builder.Model(dt=0.001)
    model.build(net)
    return model


def encoders(net):
    """Whether the encoders of top, middle and deep ensemble are trainable."""
    lookup = Trainability(build(net))
    return [lookup(ens) for ens in (net.top, net.middle, net.deep)]


def biases(net):
    """Whether the biases of top, middle and deep ensemble are trainable."""
    lookup = Trainability(build(net))
    return [lookup(ens.neurons) for ens in (net.top, net.middle, net.deep)]


def configure(net, value=None):
    """Add the trainable parameter."""
    with net:
        configure_settings(trainable=value)
    return net.config


def test_all_is_trainable_by_default(net):
    """Without any setting, and with an unset one, all parameters are."""
    for _ in range(2):
        assert encoders(net) == biases(net) == [True] * 3
        assert trainable_for(build(net), net.connection) is True
        configure(net)


@pytest.mark.parametrize("value", [True, False, None])
def test_the_setting_is_there_for_all_classes(net, value):
    """One call adds it to ensembles, connections, neurons and networks (history 177)."""
    config = configure(net, value)
    for cls in CLASSES:
        assert config[cls].trainable is value


@pytest.mark.parametrize("value", [True, False])
def test_one_value_for_everything(net, value):
    """The value of `configure_settings` holds where nothing else is set."""
    configure(net, value)
    assert encoders(net) == biases(net) == [value] * 3
    assert trainable_for(build(net), net.connection) is value


def test_ensembles_by_class(net):
    """Encoders follow the class everywhere, and so do biases that are not set."""
    configure(net)[nengo.Ensemble].trainable = False
    assert encoders(net) == biases(net) == [False] * 3
    assert trainable_for(build(net), net.connection) is True


def test_ensembles_by_class_against_the_value_for_all(net):
    """Freezing everything and releasing ensembles trains encoders and biases only."""
    configure(net, False)[nengo.Ensemble].trainable = True
    assert encoders(net) == biases(net) == [True] * 3
    assert trainable_for(build(net), net.connection) is False


def test_neurons_can_differ_from_their_ensembles(net):
    """Biases that are set separately do not follow encoders."""
    config = configure(net)
    config[nengo.Ensemble].trainable = False
    config[Neurons].trainable = True
    assert encoders(net) == [False] * 3
    assert biases(net) == [True] * 3


def test_neurons_by_instance(net):
    """Only the biases of one ensemble are frozen."""
    configure(net)[net.middle.neurons].trainable = False
    assert encoders(net) == [True] * 3
    assert biases(net) == [True, False, True]


@pytest.mark.parametrize("get", [lambda net: nengo.Network, lambda net: net])
def test_all_networks(net, get):
    """The class of networks, and the top-level one, freeze everything."""
    configure(net)[get(net)].trainable = False
    assert encoders(net) == biases(net) == [False] * 3
    assert trainable_for(build(net), net.connection) is False


def test_a_subnetwork_goes_before_the_class(net):
    """What is in a frozen network is frozen, and the rest follows its class."""
    config = configure(net)
    config[net.sub].trainable = False
    config[nengo.Ensemble].trainable = True
    assert encoders(net) == [True, False, False]


def test_the_nearest_network_counts(net):
    """A network inside a frozen one can be trained."""
    config = configure(net)
    config[net.sub].trainable = False
    config[net.inner].trainable = True
    assert encoders(net) == [True, False, True]


def test_an_instance_goes_before_its_network(net):
    """Encoders follow the ensemble; its neurons are asked first, then the network."""
    config = configure(net)
    config[net.sub].trainable = False
    config[net.middle].trainable = True
    assert encoders(net) == [True, True, False]
    assert biases(net) == [True, False, False]


def test_an_unset_network_follows_the_rest(net):
    """None on a network is as if nothing was set there."""
    configure(net, False)[net.sub].trainable = None
    assert encoders(net) == [False] * 3


def test_a_single_connection(net):
    """Everything frozen but one connection."""
    configure(net, False)[net.connection].trainable = True
    assert trainable_for(build(net), net.connection) is True
    assert encoders(net) == [False] * 3


def test_a_second_call_keeps_what_is_set_on_objects(net):
    """The value for all changes, that of an object stays."""
    config = configure(net, False)
    config[net.middle].trainable = False
    configure(net, True)
    assert encoders(net) == [True, False, True]


def test_objects_made_later_have_the_settings(net):
    """The order of setting and creation does not matter."""
    configure(net, False)
    with net:
        later = nengo.Ensemble(5, 1)
    assert trainable_for(build(net), later) is False


def test_only_the_top_level_network_is_configured(net):
    """Setting it through a subnetwork's own config is an AttributeError."""
    configure(net)
    with pytest.raises(AttributeError):
        net.sub.config[nengo.Ensemble].trainable = False
    with pytest.raises(AttributeError):
        net.sub.config[net.middle].trainable = False
    with pytest.raises(ConfigError):
        net.sub.config[net.inner].trainable = False
    assert encoders(net) == [True] * 3


def test_it_must_be_configured_first(net):
    """Without `configure_settings` there is no such parameter."""
    with pytest.raises(AttributeError):
        net.config[nengo.Ensemble].trainable = False


@pytest.mark.parametrize("get", [lambda net: nengo.Ensemble, lambda net: net.top])
@pytest.mark.parametrize("value", ["no", 0, 1.0])
def test_values_are_checked_when_set(net, get, value):
    """Anything but True, False and None is refused, and nothing is set."""
    config = configure(net)
    with pytest.raises(ValidationError, match=str(value)) as error:
        config[get(net)].trainable = value
    assert error.value.attr == "trainable"
    assert encoders(net) == [True] * 3


def test_connections_of_probes_are_never_trainable(net):
    """The hidden connection of a probe is not the user's."""
    configure(net, True)
    model = build(net)
    hidden = [
        obj
        for obj in model.params
        if isinstance(obj, nengo.Connection) and obj is not net.connection
    ]
    assert len(hidden) == 1
    assert trainable_for(model, hidden[0]) is False


def test_nothing_is_trainable_in_inference(net):
    """An inference-only network overrides everything."""
    configure(net, True)
    with net:
        configure_settings(inference_only=True)
    assert encoders(net) == biases(net) == [False] * 3


def test_nothing_is_trainable_without_a_network(net):
    """A model without top-level network has no settings to ask."""
    assert trainable_for(nengo.builder.Model(dt=0.001), net.top) is False


@pytest.mark.parametrize("form", ["single", "list", "dict"])
@pytest.mark.parametrize(
    "rule, get_target",
    [
        (nengo.PES(), lambda net: net.connection),
        (nengo.BCM(), lambda net: net.connection),
        (nengo.Voja(), lambda net: net.middle),
    ],
)
def test_what_a_rule_changes_is_not_trainable(net, rule, get_target, form):
    """Targets of rules are left to them, in silence, unless explicitly trainable."""
    rules = {"single": rule, "list": [rule], "dict": {"name": rule}}[form]
    if isinstance(rule, nengo.BCM):
        net.connection.solver = nengo.solvers.LstsqL2(weights=True)
    net.connection.learning_rule_type = rules
    config = configure(net, True)
    target = get_target(net)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert lookup(net)(target) is False
        others = {net.top, net.middle, net.connection} - {target}
        assert all(lookup(net)(obj) for obj in others)
    config[target].trainable = True
    with pytest.warns(UserWarning, match="learning rule"):
        assert lookup(net)(target) is True


def lookup(net):
    """Ask for a model that knows its network, which need not be built to ask."""
    model = nengo.builder.Model(dt=0.001)
    model.toplevel = net
    return Trainability(model)


def test_asking_leaves_no_trace(net):
    """Objects that are asked for get no entries in the configuration."""
    configure(net, True)
    before = set(net.config.params)
    encoders(net)
    biases(net)
    assert set(net.config.params) == before
