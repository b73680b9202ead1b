# SPDX-License-Identifier: MIT
"""C++ sources and their digest."""

import pytest
from nengodl_ops import sources


@pytest.fixture
def folder(tmp_path):
    """A folder with sources of both kinds and a header."""
    for name in ("b/cpu.cc", "a/xla.cc", "a/cpu.cc", "a/simd.h"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"// {name}\n")
    return tmp_path


@pytest.mark.parametrize(
    "xla, expected",
    [(True, ["a/xla.cc", "a/cpu.cc", "b/cpu.cc"]), (False, ["a/cpu.cc", "b/cpu.cc"])],
)
def test_units(folder, xla, expected):
    """Sources in all folders are compiled, those for XLA first or not at all."""
    found = sources.units(folder, xla)
    assert [path.relative_to(folder).as_posix() for path in found] == expected


def test_equal_sources_have_equal_digests(folder):
    """The digest depends on contents, not on time or place."""
    before = sources.digest(folder, ["-O3"])
    (folder / "b/cpu.cc").write_text("// b/cpu.cc\n")
    moved = folder.parent / "moved"
    folder.rename(moved)
    assert sources.digest(moved, ["-O3"]) == before
    moved.rename(folder)


@pytest.mark.parametrize(
    "change", ["edit", "header", "rename", "remove", "flag", "split"]
)
def test_every_change_is_seen(folder, change):
    """Contents, names and number of files count, and so do the flags."""
    flags = ["-O3", "-g"]
    before = sources.digest(folder, flags)
    if change in {"edit", "header"}:
        name = {"edit": "b/cpu.cc", "header": "a/simd.h"}[change]
        (folder / name).write_text("// changed\n")
    elif change == "rename":
        (folder / "b/cpu.cc").rename(folder / "b/op.cc")
    elif change == "remove":
        (folder / "b/cpu.cc").unlink()
    else:
        flags = {"flag": ["-O2", "-g"], "split": ["-O3-g"]}[change]
    assert sources.digest(folder, flags) != before
