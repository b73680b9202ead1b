# SPDX-License-Identifier: MIT
"""What must be installed beside the package."""

import os
import subprocess
import sys
import warnings

import nengo.version
import pytest
from nengo_dl import installation
from nengo_dl.errors import MissingPackageError

PREAMBLE = "import sys; sys.modules[{!r}] = None\n"


def run_python(code, *paths):
    """Run code in a new interpreter; return its status and all it printed."""
    env = dict(os.environ)
    env["PYTHONPATH"] = os.pathsep.join([str(path) for path in paths] + sys.path)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


def install(folder, name, version):
    """Leave what a package manager leaves of an installed distribution."""
    info = folder / "{}-{}.dist-info".format(name.replace("-", "_"), version)
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    )


def test_two_owners_of_the_name_are_refused(tmp_path):
    """The import fails with both versions, and with the way to undo it."""
    install(tmp_path, "nengo-dl", "2.2.1")
    install(tmp_path, "nengodl-core", "9.8.7")
    status, output = run_python("import nengo_dl", tmp_path)
    assert status != 0
    assert "PackageConflictError" in output
    assert "nengo-dl 2.2.1 and nengodl-core 9.8.7 are both installed" in output
    assert "pip uninstall -y nengo-dl nengodl-core" in output


@pytest.mark.parametrize("name", ["nengo-dl", "nengodl-core"])
def test_one_owner_is_fine(tmp_path, monkeypatch, name):
    """Either distribution alone passes the check."""
    install(tmp_path, name, "2.2.1")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    installation.check_owners()


def test_owners_are_found_without_importing(tmp_path, monkeypatch):
    """The check reads metadata only."""
    install(tmp_path, "nengo-dl", "2.2.1")
    install(tmp_path, "nengodl-core", "9.8.7")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    loaded = set(sys.modules)
    with pytest.raises(ImportError):
        installation.check_owners()
    assert set(sys.modules) == loaded


@pytest.mark.parametrize("found", [(2, 0, 0), (2, 7, 0)])
def test_an_old_nengo_is_refused(found):
    """The version found, the oldest that works and the way to upgrade are named."""
    with pytest.raises(ValueError) as error:
        installation.check_nengo(found)
    assert ".".join(map(str, found)) in str(error.value)
    assert "2.8.0" in str(error.value)
    assert "pip install --upgrade" in str(error.value)


@pytest.mark.parametrize("found", [(4, 2, 0), (5, 0, 0)])
def test_a_new_nengo_is_untested(found):
    """The version found and the newest that was tested are named."""
    with pytest.warns(UserWarning, match="untested") as record:
        installation.check_nengo(found)
    assert ".".join(map(str, found)) in str(record[0].message)
    assert "4.1" in str(record[0].message)


@pytest.mark.parametrize(
    "found", [(2, 8, 0), (3, 0, 0), (4, 1, 9), nengo.version.version_info]
)
def test_other_nengos_pass_in_silence(found):
    """From the oldest to the newest tested version nothing is said."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        installation.check_nengo(found)


def test_a_missing_tensorflow_is_told():
    """The import fails with the flavours to choose from."""
    status, output = run_python(PREAMBLE.format("tensorflow") + "import nengo_dl")
    assert status != 0
    assert "MissingTensorFlowError" in output
    for flavour in (
        "tensorflow-cpu",
        "tensorflow-gpu",
        "tensorflow-rocm",
        "tf-nightly",
    ):
        assert flavour in output
    assert "pip install tensorflow" in output


def test_the_version_can_be_read_without_nengo():
    """Packaging tools read it before Nengo is there; other names say what is missing."""
    code = PREAMBLE.format("nengo") + "\n".join(
        [
            "import nengo_dl",
            "from nengo_dl.version import version",
            "assert nengo_dl.__version__ == version",
            "assert 'tensorflow' not in sys.modules",
            "nengo_dl.Simulator",
        ]
    )
    status, output = run_python(code)
    assert status != 0
    assert "ImportError: nengo_dl.Simulator needs Nengo" in output
    assert "pip install nengo" in output


def test_a_missing_sibling_says_what_to_install():
    """The wheel and what needs it are named, and the cause is kept."""
    with pytest.raises(MissingPackageError, match="pip install.*some-wheel") as error:
        installation.import_sibling("some_wheel.part", "some-wheel", "the purpose")
    assert str(error.value).startswith("the purpose")
    assert isinstance(error.value.__cause__, ModuleNotFoundError)


def test_a_sibling_with_a_broken_dependency_is_not_called_missing(
    tmp_path, monkeypatch
):
    """What the sibling itself fails to import is what the user must see."""
    (tmp_path / "broken_wheel.py").write_text("import nothing_of_this_name")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="nothing_of_this_name") as error:
        installation.import_sibling("broken_wheel", "broken-wheel", "the purpose")
    assert not isinstance(error.value, MissingPackageError)


def test_a_sibling_is_imported():
    """A module that is there is the result."""
    assert installation.import_sibling("nengo.dists", "nengo", "it") is nengo.dists


def test_an_imported_tensorflow_is_found():
    """It is found before and after it is imported, which hides its spec in TensorFlow 1."""
    installation.check_tensorflow()
    import tensorflow  # noqa: F401  (what the test is about)

    installation.check_tensorflow()
