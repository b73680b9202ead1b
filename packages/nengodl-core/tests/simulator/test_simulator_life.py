# SPDX-License-Identifier: MIT
"""Resetting, closing and copying a simulator."""

import copy
import gc
import pickle
import warnings

import numpy as np
import pytest
from nengo.exceptions import SimulatorClosed, ValidationError
from nengo_dl import Simulator

quiet = {"progress_bar": False}


def test_reset_starts_again(network, simulate, programs):
    """After a reset there is no data and no time, and a run gives the same again."""
    sim = simulate(network, seed=3)
    sim.run_steps(5, **quiet)
    first = sim.data[network.probe]
    sim.reset()
    assert programs[0].resets[-1] == (3, True)
    assert_fresh(sim, network)
    sim.run_steps(5, **quiet)
    np.testing.assert_array_equal(sim.data[network.probe], first)


def test_reset_can_change_the_seed(network, simulate, programs):
    """The new seed stays, and the random generator starts from it."""
    sim = simulate(network, seed=3)
    sim.rng.rand(10)
    sim.reset(seed=8)
    assert sim.seed == 8
    assert programs[0].resets[-1] == (8, True)
    assert sim.rng.rand() == np.random.RandomState(8).rand()


def test_reset_refuses_a_bad_seed(network, simulate):
    """A seed that cannot be used changes nothing."""
    sim = simulate(network, seed=3)
    sim.run_steps(2, **quiet)
    with pytest.raises(ValidationError, match="-4"):
        sim.reset(seed=-4)
    assert sim.seed == 3
    assert sim.n_steps == 2


def test_soft_reset_keeps_data_and_time_unless_told(network, simulate, programs):
    """State alone is reset by default, and no process; more is, if asked for."""
    sim = simulate(network, seed=3)
    sim.run_steps(5, **quiet)
    sim.soft_reset()
    assert programs[0].resets[-1] == (None, False)
    assert sim.n_steps == 5
    assert len(sim.data[network.probe]) == 5
    sim.soft_reset(include_trainable=True, include_probes=True)
    assert programs[0].resets[-1] == (None, True)
    assert_fresh(sim, network)


@pytest.mark.parametrize(
    "action",
    [
        lambda sim: sim.run(0.001),
        lambda sim: sim.run_steps(1),
        lambda sim: sim.step(),
        lambda sim: sim.reset(),
        lambda sim: sim.soft_reset(),
        lambda sim: sim.__enter__(),
        lambda sim: sim.train({}, None),
        lambda sim: sim.loss({}),
        lambda sim: sim.check_gradients(),
        lambda sim: sim.save_params("x"),
    ],
)
def test_nothing_runs_after_closing(network, simulate, action):
    """Whatever needs the program says that the simulator is closed."""
    sim = simulate(network)
    sim.run_steps(3, **quiet)
    sim.close()
    with pytest.raises(SimulatorClosed, match="closed"):
        action(sim)
    assert sim.closed
    assert sim.n_steps == 3
    assert len(sim.data[network.probe]) == 3


def test_probe_data_and_times_can_be_read_after_closing(network, simulate):
    """What was recorded stays, and closing again does nothing."""
    with simulate(network) as sim:
        sim.run_steps(3, **quiet)
    sim.close()
    assert sim.data[network.probe].shape == (3, 2)
    np.testing.assert_allclose(sim.trange(), [0.001, 0.002, 0.003])


def test_leaving_the_context_closes(network, simulate, programs):
    """The program is closed even when the block fails."""
    with pytest.raises(ZeroDivisionError), simulate(network) as sim:
        assert not sim.closed
        raise ZeroDivisionError
    assert sim.closed
    assert programs[0].closed


def test_contexts_nest(network, simulate, programs):
    """Inner blocks leave the simulator open, the outermost closes it."""
    with simulate(network) as sim:
        with sim as same:
            assert same is sim
        assert not sim.closed
        with sim, sim:
            sim.run_steps(1, **quiet)
        assert not programs[0].closed
    assert programs[0].closed


@pytest.mark.parametrize("name", ["ProbeHistory", "SimulationData"])
def test_a_failing_construction_closes_the_program(
    network, programs, monkeypatch, name
):
    """What fails after the program was compiled leaves nothing open."""

    def failing(*args):
        raise ZeroDivisionError

    monkeypatch.setattr(f"nengo_dl.simulator.simulator.{name}", failing)
    with pytest.raises(ZeroDivisionError):
        Simulator(network, device="/cpu:0", progress_bar=False)
    assert programs[0].closed


def test_deallocation_while_open_warns(network, programs):
    """The warning names the model, and the program is closed."""
    sim = Simulator(network, device="/cpu:0", progress_bar=False)
    name = str(sim.model)
    with pytest.warns(RuntimeWarning) as record:
        del sim
        gc.collect()
    assert name in str(record[0].message)
    assert programs[0].closed


def test_a_failed_construction_does_not_warn(network):
    """A simulator that never opened needs no closing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValidationError):
            Simulator(network, minibatch_size=0)
        gc.collect()


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickle.dumps])
def test_simulators_cannot_be_copied(network, simulate, duplicate):
    """Copies and pickles are refused, with the way to keep parameters (history 19)."""
    with pytest.raises(NotImplementedError, match="Saving parameters"):
        duplicate(simulate(network))


def assert_fresh(sim, network):
    """Nothing ran yet."""
    assert sim.n_steps == 0
    assert sim.time == 0
    assert sim.data[network.probe] == []
