# SPDX-License-Identifier: MIT
"""Commands side by side, none of which outlives an error or Ctrl-C."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Callable, Dict, Iterable, List, NamedTuple


class Job(NamedTuple):
    """
    A command to run.

    Parameters
    ----------
    name : str
        What people call it.
    command : list of str
        The command.
    log : Path
        The file for what it prints.
    """

    name: str
    command: List[str]
    log: Path


class Running(NamedTuple):
    """
    A command that runs.

    Parameters
    ----------
    job : Job
        The command.
    process : subprocess.Popen
        Its process, which leads a group of its own.
    start : float
        When it started, by `time.monotonic`.
    """

    job: Job
    process: subprocess.Popen
    start: float


class FailedJob(Exception):
    """
    A command that ended with another status than 0.

    Parameters
    ----------
    job : Job
        The command.
    """

    def __init__(self, job: Job):
        super().__init__(job.name)
        self.job = job


def run_all(
    jobs: Iterable[Job],
    workers: int,
    environment: Dict[str, str],
    done: Callable[[Job, float], None],
) -> None:
    """
    Run commands, some of them at the same time.

    Parameters
    ----------
    jobs : iterable of Job
        The commands.
    workers : int
        How many run at the same time.
    environment : dict
        Environment variables of theirs.
    done : callable
        Called with each command that has ended well and the seconds it took.

    Raises
    ------
    FailedJob
        As soon as one has failed. Whatever is raised, those that still ran are ended.
    """
    waiting, running = list(jobs), []
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                running.append(_start(waiting.pop(0), environment))
            for one in [one for one in running if _ended(one)]:
                running.remove(one)
                done(one.job, time.monotonic() - one.start)
            time.sleep(0.02)
    finally:
        for one in running:
            _end(one.process)


def _start(job: Job, environment: Dict[str, str]) -> Running:
    with open(job.log, "wb") as log:
        process = subprocess.Popen(
            job.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            # a group of its own: compilers start others, which have to end as well
            start_new_session=True,
        )
    return Running(job, process, time.monotonic())


def _ended(one: Running) -> bool:
    status = one.process.poll()
    if status:
        raise FailedJob(one.job)
    return status is not None


def _end(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # it has just ended by itself
        pass
    process.wait()
