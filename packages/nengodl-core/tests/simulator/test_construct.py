# SPDX-License-Identifier: MIT
"""Arguments of the constructor."""

import logging
import warnings

import nengo
import numpy as np
import pytest
from nengo.exceptions import NengoWarning, ValidationError
from nengo_dl import Simulator, configure_settings


@pytest.mark.parametrize("network", [5, "network", nengo.Network])
def test_a_network_must_be_one(network):
    """Anything but a Network or None is refused with its type."""
    with pytest.raises(ValidationError, match=type(network).__name__) as error:
        Simulator(network)
    assert error.value.attr == "network"


def test_a_model_must_be_one(network):
    """Anything but a nengo Model or None is refused, and nothing is built."""
    with pytest.raises(ValidationError, match="Model") as error:
        Simulator(network, model=network)
    assert error.value.attr == "model"


@pytest.mark.parametrize("dt", [0, -0.001, np.nan, np.inf])
def test_a_step_must_take_time(network, dt):
    """The length of a step is refused unless it is positive and finite."""
    with pytest.raises(ValidationError, match=str(dt)) as error:
        Simulator(network, dt=dt)
    assert error.value.attr == "dt"


@pytest.mark.parametrize("dt", [None, [0.001], 1 + 0j, True, np.array([0.001]), "1"])
def test_a_step_is_a_real_number(network, dt):
    """What is no real number is refused with its value."""
    with pytest.raises(ValidationError) as error:
        Simulator(network, dt=dt)
    assert error.value.attr == "dt"
    assert repr(dt) in str(error.value)


def test_the_step_of_a_model_wins(network, simulate):
    """Two different steps give a warning with both values."""
    model = nengo.builder.Model(dt=0.002)
    with pytest.warns(NengoWarning, match=r"dt=0\.002.*dt=0\.001"):
        sim = simulate(network, model=model)
    assert sim.dt == 0.002


def test_a_model_without_network_warns(simulate):
    """There are no settings, and nothing to train."""
    with pytest.warns(UserWarning, match="no parameters are trainable"):
        simulate(None, model=nengo.builder.Model(dt=0.001))


@pytest.mark.parametrize("name", ["unroll_simulation", "minibatch_size"])
@pytest.mark.parametrize("value", [0, -2, 1.5, "3"])
def test_counts_are_at_least_one(network, name, value):
    """A count that is none is refused with the range and the value."""
    with pytest.raises(ValidationError, match=f"at least 1.*{value}") as error:
        Simulator(network, **{name: value})
    assert error.value.attr == name


def test_numpy_integers_are_counts(network, simulate):
    """Counts that come out of a computation are as good as literals."""
    sim = simulate(network, minibatch_size=np.int64(2), unroll_simulation=np.int32(1))
    assert (sim.minibatch_size, sim.unroll) == (2, 1)


@pytest.mark.parametrize("device", ["nonsense", "/gpu:first", 3])
def test_a_malformed_device_is_refused(network, device):
    """The message has the string that TensorFlow cannot read."""
    with pytest.raises(ValueError, match=str(device)):
        Simulator(network, device=device)


@pytest.mark.parametrize(
    "device, gpu, where",
    [
        ("/cpu:0", True, "CPU"),
        ("/device:CPU:0", False, "CPU"),
        ("/gpu:0", True, "GPU"),
        (None, True, "CPU/GPU"),
    ],
)
def test_the_log_names_the_device(
    network, simulate, monkeypatch, caplog, device, gpu, where
):
    """One line says where the simulation runs, and nothing is missed.

    History 55 and 82.
    """
    monkeypatch.setattr("nengo_dl.simulator.construct.gpu_available", lambda: gpu)
    caplog.set_level(logging.INFO, logger="nengo_dl.simulator")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        simulate(network, device=device)
    messages = [
        r.getMessage() for r in caplog.records if r.name == "nengo_dl.simulator"
    ]
    assert [m.split()[-1] for m in messages] == [where]


def test_a_missing_gpu_is_told(network, simulate, monkeypatch, caplog):
    """With the choice left open and no GPU, a warning names packages that give one.

    History 82.
    """
    monkeypatch.setattr("nengo_dl.simulator.construct.gpu_available", lambda: False)
    caplog.set_level(logging.INFO, logger="nengo_dl.simulator")
    with pytest.warns(UserWarning, match="no GPU.*tensorflow-gpu"):
        simulate(network, device=None)
    assert "CPU" in caplog.text
    assert "GPU" not in caplog.text


def test_the_seed_follows_the_network(network, simulate):
    """The seed is the one given, else one more than that of the network (history 18)."""
    assert simulate(network, seed=5).seed == 5
    assert simulate(network).seed == network.seed + 1


def test_a_seed_is_random_without_any(simulate):
    """Networks without a seed, and models, get a random one."""
    model = nengo.builder.Model(dt=0.001)
    model.build(nengo.Network(seed=1))
    seeds = {simulate(nengo.Network()).seed for _ in range(3)}
    seeds.update(simulate(None, model=model).seed for _ in range(3))
    assert len(seeds) == 6
    assert all(0 <= seed < 2**31 for seed in seeds)


@pytest.mark.parametrize("seed", [-1, 2**32, 0.5, "1"])
def test_a_seed_is_what_numpy_takes(network, seed):
    """Other seeds are refused with their value."""
    with pytest.raises(ValidationError, match=str(seed)) as error:
        Simulator(network, seed=seed)
    assert error.value.attr == "seed"


def test_dtype_overrides_the_configuration(network, simulate, programs):
    """The old argument works, with a warning that names the new way (history 76)."""
    with network:
        configure_settings(dtype="float32")
    with pytest.warns(DeprecationWarning, match="configure_settings"):
        simulate(network, dtype=np.float64)
    assert programs[0].settings.dtype == "float64"


def test_a_bad_dtype_is_refused(network):
    """The old argument takes what the setting takes."""
    with pytest.warns(DeprecationWarning), pytest.raises(
        ValidationError, match="int32"
    ):
        Simulator(network, device="/cpu:0", dtype="int32")


def test_settings_of_a_built_model_are_read(network, simulate, programs):
    """Settings come with the model, from the network it was built of."""
    with network:
        configure_settings(dtype="float64")
    model = nengo.builder.Model(dt=0.001)
    model.build(network)
    simulate(None, model=model)
    assert programs[0].settings.dtype == "float64"


def test_unset_settings_have_their_defaults(network, simulate, programs):
    """A network without settings is compiled as the defaults say."""
    simulate(network)
    settings = programs[0].settings
    assert (settings.dtype, settings.jit_compile) == ("float32", "auto")
    assert settings.planner is settings.sorter is settings.simplifications is None
    assert settings.session_config == {}
    assert settings.minibatch_size is None
    assert settings.batch == 1


def test_building_does_not_touch_the_build_seed(network, simulate, reference):
    """The seed of the simulator does not decide the parameters of the network."""
    sims = [simulate(network, seed=seed) for seed in (1, 2)]
    with nengo.Simulator(network, progress_bar=False) as sim:
        expected = sim.data[network.ensemble].bias
    for sim in sims:
        np.testing.assert_allclose(sim.data[network.ensemble].bias, expected, rtol=1e-6)
