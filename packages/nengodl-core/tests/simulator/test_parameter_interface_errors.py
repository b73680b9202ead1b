# SPDX-License-Identifier: MIT
"""Files of parameters that cannot be written or read are refused, and nothing changes."""

import os

import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulatorClosed
from nengo_dl.errors import (
    NoParametersError,
    ParameterFileError,
    ParameterMismatchError,
)


@pytest.mark.parametrize("method", ["save_params", "load_params"])
def test_something_must_be_selected(open_simulator, learning, tmp_path, method):
    """With both flags False there is nothing to do, which is an error."""
    sim = open_simulator(learning())
    path = tmp_path / "params"
    with pytest.raises(ValueError, match="nothing to (save|load).*include_local"):
        getattr(sim, method)(path, include_global=False, include_local=False)
    assert not path.exists()


def test_an_empty_file_is_not_written(open_simulator, learning, tmp_path):
    """Where nothing is trainable, saving says so and how to save the rest."""
    sim = open_simulator(learning(inference_only=True))
    path = tmp_path / "params"
    with pytest.raises(NoParametersError, match="inference_only.*include_local"):
        sim.save_params(path)
    assert not path.exists()
    sim.save_params(path, include_local=True)
    assert path.exists()


def test_a_missing_file_is_a_value_error(open_simulator, learning, tmp_path):
    """The message has the path."""
    sim = open_simulator(learning())
    with pytest.raises(ValueError, match="no such file") as error:
        sim.load_params(tmp_path / "absent")
    assert isinstance(error.value, ParameterFileError)
    assert str(tmp_path / "absent") in str(error.value)


def with_another(net):
    """Add an ensemble."""
    with net:
        nengo.Ensemble(3, 1)
    return net


@pytest.mark.parametrize(
    "save, load, expected, found",
    [
        (
            lambda learning: learning(n_neurons=12),
            lambda learning: learning(n_neurons=13),
            r"'ensembles\[0\]/encoders' of shape \(13, 2\)",
            r"shape \(12, 2\)",
        ),
        (
            lambda learning: learning(),
            lambda learning: with_another(learning()),
            r"'ensembles\[2\]/encoders' of shape \(3, 1\)",
            "nothing of that name",
        ),
        (
            lambda learning: with_another(learning()),
            lambda learning: learning(),
            r"nothing with the name 'ensembles\[2\]/encoders'",
            r"'ensembles\[2\]/encoders' of shape \(3, 1\)",
        ),
    ],
)
def test_the_first_mismatch_is_named(
    open_simulator, learning, state_of, tmp_path, save, load, expected, found
):
    """Another structure is an error with what was expected and found; nothing changes."""
    path = tmp_path / "params"
    open_simulator(save(learning)).save_params(path)
    sim = open_simulator(load(learning))
    before, signals = state_of(sim)
    with pytest.raises(
        ValueError, match=f"expected {expected}.* found {found}"
    ) as error:
        sim.load_params(path)
    assert isinstance(error.value, ParameterMismatchError)
    assert str(path) in str(error.value) and "nothing was loaded" in str(error.value)
    for value, old in zip(sim.program.signal_values(signals), before):
        np.testing.assert_array_equal(value, old)


def test_what_was_not_saved_is_not_loaded(open_simulator, learning, tmp_path):
    """Asking for state that the file lacks says how it was saved."""
    path = tmp_path / "params"
    sim = open_simulator(learning())
    sim.save_params(path)
    with pytest.raises(ParameterMismatchError, match="without include_local=True"):
        sim.load_params(path, include_local=True)


@pytest.mark.parametrize(
    "method, arguments",
    [
        ("save_params", ["absent"]),
        ("load_params", ["absent"]),
        ("freeze_params", [[]]),
        ("get_nengo_params", [[]]),
    ],
)
def test_closed_simulators_refuse(
    open_simulator, learning, tmp_path, method, arguments
):
    """Nothing is read or written after closing."""
    sim = open_simulator(learning())
    sim.close()
    with pytest.raises(SimulatorClosed):
        getattr(sim, method)(*arguments)
    assert not os.path.exists("absent")
