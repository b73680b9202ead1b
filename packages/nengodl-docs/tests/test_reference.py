# SPDX-License-Identifier: MIT
"""The reference part of the documentation against the installed packages."""

import re
from pathlib import Path

import nengo_dl

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
DIRECTIVE = re.compile(r"^\.\. auto\w+:: (\S+)$", re.MULTILINE)


def test_every_public_name_is_documented():
    """Each name in ``nengo_dl.__all__`` has an autodoc directive of its own.

    A public module has one if one of its members has.
    """
    pages = "\n".join(page.read_text() for page in REFERENCE.glob("*.rst"))
    documented = DIRECTIVE.findall(pages)
    missing = [
        name
        for name in (f"nengo_dl.{name}" for name in nengo_dl.__all__)
        if not any(
            entry == name or entry.startswith(f"{name}.") for entry in documented
        )
    ]
    assert missing == []
