# SPDX-License-Identifier: MIT
"""Timing one network; a stand-in for nengo_dl shows what is asked of it.

Training is timed with the real one, in test_profile_training.py.
"""

import sys
import types

import nengo
import pytest
from nengodl_benchmarks import cconv, integrator, run_profile


class FakeSimulator:
    """Record the calls of `run_steps`."""

    calls = ()

    def __init__(self, network, **kwargs):
        FakeSimulator.calls = []
        FakeSimulator.kwargs = kwargs

    def __enter__(self):
        return self

    def __exit__(self, *error):
        FakeSimulator.calls.append("closed")

    def run_steps(self, n_steps, profile=False):
        """Record the call."""
        FakeSimulator.calls.append((n_steps, profile))


@pytest.fixture(name="settings", autouse=True)
def fixture_settings(monkeypatch):
    """Put the stand-in into the place of nengo_dl, and record settings."""
    settings = {}
    module = types.ModuleType("nengo_dl")
    module.Simulator = FakeSimulator
    module.configure_settings = settings.update
    monkeypatch.setitem(sys.modules, "nengo_dl", module)
    return settings


@pytest.fixture(name="net")
def fixture_net():
    """Return a small network."""
    return integrator(1, 5, nengo.RectifiedLinear())


def test_profile_warms_up_and_returns_the_shortest_time(net, settings, monkeypatch):
    """The first run is not counted, and the shortest of the others is printed."""
    ticks = iter([0.0, 3.0, 10.0, 12.0])
    monkeypatch.setattr("time.perf_counter", lambda: next(ticks))
    seconds = run_profile(net, n_steps=7, do_profile=False, reps=2, minibatch_size=4)
    assert seconds == 2.0
    assert FakeSimulator.calls == [(7, False)] * 3 + ["closed"]
    assert FakeSimulator.kwargs == {"minibatch_size": 4}
    assert settings == {"inference_only": True}


def test_profiling_is_asked_for_in_every_run(net, capsys):
    """The file of the last run stays, so each run writes one."""
    run_profile(net, n_steps=7, reps=2)
    assert FakeSimulator.calls == [(7, True)] * 3 + ["closed"]
    assert "Execution time: " in capsys.readouterr().out


def test_training_needs_names_for_data(settings):
    """No time is reported for something that did not run."""
    with pytest.raises(ValueError, match="'net.p'.* has no inp\\. Choose"):
        run_profile(cconv(1, 5, nengo.RectifiedLinear()), train=True)
    assert settings == {}


@pytest.mark.parametrize("name", ["n_steps", "reps"])
def test_counts_must_be_positive(net, name):
    """There is no shortest of no runs."""
    with pytest.raises(ValueError, match=f"{name} must be .* got 0"):
        run_profile(net, **{name: 0})
