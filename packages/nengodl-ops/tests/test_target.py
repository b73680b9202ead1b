# SPDX-License-Identifier: MIT
"""The TensorFlow for which kernels are compiled."""

import sys

import pytest
import tensorflow as tf
from nengodl_ops import target
from nengodl_ops.errors import MissingTensorFlowError
from nengodl_ops.target import Target, installed_target


def test_what_is_installed():
    """Version, headers and libraries are those of the TensorFlow that runs."""
    found = installed_target()
    assert found.version == tf.__version__
    assert (found.include / "tensorflow/core/framework/op.h").is_file()
    assert any("tensorflow_framework" in flag for flag in found.link_flags)
    assert "_GLIBCXX_USE_CXX11_ABI" in "".join(found.defines)
    assert all(flag.startswith("-D") for flag in found.defines)


def test_xla_by_version():
    """TensorFlow 2.21 has what kernels for XLA need; 1.14 and 2.11 do not."""
    minor = tuple(int(part) for part in tf.__version__.split(".")[:2])
    if minor >= (2, 21):
        assert installed_target().has_xla
    elif minor <= (2, 11):
        assert not installed_target().has_xla


@pytest.mark.parametrize("missing", [None, *target.XLA_HEADERS, target.XLA_LIBRARY])
def test_xla_needs_all_of_its_parts(tmp_path, missing):
    """Both headers and the library have to be there."""
    include = tmp_path / "include"
    files = {name: include / name for name in target.XLA_HEADERS}
    files[target.XLA_LIBRARY] = tmp_path / target.XLA_LIBRARY
    for name, path in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if name != missing:
            path.write_text("")
    found = Target("2.21.0", include, tmp_path, (), ())
    assert found.has_xla == (missing is None)


def test_no_tensorflow(monkeypatch):
    """Without any flavour the message says how to get one."""
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(MissingTensorFlowError, match="pip install tensorflow"):
        installed_target()


def test_broken_tensorflow(monkeypatch, tmp_path):
    """What an installed TensorFlow itself misses comes out as it is."""
    (tmp_path / "tensorflow.py").write_text("import no_such_module\n")
    monkeypatch.delitem(sys.modules, "tensorflow")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        installed_target()
