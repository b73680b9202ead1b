# SPDX-License-Identifier: MIT
"""Compile the kernels for the TensorFlow that is installed."""

import contextlib
import os
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import Callable, Iterator, List, Optional, Tuple, Union

from nengodl_ops import __version__, location, manifest, sources, toolchain
from nengodl_ops.errors import CompilationError, FolderError, NoSourcesError
from nengodl_ops.manifest import Manifest
from nengodl_ops.processes import FailedJob, Job, run_all
from nengodl_ops.target import Target, installed_target
from nengodl_ops.toolchain import Toolchain

SCRATCH = ".build-"  # what the names of folders of unfinished builds start with


def build(
    output: Union[str, Path, None] = None,
    jobs: Optional[int] = None,
    force: bool = False,
    sanitize: Optional[str] = None,
    report: Callable[[str], None] = lambda line: None,
) -> Path:
    """
    Compile the kernels, if that has not been done already.

    Parameters
    ----------
    output : str or Path, optional
        Folder for library and manifest. Default: the user's cache, where they are found.
    jobs : int, optional
        How many compilers run at the same time. Default: one for each processor.
    force : bool, optional
        Compile even if the library is there.
    sanitize : str, optional
        "address" compiles for AddressSanitizer. Such a library is only found if the
        environment variable ``NENGODL_OPS_SANITIZE`` says the same.
    report : callable, optional
        Called with a line for each file.

    Returns
    -------
    Path
        The library.

    Raises
    ------
    MissingTensorFlowError
        If there is no TensorFlow to compile for.
    CompilerError
        If there is no compiler, or it fails.
    FolderError
        If the library cannot be written.
    """
    target, sanitize = installed_target(), location.sanitizer(sanitize)
    digest = location.expected_digest(target, sanitize)
    cached = location.cache_folder(target, digest)
    folder = Path(output).absolute() if output else cached
    # a wheel may have brought what the cache would get
    present = _present(
        (folder,) if output else (location.BUILT, cached), target, digest
    )
    if present and not force:
        report(f"{present} is up to date")
        return present
    units = sources.units(sources.SOURCES, target.has_xla)
    if not units:
        raise NoSourcesError(sources.SOURCES)
    compiler = toolchain.find_compiler()
    chain = Toolchain(compiler, target, sources.SOURCES, sanitize)
    with _scratch(folder) as scratch:
        _compile(chain, units, scratch, folder, jobs or processors(), report)
        _manifest(chain, units, digest).write(scratch)
        _publish(scratch, folder)
    return folder / location.LIBRARY


def processors() -> int:
    """
    Count the processors that this process may use.

    Returns
    -------
    int
        At least 1.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _present(folders: Tuple[Path, ...], target: Target, digest: str) -> Optional[Path]:
    for found in location.everything(folders):
        if location.fits(found.manifest, target, digest):
            return found.path
    return None


def _manifest(chain: Toolchain, units: List[Path], digest: str) -> Manifest:
    xla = any(map(sources.is_xla, units))
    compiler = toolchain.compiler_version(chain.compiler)
    return Manifest(chain.target.version, xla, digest, compiler, __version__)


@contextlib.contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Make a folder beside the target, so that what is done is renamed into its place."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=str(folder.parent)))
    except OSError as error:
        raise FolderError(folder, error.strerror) from error
    try:
        yield scratch
    finally:
        shutil.rmtree(str(scratch), ignore_errors=True)


def _compile(
    chain: Toolchain,
    units: List[Path],
    scratch: Path,
    folder: Path,
    workers: int,
    report: Callable[[str], None],
) -> None:
    """Make the library in `scratch`; the log goes to `folder` if that fails."""
    xla = any(map(sources.is_xla, units))
    compiling = _jobs(chain, units, scratch)
    objects = [job.log.with_suffix(".o") for job in compiling]
    command = chain.link(objects, scratch / location.LIBRARY, xla)
    linking = Job(location.LIBRARY, command, scratch / "link.log")
    # compilers leave their own temporary files where they are when they are ended
    environment = {**os.environ, "TMPDIR": str(scratch)}
    ended = []

    def done(job: Job, seconds: float) -> None:
        ended.append(job)
        total = len(compiling) + 1
        report(f"[{len(ended)}/{total}] {job.name} {seconds:.1f} s")

    try:
        run_all(compiling, workers, environment, done)
        run_all([linking], 1, environment, done)
    except FailedJob as error:
        log = _keep_log([*ended, error.job], folder)
        output = error.job.log.read_text(errors="replace")
        shown = " ".join(map(shlex.quote, error.job.command))
        raise CompilationError(error.job.name, shown, output, log) from None
    _write_log(ended, scratch / location.LOG)


def _jobs(chain: Toolchain, units: List[Path], scratch: Path) -> List[Job]:
    jobs = []
    for number, unit in enumerate(units):
        log = scratch / f"{number}.log"
        command = chain.compile(unit, log.with_suffix(".o"))
        name = unit.relative_to(chain.folder.parent).as_posix()
        jobs.append(Job(name, command, log))
    return jobs


def _keep_log(jobs: List[Job], folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    _write_log(jobs, folder / location.LOG)
    return folder / location.LOG


def _write_log(jobs: List[Job], path: Path) -> None:
    with open(str(path), "w", encoding="utf-8") as log:
        for job in jobs:
            log.write(" ".join(map(shlex.quote, job.command)) + "\n")
            log.write(job.log.read_text(errors="replace") + "\n")


def _publish(scratch: Path, folder: Path) -> None:
    """Move the files to their place, the manifest last: it says that all is there."""
    try:
        folder.mkdir(exist_ok=True)
        # what is replaced may be of another TensorFlow
        old = manifest.read(folder)
        if old is not None and old != manifest.read(scratch):
            with contextlib.suppress(FileNotFoundError):  # another build was faster
                (folder / manifest.NAME).unlink()
        for name in (location.LIBRARY, location.LOG, manifest.NAME):
            os.replace(str(scratch / name), str(folder / name))
    except OSError as error:
        raise FolderError(folder, error.strerror) from error
