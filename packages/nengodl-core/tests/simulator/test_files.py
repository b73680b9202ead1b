# SPDX-License-Identifier: MIT
"""Files of parameters: what is written, and what is refused when reading."""

import json
import os
import zipfile

import numpy as np
import pytest
from nengo_dl.errors import ParameterFileError
from nengo_dl.simulator import files
from nengo_dl.simulator.files import Stored, read, write

ARRAYS = {
    "ensembles[0]/encoders": Stored("global", np.arange(6.0).reshape((1, 3, 2))),
    "file": Stored("local", np.array([[True, False]])),
    "variables/a b:0": Stored("global", np.float32(2.5), True),
    "empty": Stored("local", np.zeros((1, 0), np.int32)),
}


@pytest.fixture
def path(tmp_path):
    """A file with some arrays."""
    path = tmp_path / "params"
    write(path, ARRAYS, ["global", "local"])
    return path


@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_arrays_come_back_as_they_were(tmp_path, kind):
    """Names, values, types, kinds and order; under the very name, as str or path."""
    path = tmp_path / "params.x"
    write(kind(path), ARRAYS, ["global", "local"])
    assert os.listdir(str(tmp_path)) == ["params.x"]
    found = read(kind(path))
    assert list(found) == list(ARRAYS)
    for name, (kind, value, optional) in ARRAYS.items():
        assert found[name].kind == kind and found[name].optional == optional
        assert found[name].value.dtype == value.dtype
        assert found[name].value.shape == value.shape
        np.testing.assert_array_equal(found[name].value, value)


def test_numpy_reads_the_arrays(path):
    """The file is an archive of NumPy's, with a description as text."""
    with np.load(str(path), allow_pickle=False) as archive:
        assert set(archive.files) == set(ARRAYS) | {"manifest"}
        manifest = json.loads(str(archive["manifest"]))
        np.testing.assert_array_equal(
            archive["ensembles[0]/encoders"], ARRAYS["ensembles[0]/encoders"].value
        )
    assert manifest["format"] == "nengodl-parameters" and manifest["version"] == 1
    assert manifest["kinds"] == ["global", "local"]
    assert manifest["arrays"][0] == {
        "name": "ensembles[0]/encoders",
        "shape": [1, 3, 2],
        "kind": "global",
        "optional": False,
    }


def test_a_crash_leaves_the_old_file(path, monkeypatch):
    """A file is there completely or not at all, and nothing else is left behind."""
    before = path.read_bytes()
    add = files._add

    def fail(archive, name, array):
        if name == "file":
            raise KeyboardInterrupt
        add(archive, name, array)

    monkeypatch.setattr(files, "_add", fail)
    with pytest.raises(KeyboardInterrupt):
        write(path, ARRAYS, ["global"])
    assert path.read_bytes() == before
    assert os.listdir(str(path.parent)) == [path.name]


def test_an_existing_file_is_replaced(path):
    """The new content takes the place of the old one."""
    write(path, {"one": Stored("global", np.ones(2))}, ["global"])
    assert list(read(path)) == ["one"]


def test_the_target_of_a_link_is_replaced(path):
    """A link stays a link."""
    link = path.parent / "link"
    link.symlink_to(path)
    write(link, {"one": Stored("global", np.ones(2))}, ["global"])
    assert link.is_symlink()
    assert list(read(path)) == ["one"]


def test_a_missing_folder_is_named(tmp_path):
    """Saving says which folder is not there, and makes nothing."""
    folder = tmp_path / "absent"
    with pytest.raises(ParameterFileError, match="no folder") as error:
        write(folder / "params", ARRAYS, ["global"])
    assert str(folder) in str(error.value)
    assert not folder.exists()


def test_a_folder_is_no_file(tmp_path):
    """Saving into the name of a folder says that it is one, and leaves it as it was."""
    with pytest.raises(ParameterFileError, match="is a folder") as error:
        write(tmp_path, ARRAYS, ["global"])
    assert str(tmp_path) in str(error.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["absent.npz", "."])
def test_a_missing_file_is_named(tmp_path, name):
    """Loading says which file is not there; a folder is none."""
    with pytest.raises(ValueError, match="no such file") as error:
        read(tmp_path / name)
    assert str(tmp_path) in str(error.value)


def pickled(path):
    """An archive with an object that would have to be unpickled."""
    with open(str(path), "wb") as file:
        np.savez(file, manifest=np.array([{"a": 1}], dtype=object))


def other_archive(path):
    """An archive of arrays that has no description."""
    with open(str(path), "wb") as file:
        np.savez(file, a=np.ones(3))


def other_description(path):
    """An archive with another description."""
    with open(str(path), "wb") as file:
        np.savez(file, manifest=np.array("[1, 2]"))


def no_description(path):
    """An archive with a description that is no text in JSON."""
    with open(str(path), "wb") as file:
        np.savez(file, manifest=np.ones(3))


def other_zip(path):
    """An archive of something else."""
    with zipfile.ZipFile(str(path), "w") as archive:
        archive.writestr("manifest", "nothing")


def one_array(path):
    """A single array of NumPy's."""
    with open(str(path), "wb") as file:
        np.save(file, np.ones(3))


@pytest.mark.parametrize(
    "make",
    [
        pickled,
        other_archive,
        other_description,
        no_description,
        other_zip,
        one_array,
        lambda path: path.write_text("weights: 1.0"),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"PK\x03\x04 and so on"),
    ],
)
def test_foreign_files_are_refused(tmp_path, make):
    """Anything but a file of `write` is an error that names it."""
    path = tmp_path / "foreign"
    make(path)
    with pytest.raises(ParameterFileError, match="save_params") as error:
        read(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_truncated_files_are_refused(path, part):
    """A file that lacks its end is not read in parts."""
    content = path.read_bytes()
    path.write_bytes(content[: int(part * len(content))])
    with pytest.raises(ParameterFileError, match="complete file"):
        read(path)


def test_damaged_values_are_refused(path):
    """A changed byte in an array is found."""
    content = path.read_bytes()
    value = np.arange(6.0).tobytes()
    position = content.index(value) + 20
    damaged = bytes([content[position] ^ 1])
    path.write_bytes(content[:position] + damaged + content[position + 1 :])
    with pytest.raises(ParameterFileError, match="CRC"):
        read(path)


def test_another_version_is_named(path, monkeypatch):
    """A file of a later format is refused with both versions."""
    monkeypatch.setattr(files, "VERSION", 2)
    with pytest.raises(ParameterFileError, match="nengodl-parameters 1.*reads.* 2"):
        read(path)


def test_shapes_are_those_of_the_description(path):
    """Arrays that were put into the archive later are found."""
    with zipfile.ZipFile(str(path)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["file.npy"] = members["ensembles[0]/encoders.npy"]
    with zipfile.ZipFile(str(path), "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(ParameterFileError, match="'file'.*\\(1, 3, 2\\).*\\[1, 2\\]"):
        read(path)
