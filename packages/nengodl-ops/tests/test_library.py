# SPDX-License-Identifier: MIT
"""The library in a process."""

import threading

import pytest
import tensorflow as tf
from nengodl_ops import library
from nengodl_ops.errors import LibraryError
from nengodl_ops.location import LIBRARY, Found
from nengodl_ops.manifest import Manifest


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    """Nothing has been found nor loaded yet."""
    monkeypatch.setattr(library, "_once", {})


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """A library that fits, and that is no library."""
    told = Manifest(tf.__version__, True, "", "g++", "0.1.0")
    (tmp_path / LIBRARY).write_text("no library")
    monkeypatch.setattr(library, "find", lambda target: Found(tmp_path, told))
    return tmp_path / LIBRARY


def test_found_without_loading(broken):
    """Path and kinds of kernels are known before TensorFlow loads anything."""
    assert library.library_path() == broken
    assert library.has_xla() is True


def test_library_that_tensorflow_refuses(broken):
    """The error has the path and what TensorFlow says, each time."""
    for _ in range(2):
        with pytest.raises(LibraryError) as error:
            library.load()
        assert str(broken) in str(error.value)
        assert tf.__version__ in str(error.value)
        assert "file too short" in str(error.value) or "ELF" in str(error.value)


def test_loaded_once(broken, monkeypatch):
    """Threads that ask at the same time get one library, loaded by one of them."""
    calls, loaded = [], []
    barrier = threading.Barrier(8)

    def load(path):
        calls.append(path)
        return object()

    def ask():
        barrier.wait()
        loaded.append(library.load())

    monkeypatch.setattr(tf, "load_op_library", load)
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [str(broken)]
    assert len(loaded) == 8 and len(set(map(id, loaded))) == 1
