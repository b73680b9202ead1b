# SPDX-License-Identifier: MIT
"""Directive ``news``: the news fragments of a package that no release has collected."""

from pathlib import Path

from docutils.parsers.rst import Directive
from docutils.statemachine import StringList

CHANGELOG_D = Path(__file__).parents[4] / "changelog.d"
KINDS = ("added", "changed", "fixed", "removed")


def fragments(package):
    """
    List the news fragments of a package.

    Parameters
    ----------
    package : str
        Name of the distribution.

    Returns
    -------
    list of (str, str, pathlib.Path)
        Kind, text and file of each fragment, kind after kind.
    """
    files = sorted((CHANGELOG_D / package).glob("*.md"))
    found = [(file.suffixes[-2][1:], file.read_text().strip(), file) for file in files]
    return sorted(found, key=lambda fragment: KINDS.index(fragment[0]))


class News(Directive):
    """Show the fragments of the package that is the argument, as a list."""

    required_arguments = 1

    def run(self):
        """Parse each fragment as the text of the page it stands in."""
        document = self.state.document
        lines = StringList()
        for kind, text, file in fragments(self.arguments[0]):
            document.settings.env.note_dependency(str(file))
            for i, line in enumerate(text.splitlines()):
                start = f"- *{kind}:* " if i == 0 else "  "
                lines.append(start + line, str(file), i)
        container = type(document)(document.settings, document.reporter)
        self.state.nested_parse(lines, self.content_offset, container)
        return container.children


def setup(app):
    """Register the directive."""
    app.add_directive("news", News)
    return {"parallel_read_safe": True}
