# SPDX-License-Identifier: MIT
"""Timing the training of a network, with the real simulator."""

import nengo
import nengo_dl
import numpy as np
import pytest
from nengodl_benchmarks import integrator, run_profile


@pytest.fixture
def trained(monkeypatch):
    """Record the arguments of trainings, and what they return."""
    found = []
    train = nengo_dl.Simulator.train

    def record(self, data, optimizer, **kwargs):
        found.append((data, optimizer, train(self, data, optimizer, **kwargs)))
        return found[-1][-1]

    monkeypatch.setattr(nengo_dl.Simulator, "train", record)
    return found


def test_training_is_timed(trained, capsys):
    """One call warms up; all get the same random data, and the loss gets smaller."""
    net = integrator(2, 5, nengo.RectifiedLinear())
    kwargs = {"minibatch_size": 3, "device": "/cpu:0"}
    seconds = run_profile(
        net, train=True, n_steps=5, do_profile=False, reps=2, **kwargs
    )
    assert f"Execution time: {seconds:.6f} s" in capsys.readouterr().out
    assert len(trained) == 3
    (data, optimizer, _) = trained[0]
    assert data[net.inp].shape == data[net.p].shape == (3, 5, 2)
    assert np.std(data[net.inp]) == pytest.approx(1, abs=0.4)
    assert all(one[1] is optimizer for one in trained)
    losses = [history["loss"][0] for _, _, history in trained]
    assert losses[0] > losses[1] > losses[2]
