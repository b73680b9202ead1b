# SPDX-License-Identifier: MIT
"""Event files for TensorBoard."""

import nengo
import pytest


@pytest.mark.parametrize(
    "existing, name",
    [
        ([], "run_0"),
        (["run_0", "run_3"], "run_4"),
        (["runs", "run", "run_x", "run_7b", "running_9"], "run_0"),
    ],
)
def test_each_simulator_has_a_folder(tmp_path, open_simulator, existing, name):
    """One more than the greatest number; other names do not count."""
    folder = tmp_path / "a" / "b"
    for old in existing:
        (folder / old).mkdir(parents=True)
    sim = open_simulator(nengo.Network(), tensorboard=str(folder))
    assert sim.summary is not None
    sim.close()
    made = {path.name for path in folder.iterdir()} - set(existing)
    assert made == {name}
    (events,) = (folder / name).iterdir()
    assert events.stat().st_size > 0
