# SPDX-License-Identifier: MIT
"""The simulator class for tests of models."""

from types import SimpleNamespace

import nengo
import nengo_dl
import pytest
from nengo.exceptions import ValidationError
from nengo_dl.tests import make_test_sim


@pytest.fixture
def make_class():
    """Make a class for the values of some options; the others are not given."""

    def make(**given):
        options = {
            f"--{name.replace('_', '-')}": value for name, value in given.items()
        }
        config = SimpleNamespace(getoption=options.get)
        return make_test_sim(SimpleNamespace(config=config))

    return make


@pytest.fixture
def network():
    """A node that is probed."""
    with nengo.Network(seed=0) as net:
        net.probe = nengo.Probe(nengo.Node([0.5]))
    return net


def test_without_options_it_is_the_simulator(make_class, network):
    """The class is a simulator with its ordinary defaults, and silent."""
    with make_class(device="/cpu:0")(network) as sim:
        sim.run_steps(2)
        assert isinstance(sim, nengo_dl.Simulator)
        assert sim.unroll == 1
        assert sim.data[network.probe].dtype == "float32"
        assert sim.data[network.probe].shape == (2, 1)


@pytest.mark.filterwarnings("error:The dtype argument")
def test_options_are_defaults(make_class, network, capfd):
    """What is given nowhere else comes from the options, with no warning."""
    cls = make_class(dtype="float64", unroll_simulation=5, device="/cpu:0")
    with cls(network) as sim:
        sim.run_steps(5)
        assert sim.unroll == 5
        assert sim.data[network.probe].dtype == "float64"
    assert "uild" not in "".join(capfd.readouterr())


def test_arguments_go_first(make_class, network):
    """An argument counts, by its name or by its place."""
    cls = make_class(dtype="float64", unroll_simulation=5, device="/nowhere:0")
    arguments = (0.002, 7, None, None, "/cpu:0", 2)
    with pytest.warns(DeprecationWarning, match="dtype argument"):
        sim = cls(network, *arguments[:3], "float32", *arguments[4:])
    with sim:
        assert (sim.dt, sim.seed, sim.unroll) == (0.002, 7, 2)
        sim.run_steps(2)
        assert sim.data[network.probe].dtype == "float32"


def test_settings_of_the_network_go_first(make_class, network):
    """A configured type is used, also where the network comes with a built model."""
    with network:
        nengo_dl.configure_settings(dtype="float32")
    cls = make_class(dtype="float64", device="/cpu:0")
    model = nengo.builder.Model(dt=0.001)
    model.build(network)
    for arguments in ({"network": network}, {"network": None, "model": model}):
        with cls(**arguments) as sim:
            sim.run_steps(1)
            assert sim.data[network.probe].dtype == "float32"


def test_the_network_stays_as_it_is(make_class, network):
    """The options configure nothing."""
    with make_class(dtype="float64", device="/cpu:0")(network):
        assert nengo.Network not in network.config.params


@pytest.mark.parametrize("network", [5, "net"])
def test_wrong_networks_are_refused_as_ever(make_class, network):
    """The simulator's own check is reached."""
    with pytest.raises(ValidationError, match="nengo Network or None"):
        make_class(dtype="float64", device="/cpu:0")(network)
