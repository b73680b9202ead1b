# SPDX-License-Identifier: MIT
"""The commands of ``python -m nengodl_ops``."""

import pytest
import tensorflow as tf
from nengodl_ops import manifest
from nengodl_ops.__main__ import main


def test_status_of_a_library(built_copy):
    """What is there, for which TensorFlow, with XLA or not, and where."""
    copy, _ = built_copy
    result = copy.call("status")
    assert result.status == 0, result
    (folder,) = copy.cache.iterdir()
    told = manifest.read(folder)
    assert f"TensorFlow {tf.__version__}" in result.output
    assert f"{folder}: for TensorFlow {told.tensorflow}" in result.output
    kinds = "with kernels for XLA" if told.xla else "none for XLA"
    assert kinds in result.output and told.compiler in result.output
    assert f"used: {folder / 'libnengodl_ops.so'}" in result.output


def test_status_without_a_library(make_copy):
    """Nothing there is an error with the way out, and no traceback."""
    result = make_copy(a="int one;\n").call("status")
    assert result.status == 1, result
    assert "error: The kernels of nengodl_ops are not compiled yet" in result.errors
    assert "python -m nengodl_ops build" in result.errors
    assert "Traceback" not in result.errors


def test_status_after_tensorflow_changed(built_copy, tmp_path):
    """A library for another TensorFlow is refused with both versions."""
    copy, _ = built_copy
    (folder,) = copy.cache.iterdir()
    other = tmp_path / "cache" / folder.name.replace("tf", "tf9", 1)
    other.mkdir(parents=True)
    (other / "libnengodl_ops.so").write_text("")
    manifest.read(folder)._replace(tensorflow="9.9.0").write(other)
    environment = {"NENGODL_OPS_CACHE": str(other.parent)}
    for arguments in (
        ["-m", "nengodl_ops", "status"],
        ["-c", "from nengodl_ops import KERNELS"],
    ):
        result = copy.run(*arguments, **environment)
        assert result.status == 1, result
        assert "compiled for TensorFlow 9.9.0" in result.errors
        assert f"TensorFlow {tf.__version__} is running" in result.errors


def test_no_compiler(make_copy, tmp_path):
    """Without a compiler on the PATH: one message that says what to install."""
    copy = make_copy(a="int one;\n")
    result = copy.call("build", PATH=str(tmp_path), CXX=None)
    assert result.status == 1, result
    assert "error: No C++ compiler" in result.errors
    assert "apt install g++" in result.errors
    assert "Traceback" not in result.errors
    assert not copy.cache.exists()


def test_no_tensorflow(make_copy):
    """Without a TensorFlow each command says what is missing."""
    copy = make_copy(a="int one;\n")
    (copy.package.parent / "tensorflow.py").write_text(
        "raise ModuleNotFoundError('none', name='tensorflow')\n"
    )
    for command in ("build", "status"):
        result = copy.call(command)
        assert result.status == 1, result
        assert (
            "error: nengodl_ops needs TensorFlow, and none is installed"
            in result.errors
        )
        assert "Traceback" not in result.errors


def test_clean(tmp_path, monkeypatch, capsys):
    """Our folders go, with what an interrupted build left; other folders stay."""
    monkeypatch.setenv("NENGODL_OPS_CACHE", str(tmp_path))
    for name in ("tf2.21-0123456789ab-x86_64", ".build-abc", "precious"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text("{}")
    assert main(["clean"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]
    assert capsys.readouterr().out.count("removing") == 2
    assert main(["clean"]) == 0


def test_nothing_to_clean(tmp_path, monkeypatch):
    """A cache that is not there is clean."""
    monkeypatch.setenv("NENGODL_OPS_CACHE", str(tmp_path / "none"))
    assert main(["clean"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [[], ["destroy"], ["build", "--jobs", "0"], ["build", "--sanitize", "x"]],
)
def test_wrong_arguments(arguments, capsys):
    """The command line is checked before anything is done."""
    with pytest.raises(SystemExit) as error:
        main(arguments)
    assert error.value.code == 2
    assert "usage: python -m nengodl_ops" in capsys.readouterr().err
