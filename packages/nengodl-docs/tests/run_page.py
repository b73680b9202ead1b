# SPDX-License-Identifier: MIT
"""
Run the Python code of a page of the documentation, in a process of its own.

All blocks of a page share one namespace. A block of the class "output" holds what the
code block before it prints last.
"""

import contextlib
import io
import re
import sys
import textwrap
import warnings
from pathlib import Path
from typing import NamedTuple

import nengo

BLOCK = re.compile(
    r"^\.\. code-block:: (?P<language>\S+)\n"
    r"(?P<options>(?:   :.*\n)*)"
    r"\n(?P<body>(?:(?:   .*)?\n)+)",
    re.MULTILINE,
)


class Block(NamedTuple):
    """A code block: the line of its first line of code, the code, whether it is output."""

    line: int
    text: str
    is_output: bool


def blocks(page):
    """
    List the Python code of a page and what it prints.

    Parameters
    ----------
    page : str
        The page, in reStructuredText.

    Returns
    -------
    list of Block
        The blocks of Python and those of the class "output", in order.
    """
    found = []
    for match in BLOCK.finditer(page):
        is_output = ":class: output" in match["options"]
        if is_output or match["language"] == "python":
            line = page.count("\n", 0, match.start("body")) + 1
            found.append(Block(line, textwrap.dedent(match["body"]), is_output))
    return found


def run(path):
    """
    Run the code of a page.

    Parameters
    ----------
    path : str
        The file of the page.

    Raises
    ------
    AssertionError
        If a block does not print what stands behind it.
    """
    # see the conftest.py of the repository: pages run in parallel
    nengo.rc.set("decoder_cache", "enabled", "False")
    namespace, printed = {"__name__": "__main__"}, ""
    for block in blocks(Path(path).read_text()):
        if block.is_output:
            if not f"\n{printed}".endswith(f"\n{block.text.strip()}\n"):
                raise AssertionError(
                    f"{path}, line {block.line}: the code before should print last\n"
                    f"{block.text}\nbut prints\n{printed}"
                )
            continue
        # blank lines in front, so that tracebacks name the lines of the page
        code = compile("\n" * (block.line - 1) + block.text, path, "exec")
        with contextlib.redirect_stdout(io.StringIO()) as output:
            exec(code, namespace)
        printed = output.getvalue()


if __name__ == "__main__":
    import nengo_dl.errors  # TensorFlow warns while it is imported

    warnings.simplefilter("error")
    # the pages are written for machines with and without a GPU
    warnings.simplefilter("ignore", nengo_dl.errors.NoGPUWarning)
    run(sys.argv[1])
