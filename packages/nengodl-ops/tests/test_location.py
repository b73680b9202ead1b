# SPDX-License-Identifier: MIT
"""Where libraries live, and which of them fits."""

from pathlib import Path

import pytest
from nengodl_ops import location, manifest
from nengodl_ops.errors import NotBuiltError, TensorFlowMismatchError
from nengodl_ops.manifest import Manifest
from nengodl_ops.target import Target


@pytest.fixture
def target():
    """A TensorFlow that need not be installed."""
    return Target("2.21.1", Path("/tf/include"), Path("/tf"), ("-DABI=1",), ())


@pytest.fixture(autouse=True)
def places(tmp_path, monkeypatch):
    """Sources, a cache and a folder in the package, all of them small."""
    monkeypatch.setenv("NENGODL_OPS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("NENGODL_OPS_SANITIZE", raising=False)
    monkeypatch.setattr(location, "BUILT", tmp_path / "built")
    monkeypatch.setattr(location.sources, "SOURCES", tmp_path / "cc")
    (tmp_path / "cc").mkdir()
    (tmp_path / "cc" / "op.cc").write_text("int one;\n")
    return tmp_path


@pytest.fixture
def put(target):
    """A function that puts a library somewhere, made for a TensorFlow from sources."""

    def write(folder, tensorflow="2.21.0", digest=None):
        folder.mkdir(parents=True)
        (folder / "libnengodl_ops.so").write_text("")
        digest = digest or location.expected_digest(target)
        Manifest(tensorflow, False, digest, "g++", "0.1.0").write(folder)
        return folder

    return write


@pytest.fixture
def cached(target):
    """The folder in the cache for the sources and the TensorFlow."""
    return location.cache_folder(target, location.expected_digest(target))


@pytest.mark.parametrize(
    "own, shared, expected",
    [
        ("/own", "/shared", "/own"),
        ("~/own", None, "/people/me/own"),
        (None, "/shared", "/shared/nengodl-ops"),
        (None, "relative", "/people/me/.cache/nengodl-ops"),
        ("", "", "/people/me/.cache/nengodl-ops"),
        (None, None, "/people/me/.cache/nengodl-ops"),
    ],
)
def test_cache(monkeypatch, own, shared, expected):
    """Our own setting comes first, then that of the system, then the home folder."""
    monkeypatch.setenv("HOME", "/people/me")
    for name, text in (("NENGODL_OPS_CACHE", own), ("XDG_CACHE_HOME", shared)):
        if text is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, text)
    assert location.cache_root() == Path(expected)


def test_folder_in_the_cache(target, monkeypatch, places):
    """Minor version of TensorFlow, sources and machine have folders of their own."""
    monkeypatch.setattr(location.platform, "machine", lambda: "arm-64")
    folder = location.cache_folder(target, "0123456789abcdef")
    assert folder == places / "cache" / "tf2.21-0123456789ab-arm_64"
    assert location.NAME.fullmatch(folder.name)


def test_library_of_the_package_comes_first(target, put, places, cached):
    """A prebuilt library that fits is taken before the one in the cache."""
    put(cached)
    assert location.find(target).folder == cached
    built = put(places / "built")
    found = location.find(target)
    assert found.folder == built
    assert found.path == built / "libnengodl_ops.so"
    assert found.manifest == manifest.read(built)


def test_cache_beside_a_wheel_for_another_tensorflow(target, put, places, cached):
    """A prebuilt library for another TensorFlow is passed over if the cache has ours."""
    put(places / "built", tensorflow="2.20.0")
    put(cached)
    assert location.find(target).folder == cached


@pytest.mark.parametrize("tensorflow", ["2.20.0", "2.2.0", "1.21.0", "2.210.0"])
def test_other_minor_versions_are_refused(target, put, places, tensorflow):
    """Both versions stand in the error; only the first two numbers have to agree."""
    put(places / "built", tensorflow=tensorflow)
    with pytest.raises(TensorFlowMismatchError) as error:
        location.find(target)
    assert f"compiled for TensorFlow {tensorflow}," in str(error.value)
    assert "TensorFlow 2.21.1 is running" in str(error.value)


def test_cache_of_an_earlier_tensorflow(target, put, places):
    """What is left from before TensorFlow was upgraded explains what is the matter."""
    put(places / "cache" / "tf2.20-0123456789ab-x86_64", tensorflow="2.20.0")
    with pytest.raises(TensorFlowMismatchError, match=r"2\.20\.0"):
        location.find(target)


def test_nothing_there(target, places, cached):
    """Without any library the error lists where it was looked for."""
    with pytest.raises(NotBuiltError) as error:
        location.find(target)
    assert str(places / "built") in str(error.value) and str(cached) in str(error.value)


@pytest.mark.parametrize("what", ["library", "manifest"])
def test_half_a_library_is_none(target, put, cached, what):
    """Library and manifest have both to be there."""
    put(cached)
    (cached / {"library": location.LIBRARY, "manifest": manifest.NAME}[what]).unlink()
    with pytest.raises(NotBuiltError):
        location.find(target)


def test_other_sources_are_not_taken(target, put, places):
    """A library from sources that have changed since is not used."""
    put(places / "built")
    assert location.find(target)
    (places / "cc" / "op.cc").write_text("int two;\n")
    with pytest.raises(NotBuiltError):
        location.find(target)


def test_other_binary_interfaces_are_not_taken(target, put, places):
    """A TensorFlow of the same version that was compiled differently has its own."""
    put(places / "built")
    with pytest.raises(NotBuiltError):
        location.find(target._replace(defines=("-DABI=0",)))


def test_library_with_a_sanitizer(target, put, monkeypatch):
    """It is found if, and only if, the environment says that one is wanted."""
    digest = location.expected_digest(target, "address")
    folder = put(location.cache_folder(target, digest), digest=digest)
    with pytest.raises(NotBuiltError):
        location.find(target)
    monkeypatch.setenv("NENGODL_OPS_SANITIZE", "address")
    assert location.find(target).folder == folder


def test_only_our_folders_are_listed(put, places, cached):
    """A cache that is shared with others has folders that are none of ours."""
    put(cached)
    put(places / "cache" / "others")
    (places / "cache" / "tf2.20-0123456789ab-x86_64").mkdir()
    failed = places / "cache" / "tf2.19-0123456789ab-x86_64"
    failed.mkdir()
    (failed / "build.log").write_text("")
    assert location.cached_folders() == [failed, cached]
