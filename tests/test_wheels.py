# SPDX-License-Identifier: MIT
"""The wheels as they are built and as they are installed."""

import subprocess
import sys
import zipfile
from email.parser import HeaderParser
from importlib import import_module, metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# Distribution -> its import package. nengodl-docs is only a list of what builds it.
IMPORTS = {
    "nengodl-core": "nengo_dl",
    "nengodl-ops": "nengodl_ops",
    "nengodl-train": "nengodl_train",
    "nengodl-benchmarks": "nengodl_benchmarks",
    "nengodl-docs": None,
}
INSTALLED = sorted(filter(IMPORTS.get, IMPORTS))
# A plug-in of pytest beside the package: to load it must not import the package.
PLUGINS = {"nengodl-core": {"pytest_nengo_dl.py"}}


@pytest.fixture(scope="module")
def build_wheel(packages, tmp_path_factory):
    """A function that builds the wheel of a distribution and opens it."""

    def build(name):
        folder = tmp_path_factory.mktemp(name)
        # The tests' environment holds the build backend, so nothing is downloaded.
        command = [sys.executable, "-m", "pip", "wheel", "--no-deps"]
        command += ["--no-build-isolation", "--quiet", "--wheel-dir", folder]
        subprocess.run([*command, packages[name]], check=True)
        (path,) = folder.iterdir()
        return zipfile.ZipFile(path)

    return build


def is_tensorflow(name):
    """Say whether a distribution is a TensorFlow, of whatever flavour."""
    name = canonicalize_name(name)
    return name in {"tensorflow", "tf-nightly"} or name.startswith(
        ("tensorflow-", "tf-nightly-", "intel-tensorflow")
    )


def needed(name, seen):
    """Collect in `seen` all that installing `name` without extras installs."""
    for text in metadata.requires(name) or ():
        requirement = Requirement(text)
        wanted = requirement.marker is None or requirement.marker.evaluate(
            {"extra": ""}
        )
        if wanted and requirement.name not in seen:
            seen.add(requirement.name)
            needed(requirement.name, seen)
    return seen


def test_all_packages_are_known(packages):
    """No package lacks these tests."""
    assert set(IMPORTS) == set(packages)


@pytest.mark.parametrize("name", sorted(IMPORTS))
def test_wheel_holds_its_import_package(build_wheel, name):
    """A wheel holds its own import package, its plug-in and metadata, and no tests."""
    with build_wheel(name) as wheel:
        tops = {entry.partition("/")[0] for entry in wheel.namelist()}
        (info,) = (top for top in tops if top.endswith(".dist-info"))
        headers = HeaderParser().parsestr(wheel.read(f"{info}/METADATA").decode())
        assert any(entry.startswith(f"{info}/licenses/") for entry in wheel.namelist())
    assert tops - {info} == set(filter(None, [IMPORTS[name]])) | PLUGINS.get(
        name, set()
    )
    assert headers["Name"] == name
    assert headers["License-Expression"] == "MIT"


@pytest.mark.parametrize("name", INSTALLED)
def test_tests_import_the_installed_package(root, name):
    """The package under test comes from a wheel and not from the source tree."""
    module = import_module(IMPORTS[name])
    assert "site-packages" in module.__file__
    assert str(root / "packages") not in module.__file__


@pytest.mark.parametrize("name", ["nengodl-core", "nengodl-ops", "nengodl-train"])
def test_version(name):
    """The version that users read is the one that pip compares."""
    assert import_module(IMPORTS[name]).__version__ == metadata.version(name)


@pytest.mark.parametrize("name", INSTALLED)
def test_installing_never_installs_tensorflow(name):
    """Nothing that a package needs, however indirectly, brings a TensorFlow.

    So pip has no reason to put a TensorFlow on top of the flavour that is there.
    """
    names = needed(name, set())
    assert sorted(filter(is_tensorflow, names)) == []
    assert name == "nengodl-ops" or "numpy" in names


def test_tensorflow_on_request():
    """The extra ``nengodl-core[tensorflow]`` asks for TensorFlow, and only it does."""
    requirements = map(Requirement, metadata.requires("nengodl-core"))
    asked = [item for item in requirements if is_tensorflow(item.name)]
    assert [item.name for item in asked] == ["tensorflow"]
    assert asked[0].marker.evaluate({"extra": "tensorflow"})
    assert not asked[0].marker.evaluate({"extra": ""})


def test_nengo_finds_the_simulator():
    """The simulator is a Nengo backend of the name "dl"."""
    (backend,) = metadata.entry_points(group="nengo.backends", name="dl")
    assert backend.load() is import_module("nengo_dl").Simulator
