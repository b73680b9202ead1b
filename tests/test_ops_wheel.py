# SPDX-License-Identifier: MIT
"""Wheels and sdists of nengodl-ops, with and without a compiled library."""

import json
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

LIBRARY = "nengodl_ops/built/libnengodl_ops.so"
MANIFEST = "nengodl_ops/built/manifest.json"


@pytest.fixture
def project(packages, tmp_path):
    """A copy of the package without a library."""
    copy = tmp_path / "project"
    ignored = shutil.ignore_patterns("built", "__pycache__")
    shutil.copytree(packages["nengodl-ops"], copy, ignore=ignored)
    return copy


@pytest.fixture
def add_library(project):
    """A function that puts a library for a TensorFlow into the copy, and its log."""
    built = project / "src" / "nengodl_ops" / "built"

    def add(tensorflow):
        built.mkdir()
        (built / "libnengodl_ops.so").write_bytes(b"a library")
        (built / "manifest.json").write_text(json.dumps({"tensorflow": tensorflow}))
        (built / "build.log").write_text("paths of the machine")
        return built

    return add


def backend(project, target):
    """Build with the backend that is installed; return how that ended and what there is."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", "dist"]
    run = subprocess.run(command, cwd=project, capture_output=True, text=True)
    return run, sorted((project / "dist").glob("*"))


def version_of(project):
    """Return the version that the package gives itself."""
    text = (project / "src" / "nengodl_ops" / "__init__.py").read_text()
    (line,) = (line for line in text.splitlines() if line.startswith("__version__"))
    return line.split('"')[1]


def test_without_a_library(project):
    """The wheel is for any platform and has the C++ sources, but not their tests."""
    run, (path,) = backend(project, "wheel")
    assert run.returncode == 0, run.stderr
    assert path.name == f"nengodl_ops-{version_of(project)}-py3-none-any.whl"
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
    sources = {p.name for p in (project / "src/nengodl_ops/cc").glob("**/*.*")}
    assert {name.rpartition("/")[2] for name in names if "/cc/" in name} == sources
    assert any(name.endswith(".cc") for name in sources)
    assert not any("test" in name or "/built/" in name for name in names)


@pytest.mark.parametrize(
    "tensorflow, local", [("2.21.0", "tf2.21"), ("1.14.0", "tf1.14")]
)
def test_with_a_library(project, add_library, tensorflow, local):
    """The wheel is for one platform and any Python, and names the TensorFlow."""
    add_library(tensorflow)
    run, (path,) = backend(project, "wheel")
    assert run.returncode == 0, run.stderr
    name, version, python, abi, platform = path.stem.split("-")
    assert version == f"{version_of(project)}+{local}"
    assert (python, abi) == ("py3", "none")
    assert platform == f"{sys.platform}_{subprocess.getoutput('uname -m')}"
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        assert wheel.read(LIBRARY) == b"a library"
        assert json.loads(wheel.read(MANIFEST)) == {"tensorflow": tensorflow}
        (info,) = (name for name in names if name.endswith("/WHEEL"))
        assert "Root-Is-Purelib: false" in wheel.read(info).decode()
    assert not any("build.log" in name for name in names)
    assert any(name.endswith(".cc") for name in names)


@pytest.mark.parametrize("missing", ["libnengodl_ops.so", "manifest.json"])
def test_half_a_library(project, add_library, missing):
    """A folder that lacks something is told, and no wheel is built."""
    (add_library("2.21.0") / missing).unlink()
    run, paths = backend(project, "wheel")
    assert run.returncode != 0 and paths == []
    assert f"lacks {missing}" in run.stderr


def test_sdist(project):
    """The sdist has all that building needs."""
    run, (path,) = backend(project, "sdist")
    assert run.returncode == 0, run.stderr
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"hatch_build.py", "pyproject.toml", "LICENSE"} <= names
    sources = {p.relative_to(project).as_posix() for p in project.glob("src/**/*.*")}
    assert sources <= names


def test_no_sdist_with_a_library(project, add_library):
    """An sdist is for any TensorFlow: with a library there, it says what to remove."""
    built = add_library("2.21.0")
    run, paths = backend(project, "sdist")
    assert run.returncode != 0 and paths == []
    assert f"Remove {built}" in run.stderr


def test_library_is_not_committed(root):
    """Git ignores the folder of the library."""
    path = "packages/nengodl-ops/src/nengodl_ops/built/libnengodl_ops.so"
    run = subprocess.run(["git", "check-ignore", path], cwd=root, capture_output=True)
    assert run.returncode == 0
