# SPDX-License-Identifier: MIT
"""The news fragments of all packages."""

import re

KIND = re.compile(r"[a-z0-9-]+\.(added|changed|fixed|removed)\.md")


def test_fragments_are_named_by_the_rule(root, packages):
    """There is a folder for each package, and its files are called name.kind.md."""
    folders = {path for path in (root / "changelog.d").iterdir() if path.is_dir()}
    assert {folder.name for folder in folders} == set(packages)
    fragments = [path for folder in folders for path in folder.iterdir()]
    wrong = [path for path in fragments if not KIND.fullmatch(path.name)]
    assert [str(path) for path in wrong if path.name != ".gitkeep"] == []


def test_fragments_say_something(root):
    """A fragment is a sentence: it has words and ends with a full stop."""
    fragments = list(root.glob("changelog.d/*/*.md"))
    texts = {str(path): path.read_text().strip() for path in fragments}
    assert [path for path, text in texts.items() if not text.endswith(".")] == []
    assert [path for path, text in texts.items() if len(text.split()) < 4] == []


def test_each_package_reads_its_own_fragments(packages, load_toml):
    """Towncrier collects for each package the folder of its name."""
    for name, folder in packages.items():
        tool = load_toml(folder / "pyproject.toml")["tool"]["towncrier"]
        assert tool["directory"] == f"../../changelog.d/{name}"
        assert (folder / tool["template"]).is_file()
        assert (folder / tool["filename"]).is_file()
