# SPDX-License-Identifier: MIT
"""Training, where the package is not installed that does it."""

import sys

import pytest
from nengo.exceptions import SimulatorClosed
from nengo_dl import configure_settings
from nengo_dl.errors import MissingPackageError

ARGUMENTS = {"train": ({}, None), "loss": ({},), "check_gradients": ()}


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Make the core the only package of ours, whatever is installed."""
    for name in [name for name in sys.modules if name.startswith("nengodl_train")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "nengodl_train", None)


@pytest.mark.parametrize("method", sorted(ARGUMENTS))
def test_methods_say_what_to_install(network, simulate, method):
    """The methods are there, and name the package that they come with."""
    sim = simulate(network)
    with pytest.raises(
        MissingPackageError, match="pip install.*nengodl-train"
    ) as error:
        getattr(sim, method)(*ARGUMENTS[method])
    assert f"Simulator.{method}" in str(error.value)
    assert sim.n_steps == 0 and sim.training_state == {}


def test_the_step_says_what_to_install(network, simulate):
    """The number of updates belongs to training."""
    with pytest.raises(
        MissingPackageError, match="pip install.*nengodl-train"
    ) as error:
        simulate(network).training_step  # noqa: B018  (a property)
    assert "Simulator.training_step" in str(error.value)


def test_inference_has_no_step(network, simulate):
    """What is never trained counts no updates, so that no package is needed for it."""
    with network:
        configure_settings(inference_only=True)
    assert simulate(network).training_step is None


def test_closing_comes_first(network, simulate):
    """A closed simulator is told to be one, before packages are looked for."""
    sim = simulate(network)
    sim.close()
    for method in sorted(ARGUMENTS):
        with pytest.raises(SimulatorClosed, match="closed"):
            getattr(sim, method)(*ARGUMENTS[method])
    with pytest.raises(SimulatorClosed, match="closed"):
        sim.training_step  # noqa: B018  (a property)
