# SPDX-License-Identifier: MIT
"""Commands side by side."""

import os
import sys
import time

import pytest
from nengodl_ops.processes import FailedJob, Job, run_all

# Starts a process of its own, as compilers do, and writes the number of it.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1] + ".part", "w").write(str(child.pid))
import os; os.rename(sys.argv[1] + ".part", sys.argv[1])
time.sleep(60)
"""


@pytest.fixture
def job(tmp_path):
    """A function that makes a job of a program in Python."""

    def make(name, program, *arguments):
        command = [sys.executable, "-c", program, *map(str, arguments)]
        return Job(name, command, tmp_path / f"{name}.log")

    return make


def runs(pid):
    """Say whether a process is there and no zombie."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait(condition):
    """Wait up to 30 seconds until something holds."""
    end = time.monotonic() + 30
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    assert condition()


def test_all_run_and_are_told(job):
    """Each command is reported once it has ended, and its output is in its file."""
    jobs = [job(f"j{n}", f"print({n}, flush=True)") for n in range(5)]
    told = []
    run_all(jobs, 2, dict(os.environ), lambda one, seconds: told.append((one, seconds)))
    assert sorted(one.name for one, _ in told) == [one.name for one in jobs]
    assert all(seconds > 0 for _, seconds in told)
    assert [one.log.read_text() for one in jobs] == [f"{n}\n" for n in range(5)]


def test_environment(job):
    """Commands get the environment that they are given."""
    one = job("one", "import os; print(os.environ['TMPDIR'])")
    run_all([one], 1, {**os.environ, "TMPDIR": "/there"}, lambda *_: None)
    assert one.log.read_text() == "/there\n"


@pytest.mark.parametrize("workers", [1, 2])
def test_how_many_run_at_once(job, tmp_path, workers):
    """As many commands overlap as there are workers, and not more."""
    program = (
        "import time, sys; print(time.time()); time.sleep(0.5); print(time.time())"
    )
    jobs = [job(f"j{n}", program) for n in range(3)]
    run_all(jobs, workers, dict(os.environ), lambda *_: None)
    spans = [tuple(map(float, one.log.read_text().split())) for one in jobs]
    overlaps = [sum(a <= start < b for a, b in spans) for start, _ in spans]
    assert max(overlaps) == workers


def test_failure_ends_the_others(job, tmp_path):
    """The command that failed is named, and what others started does not live on."""
    pid = tmp_path / "pid"
    program = "import os, sys, time\nwhile not os.path.exists(sys.argv[1]):\n"
    program += "    time.sleep(0.02)\nprint('sorry')\nsys.exit(3)"
    bad = job("bad", program, pid)
    never = job("never", "print('ran')")
    with pytest.raises(FailedJob) as error:
        run_all([job("long", PARENT, pid), bad, never], 2, dict(os.environ), print)
    assert error.value.job is bad
    assert bad.log.read_text() == "sorry\n"
    assert not never.log.exists()
    wait(lambda: not runs(int(pid.read_text())))


def test_interrupt_ends_all(job, tmp_path):
    """Ctrl-C, here while a report is made, leaves no process behind."""
    pid = tmp_path / "pid"

    def interrupt(*_):
        wait(pid.exists)
        raise KeyboardInterrupt

    jobs = [job("long", PARENT, pid), job("short", "pass")]
    with pytest.raises(KeyboardInterrupt):
        run_all(jobs, 2, dict(os.environ), interrupt)
    wait(lambda: not runs(int(pid.read_text())))
